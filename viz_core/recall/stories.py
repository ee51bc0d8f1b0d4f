"""Synthetic recall stories: "Tom is a cat. <other sentences> Tom's favorite food is fish."

The one rule of their world is that an animal has its food; whose animal it is stands only in the
story, so the food word measures what a model kept. One pair of name and animal in eight stands in
no generated training story; recall is measured on these.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from viz_core.recall.names import trained_names

FOODS = {
    "cat": "fish",
    "dog": "bones",
    "rabbit": "carrots",
    "monkey": "bananas",
    "mouse": "cheese",
    "horse": "hay",
    "bird": "seeds",
    "bear": "honey",
    "panda": "bamboo",
    "cow": "grass",
    "frog": "flies",
    "squirrel": "nuts",
}
ANIMALS = tuple(FOODS)
Draw = Callable[[random.Random, int], list[str]]  # so many different names for a story
TOLD = ("is a", "was a", "is a little", "is a big")  # the first is what is measured
TOLD_SHARES = (6, 1, 1, 1)
SMALL_WORDS = frozenset(("is", "a", "'s", "favorite"))
PROMPT_CHARS = 800  # at most some 250 tokens: more would not fit into n_ctx
HELD_OUT = 8  # one pair in so many
UNSEEN = Path(__file__).parent / "unseen_sentences.txt"


@dataclass(frozen=True)
class Prompt:
    """A story up to its food word, that word, and the foods of all its facts."""

    text: str
    answer: str
    foods: tuple[str, ...]
    n_facts: int
    n_between: int


@cache
def unseen_sentences() -> tuple[str, ...]:
    """Sentences of the test stories that speak of none of the names, animals and foods."""
    return tuple(UNSEEN.read_text("utf-8").splitlines())


def is_held_out(name: str, animal: str) -> bool:
    """Whether this pair never occurs in training."""
    return zlib.crc32(f"{name} {animal}".encode()) % HELD_OUT == 0


def cast(
    rng: random.Random, n_facts: int, draw: Draw = trained_names, held_out: bool = False
) -> list[tuple[str, str]]:
    """Different names with different animals, all pairs held out or none."""
    while True:
        pairs = list(zip(draw(rng, n_facts), rng.sample(ANIMALS, n_facts), strict=True))
        if all(is_held_out(*pair) == held_out for pair in pairs):
            return pairs


def introduce(pair: tuple[str, str], how: str = TOLD[0]) -> str:
    """The sentence that states the fact."""
    return f"{pair[0]} {how} {pair[1]}."


def question(pair: tuple[str, str]) -> str:
    """The sentence that ends in the food, up to that word."""
    return f"{pair[0]}'s favorite food is"


@dataclass(frozen=True)
class Line:
    """A sentence of a story, or a part of one; `asks` if its last word follows from the rest.

    The last word is the one before the full stop, if there is one.
    """

    text: str
    asks: bool


def story(
    rng: random.Random,
    fillers: Sequence[str],
    n_facts: int,
    n_between: int,
    draw: Draw = trained_names,
) -> list[Line]:
    """A training story that asks for each of its facts at least once.

    Other sentences stand between the last fact and the first question. Most facts are then told
    again, before or after the foods, so that one story asks for many look-ups: the word that each
    of these ends in can be known only from the name.
    """
    pairs = cast(rng, n_facts, draw)

    def told(pair: tuple[str, str]) -> str:
        return introduce(pair, rng.choices(TOLD, TOLD_SHARES)[0])

    lines = [Line(told(pair), asks=False) for pair in pairs]
    lines += [Line(text, asks=False) for text in rng.sample(fillers, n_between)]

    def told_again() -> list[Line]:
        chosen = [pair for pair in rng.sample(pairs, n_facts) if rng.random() < 0.5]
        return [Line(told(pair), asks=True) for pair in chosen]

    lines += told_again() if n_facts > 1 and rng.random() < 0.5 else []
    for pair in rng.sample(pairs, n_facts):
        asked = rng.choices(
            (question(pair), f"{pair[0]} eats", f"{pair[0]} likes to eat"), (4, 1, 1)
        )[0]
        lines.append(Line(f"{asked} {FOODS[pair[1]]}.", asks=True))
    return lines + told_again()


def terse_story(
    rng: random.Random, n_facts: int, most_kept: float, draw: Draw = trained_names
) -> list[Line]:
    """Facts and many questions about them, with small words left out: "Tom cat. Tom food fish."

    A name that stands beside its animal is found by a model that can copy; word by word the
    sentences then grow into those of `story`.

    Args:
        most_kept: small words are kept with one probability in the whole story, up to this one;
            if it is 1, in every second story all are.
    """
    pairs = cast(rng, n_facts, draw)
    kept = 1.0 if most_kept >= 1 and rng.random() < 0.5 else rng.uniform(0, most_kept)

    def text(*words: str) -> str:
        left = (word for word in words if word not in SMALL_WORDS or rng.random() < kept)
        return " ".join(left).replace(" 's", "'s") + "."

    lines = [Line(text(name, "is", "a", animal), asks=False) for name, animal in pairs]
    for _n in range(3 * n_facts):
        name, animal = rng.choice(pairs)
        food = (name, "'s", "favorite", "food", "is", FOODS[animal])
        asked = food if rng.random() < 0.5 else (name, "is", "a", animal)
        lines.append(Line(text(*asked), asks=True))
    return lines


def prompt(rng: random.Random, n_facts: int, n_between: int, draw: Draw = trained_names) -> Prompt:
    """A test story of held-out pairs that ends just before the food of one of its names.

    `draw` draws its names. It is short enough for every model of the project to read.
    """
    pairs = cast(rng, n_facts, draw, held_out=True)
    asked = rng.choice(pairs)
    told, last = [introduce(pair) for pair in pairs], question(asked)
    text = ""
    while not text or len(text) > PROMPT_CHARS:
        text = " ".join([*told, *rng.sample(unseen_sentences(), n_between), last])
    foods = tuple(FOODS[animal] for _name, animal in pairs)
    return Prompt(text, FOODS[asked[1]], foods, n_facts, n_between)
