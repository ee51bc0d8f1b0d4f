"""Sentences that make a point, and which point."""

from __future__ import annotations

from viz_core.i18n import _

TOM = "Tom is a cat. Tom's favorite food is fish."
TOM_ASKED = "Tom is a cat. Tom's favorite food is"
TOM_FAR = (
    "Tom is a cat. The sun was warm and the sky was blue. They went to the park and had fun. "
    "Tom's favorite food is"
)

ONCE = "Once upon a time, there was a little"

EATING = "我正在吃饭。"
CHINESE = {
    TOM: "汤姆是一只猫。汤姆最喜欢的食物是鱼。",
    TOM_ASKED: "汤姆是一只猫。汤姆最喜欢的食物是",
    TOM_FAR: "汤姆是一只猫。今天阳光很好，天空很蓝。他们去公园玩得很开心。汤姆最喜欢的食物是",
}


def spoken(sentence: str, code: str) -> str:
    """A sentence to begin with, in a language; in English where that has none."""
    return CHINESE[sentence] if code == "zh" else sentence


def translation_examples() -> dict[str, str]:
    """Sentence to translate -> what it shows."""
    return {
        EATING: _("three pieces, one of them a tense"),
        "汤姆是一只猫。": _("word by word"),
        "你会说英语吗？": _("a question: the word order changes"),
        "我不喜欢喝咖啡。": _("a negation"),
        "昨天我在公园里看见了他。": _("time and place move to the end"),
        "这本书比那本书有意思得多。": _("a comparison"),
        "他昨天没有来上学，因为他生病了。": _("two clauses"),
        "Tom is a cat.": _("English: handed on, not translated"),
    }


def examples(first: str | None = TOM) -> dict[str, str]:
    """Sentence -> what it shows.

    Args:
        first: the sentence that the page begins with; all are in its language.
    """
    return _chinese_examples() if first in CHINESE.values() else _english_examples()


def _english_examples() -> dict[str, str]:
    return {
        TOM: _("a name comes back"),
        TOM_ASKED: _("what does a cat eat?"),
        TOM_FAR: _("the same, two sentences later"),
        "The apple is": _("what is an apple?"),
        "Tom is a cat. Lily is a dog. Lily's favorite food is": _("two animals, one question"),
        "Tom is a [MASK]. Tom's favorite food is fish.": _("for the encoder: guess the animal"),
        "Lily went to the park. She played with her": _("who is she?"),
        ONCE: _("how stories begin"),
        "The sun was hot. [SEP] She drank some water.": _("two sentences for the encoder"),
        EATING: _("Chinese: story models read it byte by byte"),
    }


def _chinese_examples() -> dict[str, str]:
    return {
        CHINESE[TOM]: _("a name comes back"),
        CHINESE[TOM_ASKED]: _("what does a cat eat?"),
        CHINESE[TOM_FAR]: _("the same, two sentences later"),
        "苹果是": _("what is an apple?"),
        "汤姆是一只猫。莉莉是一只狗。莉莉最喜欢的食物是": _("two animals, one question"),
        "汤姆是一只[MASK]。汤姆最喜欢的食物是鱼。": _("for the encoder: guess the animal"),
        "莉莉很难过，因为": _("she or he?"),
        "他每天早上": _("how a day begins"),
        "你好吗？[SEP]我很好，谢谢。": _("two sentences for the encoder"),
        TOM: _("English: the Chinese models read it letter by letter"),
    }
