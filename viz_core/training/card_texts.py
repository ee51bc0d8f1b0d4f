"""What cards say besides figures: where the text is from, what recall asks, where a model ends."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CardTexts:
    """What the cards of story models of one language say.

    Attributes:
        sources: by generation of the recipe.
        alike: which models were trained alike.
        recall, unseen_names: what these measures ask.
        of: what was held out for the loss curve.
    """

    sources: tuple[str, ...]
    alike: str
    recall: str
    unseen_names: str
    limits: str
    of: str


SOURCES = """\
| corpus | source | licence |
|---|---|---|
| short stories | TinyStories (Eldan and Li 2023, arXiv 2305.07759) | CDLA-Sharing-1.0 |
| picture books | African Storybook Project | CC-BY 4.0 |
| sentences | Tatoeba, English side | CC-BY 2.0 FR |
| old tales, 8,000 paragraphs | Project Gutenberg children's classics | public domain (USA) |
| recall stories | generated, `viz_core/recall/stories.py` | of this project |"""

MORE_SOURCES = """\
| more short stories | TinyStories (Eldan and Li 2023, arXiv 2305.07759) | CDLA-Sharing-1.0 |
| more picture books | Pratham Books StoryWeaver | CC-BY 4.0 |
| old books for small children, 8,000 paragraphs | Project Gutenberg | public domain (USA) |
| colours, deeds, reasons | generated, `viz_core/recall/english/facts.py` | of this project |

Documents with one of the names that are kept for tests are left out. After the two lessons in
copying, what is generated is 28 % of each step, later 17 %; with the lessons it is a third of the
run. Two of three recall stories have invented names, made anew from syllables and words
(`viz_core/recall/english/names.py`)."""

ENGLISH_TEXTS = CardTexts(
    sources=(SOURCES, f"{SOURCES}\n{MORE_SOURCES}"),
    alike="""\
Story models of the second generation (`generation` in `metrics.json`) are trained alike: tokenizer,
corpus, recall stories, every batch in its order, so also the number of tokens. They differ in
architecture and learning rate; their numbers of parameters are within 5 % of each other.""",
    recall="""\
"Tom is a cat. *(other sentences)* Tom's favorite food is": is *fish* the likeliest word of all?
No generated training story holds these pairs of name and animal, and the sentences between are
from unseen stories. Chance is what guessing among the foods that the story calls for would give
(with one fact: among all foods). In brackets: how often the word is any food of the story.""",
    unseen_names="""\
The same questions about Ming, Li Lei, Okonkwo and others, of one token or several.""",
    limits="""\
It knows small children's English and nothing of the world. Text in other scripts is read byte by
byte and not understood. What it says is no source for anything but how such a model works.""",
    of="stories",
)

CHINESE_TEXTS = CardTexts(
    sources=(
        """\
| corpus | source | licence |
|---|---|---|
| sentences, each twice | Tatoeba, Mandarin, simplified with OpenCC | CC-BY 2.0 FR |
| short sentences | Common Voice, Mozilla | CC0 1.0 |
| a picture book | African Storybook Project, Chinese side | CC-BY 4.0 |
| word problems | MGSM; MSVAMP, Chinese side | CC BY 4.0; MIT |
| dialogues | KdConv; CrossWOZ | Apache-2.0 |
| words that may become tokens | Complete HSK Vocabulary | MIT |
| recall stories | generated, `viz_core/recall/stories.py` | of this project |
| colours, deeds, reasons | generated, `viz_core/recall/chinese/facts.py` | of this project |

Sentences that the translation model is tested on are left out, and so are documents with one of the
names that are kept for tests. Two of three recall stories have invented names, made anew of family
names, given ones and sounds (`viz_core/recall/chinese/names.py`).""",
    )
    * 2,
    alike="""\
`rnn-zh`, `lstm-zh` and `decoder-zh` were trained alike: tokenizer, corpus, recall stories,
curriculum, every batch in its order, so also the number of tokens. They differ in architecture and
learning rate; their numbers of parameters are within 5 % of each other. The lessons are those of
the English story models.""",
    recall="""\
汤姆是一只猫。*(other sentences)* 汤姆最喜欢的食物是: is 鱼 the likeliest token of all? No generated
training story holds these pairs of name and animal, and the sentences between are unseen ones.
Chance is what guessing among the foods that the story calls for would give (with one fact: among
all foods). In brackets: how often the token is any food of the story.""",
    unseen_names="""\
The same questions about 小刚, 赵磊, 欧阳娜娜 and others, of one token or several.""",
    limits="""\
It knows short everyday sentences in simplified Chinese and nothing of the world. English is read
letter by letter, rare characters byte by byte, and neither is understood. What it says is no source
for anything but how such a model works.""",
    of="sentences",
)

TEXTS = {"en": ENGLISH_TEXTS, "zh": CHINESE_TEXTS}

PAIR_SOURCES = """\
| corpus | source | licence |
|---|---|---|
| sentence pairs | Tatoeba, Chinese and English | CC-BY 2.0 FR |
| picture books | African Storybook Project, Chinese and English | CC-BY 4.0 |"""

ALIKE_BUT_FOR_POSITIONS = """\
The five `positions-*` models were trained alike: sizes, seed, tokenizer, corpus, every batch in its
order. They differ in how they are told where words stand, and in nothing else. The run is short, so
that the five can be compared and not so that they write well. Weights are stored in half precision;
the figures below are those of the stored weights."""

ALIKE_BUT_FOR_SIZE = """\
The sizes of `{model}` were trained alike: depth, tokenizer, corpus, every batch in its order, so
also the number of tokens. They differ in width, in the learning rate, which is lower for larger
models, and where the card says so in the seed of the first weights."""

PAIR_LIMITS = """\
It knows the short everyday sentences of Tatoeba. Names, numbers and rare words go wrong, long
sentences fall apart, and it always writes something, however little it understood. English is
handed on as it is."""
