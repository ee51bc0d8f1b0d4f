"""What a run learns from: rows of tokens, and which of them follow from what stands before."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from viz_core.errors import InputError
from viz_core.i18n import _
from viz_core.recall import stories
from viz_core.tokenizers import END, StoryTokenizer
from viz_core.workshop.poem import POEM
from viz_core.workshop.setup import N_CTX, OWN, Setup, check_text

ROW = 64  # tokens of a row of text
COPIED = 32  # tokens of a row to be copied
PERIODS = (4, 12)  # tokens after which a row to be copied repeats itself
VOCAB_SIZE = 640  # of a text's tokenizer, at most
N_UNSEEN = 24  # rows that the unseen loss is measured on
UNSEEN_SHARE = 0.1  # of a text: its end
TOLD = 0.2  # what a word of a recall story counts that doesn't follow from what stands before
N_BETWEEN = (0, 4)  # sentences between fact and question


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        ids: of its tokens, the first one given.
        weights: how much each counts as a target; that of the first one is never read.
    """

    ids: list[int]
    weights: list[float]


@dataclass(frozen=True)
class Source:
    """Where rows come from.

    Attributes:
        draw: makes a row to train on.
        unseen: rows that no training row is.
        known: ids of the tokens that its rows are made of.
    """

    tokenizer: StoryTokenizer
    draw: Callable[[random.Random], Row]
    unseen: tuple[Row, ...]
    known: tuple[int, ...]


def source_of(setup: Setup, text: str = "") -> Source:
    """What a setup learns from.

    Args:
        text: the typed corpus, if the setup asks for it.

    Raises:
        InputError: the text can't be learned from.
    """
    if setup.corpus == "copying":
        return copying()
    if setup.corpus == "recall":
        return recalling()
    if setup.corpus == OWN:
        check_text(text)
        return reading(text)
    if setup.corpus == "poem":
        return reading(POEM)
    if setup.corpus == "stories":
        return reading("\n".join(stories.unseen_sentences()))
    raise ValueError(f"corpus {setup.corpus!r} has no source")


def copying() -> Source:
    """Rows of random letters that repeat themselves; only what was there before is foreseen."""
    letters = string.ascii_lowercase
    tokenizer = StoryTokenizer.train([" ".join(letters)] * 3, 5 + 256 + len(letters))
    ids = tuple(tokenizer.encode(letter)[0] for letter in letters)
    start = tokenizer.special_id(END)

    def draw(rng: random.Random) -> Row:
        period = rng.randint(*PERIODS)
        once = rng.sample(ids, period)
        row = [start, *(once * COPIED)[: COPIED - 1]]
        return Row(row, [0.0] * (period + 1) + [1.0] * (COPIED - period - 1))

    held_out = random.Random("unseen rows")
    return Source(tokenizer, draw, tuple(draw(held_out) for _n in range(N_UNSEEN)), ids)


def recalling() -> Source:
    """Recall stories of one fact: "Tom is a cat. ... Tom's favorite food is fish."."""
    fillers = stories.unseen_sentences()
    split = round(len(fillers) * (1 - UNSEEN_SHARE))
    words = " ".join((*stories.NAMES, *stories.ANIMALS, *stories.FOODS.values()))
    tokenizer = StoryTokenizer.train([*fillers[:split], *[words] * 100], VOCAB_SIZE)

    def told(rng: random.Random, others: Sequence[str], held_out: bool = False) -> Row:
        while True:
            row = _encoded(tokenizer, stories.story(rng, others, 1, rng.randint(*N_BETWEEN)))
            if len(row.ids) < N_CTX:
                return row

    held_out = random.Random("unseen stories")
    unseen = tuple(told(held_out, fillers[split:]) for _n in range(2 * N_UNSEEN))
    return Source(
        tokenizer, lambda rng: told(rng, fillers[:split]), unseen, _known(tokenizer)
    )


def reading(text: str) -> Source:
    """Rows of a text, from any of its tokens on; its end is unseen.

    Raises:
        InputError: it is too short.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    tokenizer = StoryTokenizer.train(lines, VOCAB_SIZE)
    ids = [i for line in tokenizer.encode_batch(lines) for i in line]
    split = round(len(ids) * (1 - UNSEEN_SHARE))
    row = min(ROW, split // 2)
    unseen = ids[split:]
    if row < 4 or len(unseen) < 2:
        raise InputError(_("The text is too short to learn from. Paste some more."))
    begin = [tokenizer.special_id(END)]

    def draw(rng: random.Random) -> Row:
        at = rng.randrange(split - row + 1)
        return _plain((begin if not at else []) + ids[at : at + row])

    rows = [unseen[at : at + row] for at in range(0, len(unseen) - 1, row)][:N_UNSEEN]
    return Source(
        tokenizer, draw, tuple(_plain(r) for r in rows if len(r) > 1), tuple(sorted(set(ids)))
    )


def _plain(ids: list[int]) -> Row:
    return Row(ids, [1.0] * len(ids))


def _known(tokenizer: StoryTokenizer) -> tuple[int, ...]:
    """All tokens of a text's tokenizer but bytes and special ones."""
    return tuple(range(5 + 256, tokenizer.vocab_size))


def _encoded(tokenizer: StoryTokenizer, lines: Sequence[stories.Line]) -> Row:
    """A recall story, the words that follow from others weighing 1."""
    start = tokenizer.special_id(END)
    ids, weights = [start], [0.0]
    for line in lines:
        new = tokenizer.encode(line.text)
        ids, weights = ids + new, weights + [TOLD] * len(new)
        if line.asks:
            weights[len(ids) - 1 - line.text.endswith(".")] = 1.0
    return Row([*ids, start], [*weights, TOLD])
