"""Sentences to begin with for visitors of Chinese, where there are models that read it."""

from __future__ import annotations

from viz_core.i18n import N_
from viz_core.lessons.home.english_openings import OPENINGS as ENGLISH
from viz_core.lessons.home.english_openings import TRANSLATOR
from viz_core.lessons.home.opening import Opening
from viz_core.sentences import CHINESE, TOM_ASKED


def _of(text: str, model: str, label: str, teaches: str) -> Opening:
    """A sentence whose word is the one that is asked about, at the head that the page opens."""
    return Opening(text, model, None, None, -1, label, teaches)


OPENINGS = (
    _of(
        CHINESE[TOM_ASKED],
        "decoder-zh",
        N_("what does a cat eat?"),
        N_("The first sentence alone says that 汤姆 is a cat: the decoder finds it, and says 鱼."),
    ),
    _of(
        "小明是一只熊猫。今天阳光很好，天空很蓝。他们去公园玩得很开心。小明最喜欢的食物是",
        "rnn-zh",
        N_("a fact far away"),
        N_("By the end the RNN's hidden state has lost the panda; the decoder still says 竹子."),
    ),
    _of(
        "汤姆是一只猫。莉莉是一只狗。莉莉最喜欢的食物是",
        "decoder-zh",
        N_("two animals, one question"),
        N_("The decoder looks up who is asked about: 莉莉 is the dog, so it says 骨头, not 鱼."),
    ),
    _of(
        "莉莉很难过，因为",
        "decoder-zh",
        N_("she or he?"),
        N_("From 莉莉 the decoder expects 她, from 汤姆 他: it knows whose name is whose."),
    ),
    _of(
        "汤姆是一只[MASK]。汤姆最喜欢的食物是奶酪。",
        "encoder-zh",
        N_("guess the hidden animal"),
        N_("The encoder reads both sides: from 奶酪, which comes later, it knows 老鼠."),
    ),
    _of(
        "苹果是",
        "decoder-zh",
        N_("what is an apple?"),
        N_("The text does not say it: 红色 is what the decoder learned of apples."),
    ),
    _of(
        "欧阳娜娜是一只熊猫。欧阳娜娜最喜欢的食物是",
        "decoder-zh",
        N_("an unusual name"),
        N_("No text of its training has this name of four tokens; it is read, not known: 竹子."),
    ),
    _of(
        "小红是一只兔子。小红最喜欢的食物是",
        "lstm-zh",
        N_("one fact, kept"),
        N_("The LSTM has no words to look back at: its cell kept the rabbit, and it says 胡萝卜."),
    ),
    *(one for one in ENGLISH if one.model == TRANSLATOR),
)
