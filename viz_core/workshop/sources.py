"""What a run learns from: rows of tokens, and which of them follow from what stands before."""

from __future__ import annotations

import random
import re
import string
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from viz_core.chinese_tokenizer import ChineseTokenizer
from viz_core.errors import InputError
from viz_core.i18n import _
from viz_core.recall import stories
from viz_core.recall.world import Line
from viz_core.recall.worlds import world_of
from viz_core.tokenizers import END, HAN, SPECIAL, StoryTokenizer
from viz_core.workshop.poem import POEM
from viz_core.workshop.setup import N_CTX, OWN, Setup, check_text

ROW = 64  # tokens of a row of text
COPIED = 16  # tokens of a row to be copied
RING = (4, 7)  # different tokens of such a row
PIECE = (3, 8)  # tokens that it tells on end
VOCAB_SIZE = 640  # of a text's tokenizer, at most
N_UNSEEN = 24  # rows that the unseen loss is measured on
UNSEEN_SHARE = 0.1  # of a text: its end
SHORTEST = 4  # tokens of a row
N_BYTES_END = len(SPECIAL) + 256  # behind the ids of special tokens and bytes
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
        language: of the text, a code such as `en`.
    """

    tokenizer: StoryTokenizer
    draw: Callable[[random.Random], Row]
    unseen: tuple[Row, ...]
    known: tuple[int, ...]
    language: str = "en"

    @property
    def reads_with(self) -> str:
        """The tokenizer's class, as `viz_core.models.architectures` names it."""
        of = type(self.tokenizer)
        return f"{of.__module__.removeprefix('viz_core.')}.{of.__name__}"


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
        return reading(" ".join(world_of("en").unseen_sentences))
    if setup.corpus == "chinese":
        return reading("".join(world_of("zh").unseen_sentences))
    raise ValueError(f"corpus {setup.corpus!r} has no source")


def copying() -> Source:
    """Rows of letters that come again, piece by piece: who saw what followed one foresees it.

    A piece begins anywhere, so that no fixed distance tells where it stood before.
    """
    letters = string.ascii_lowercase
    tokenizer = StoryTokenizer.train([" ".join(letters)] * 3, N_BYTES_END + len(letters))
    ids = tuple(tokenizer.encode(letter)[0] for letter in letters)
    start = tokenizer.special_id(END)

    def draw(rng: random.Random) -> Row:
        row, follows = pieces(rng, ids, COPIED)
        return Row([start, *row], [0.0, *map(float, follows)])

    held_out = random.Random("unseen rows")
    return Source(tokenizer, draw, tuple(draw(held_out) for _n in range(N_UNSEEN)), ids)


def pieces(rng: random.Random, ids: Sequence[int], n: int) -> tuple[list[int], list[bool]]:
    """A row of n tokens: a few different ones in a ring, of which it tells piece after piece.

    Returns:
        the row, and of each token whether it follows from the one before, which has been followed
        by it already.
    """
    ring = rng.sample(ids, min(rng.randint(*RING), len(ids)))
    size, around = len(ring), ring * (2 + PIECE[1] // len(ring))
    row: list[int] = []
    follows: list[bool] = []
    told: set[int] = set()  # places of the ring whose token was followed by the next one
    while len(row) < n:
        at, long = rng.randrange(size), rng.randint(*PIECE)
        before = [place % size for place in range(at, at + long - 1)]
        row += around[at : at + long]
        for place in [-1, *before]:  # a piece's first token follows from nothing
            follows.append(place in told)
            if place >= 0:
                told.add(place)
    return row[:n], follows[:n]


def recalling() -> Source:
    """Recall stories of one fact: "Tom is a cat. ... Tom's favorite food is fish."."""
    world = world_of("en")
    fillers = world.unseen_sentences
    split = round(len(fillers) * (1 - UNSEEN_SHARE))
    words = " ".join((*world.names, *world.animals, *world.foods.values()))
    tokenizer = StoryTokenizer.train([*fillers[:split], *[words] * 100], VOCAB_SIZE)

    def told(rng: random.Random, others: Sequence[str]) -> Row:
        while True:
            row = _encoded(tokenizer, stories.story(world, rng, others, 1, rng.randint(*N_BETWEEN)))
            if len(row.ids) < N_CTX:
                return row

    held_out = random.Random("unseen stories")
    unseen = tuple(told(held_out, fillers[split:]) for _n in range(2 * N_UNSEEN))
    known = tuple(range(N_BYTES_END, tokenizer.vocab_size))
    return Source(tokenizer, lambda rng: told(rng, fillers[:split]), unseen, known)


def reading(text: str) -> Source:
    """Rows of a text, from any of its tokens on; its end is unseen.

    Raises:
        InputError: it is too short.
    """
    text = re.sub(r"\n\s*\n\s*", "\n\n", text.replace("\r\n", "\n").strip())
    chinese = is_chinese(text)
    tokenizer = _characters(text) if chinese else StoryTokenizer.train([text], VOCAB_SIZE)
    ids = tokenizer.encode(text)
    split = round(len(ids) * (1 - UNSEEN_SHARE))
    row = min(ROW, split // 2)
    unseen = ids[split:]
    if row < SHORTEST or len(unseen) < 2:
        raise InputError(_("The text is too short to learn from. Paste some more."))
    begin = [tokenizer.special_id(END)]

    def draw(rng: random.Random) -> Row:
        at = rng.randrange(split - row + 1)
        return _plain((begin if not at else []) + ids[at : at + row])

    rows = [unseen[at : at + row] for at in range(0, len(unseen) - 1, row)][:N_UNSEEN]
    seen = sorted(set(ids[:split]))
    return Source(
        tokenizer,
        draw,
        tuple(_plain(one) for one in rows if len(one) > 1),
        tuple(i for i in seen if i >= N_BYTES_END) or tuple(seen),
        "zh" if chinese else "en",
    )


def is_chinese(text: str) -> bool:
    """Whether a fifth of a text's characters are Chinese ones."""
    return 5 * len(HAN.findall(text)) >= len(text)


def _characters(text: str) -> ChineseTokenizer:
    """A tokenizer of single characters, those that stand in the text only once in bytes."""
    counts = Counter(char for char in text if HAN.match(char))
    often = [char for char, n in counts.most_common(VOCAB_SIZE - N_BYTES_END) if n > 1]
    return ChineseTokenizer.of_words([text], (), often, VOCAB_SIZE)


def _plain(ids: list[int]) -> Row:
    return Row(ids, [1.0] * len(ids))


def _encoded(tokenizer: StoryTokenizer, lines: Sequence[Line]) -> Row:
    """A recall story, the words that follow from others weighing 1."""
    start = tokenizer.special_id(END)
    ids, weights = [start], [0.0]
    for line in lines:
        new = tokenizer.encode(line.text)
        ids, weights = ids + new, weights + [TOLD] * len(new)
        if line.asks:
            weights[len(ids) - 1 - line.text.endswith(".")] = 1.0
    return Row([*ids, start], [*weights, TOLD])
