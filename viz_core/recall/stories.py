"""Synthetic recall stories: "Tom is a cat. <other sentences> Tom's favorite food is fish."

The one rule of their world is that an animal has its food; whose animal it is stands only in the
story, so the food word measures what a model kept. One pair of name and animal in eight stands in
no generated training story; recall is measured on these.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from viz_core.recall.world import Draw, Line, Pair, World

HELD_OUT = 8  # one pair in so many


@dataclass(frozen=True)
class Prompt:
    """A story up to its food word, that word, and the foods of all its facts."""

    text: str
    answer: str
    foods: tuple[str, ...]
    n_facts: int
    n_between: int


def is_held_out(name: str, animal: str) -> bool:
    """Whether this pair never occurs in training."""
    return zlib.crc32(f"{name} {animal}".encode()) % HELD_OUT == 0


def cast(
    world: World, rng: random.Random, n_facts: int, draw: Draw, held_out: bool = False
) -> list[Pair]:
    """Different names with different animals, all pairs held out or none."""
    while True:
        pairs = list(zip(draw(rng, n_facts), rng.sample(world.animals, n_facts), strict=True))
        if all(is_held_out(*pair) == held_out for pair in pairs):
            return pairs


def story(
    world: World,
    rng: random.Random,
    fillers: Sequence[str],
    n_facts: int,
    n_between: int,
    draw: Draw | None = None,
) -> list[Line]:
    """A training story that asks for each of its facts at least once.

    Other sentences stand between the last fact and the first question. Most facts are then told
    again, before or after the foods, so that one story asks for many look-ups: the word that each
    of these ends in can be known only from the name.
    """
    pairs = cast(world, rng, n_facts, draw or world.draw_trained)

    def told(pair: Pair) -> str:
        return world.fill(rng.choices(world.told, world.told_shares)[0], pair)

    lines = [Line(told(pair), asks=False) for pair in pairs]
    lines += [Line(text, asks=False) for text in rng.sample(fillers, n_between)]

    def told_again() -> list[Line]:
        chosen = [pair for pair in rng.sample(pairs, n_facts) if rng.random() < 0.5]
        return [Line(told(pair), asks=True) for pair in chosen]

    lines += told_again() if n_facts > 1 and rng.random() < 0.5 else []
    for pair in rng.sample(pairs, n_facts):
        asked = rng.choices(world.asked, world.asked_shares)[0]
        text = world.fill(f"{asked}{world.joiner}{{food}}{world.stop}", pair)
        lines.append(Line(text, asks=True))
    return lines + told_again()


def terse_story(
    world: World, rng: random.Random, n_facts: int, most_kept: float, draw: Draw | None = None
) -> list[Line]:
    """Facts and many questions about them, with small words left out: "Tom cat. Tom food fish."

    A name that stands beside its animal is found by a model that can copy; word by word the
    sentences then grow into those of `story`.

    Args:
        most_kept: small words are kept with one probability in the whole story, up to this one;
            if it is 1, in every second story all are.
    """
    pairs = cast(world, rng, n_facts, draw or world.draw_trained)
    kept = 1.0 if most_kept >= 1 and rng.random() < 0.5 else rng.uniform(0, most_kept)

    def text(pair: Pair, parts: Sequence[str]) -> str:
        left = [part for part in parts if part not in world.small or rng.random() < kept]
        return world.fill("".join(left) + world.stop, pair)

    lines = [Line(text(pair, world.terse_told), asks=False) for pair in pairs]
    for _n in range(3 * n_facts):
        pair = rng.choice(pairs)
        parts = world.terse_asked if rng.random() < 0.5 else world.terse_told
        lines.append(Line(text(pair, parts), asks=True))
    return lines


def prompt(
    world: World, rng: random.Random, n_facts: int, n_between: int, draw: Draw | None = None
) -> Prompt:
    """A test story of held-out pairs that ends just before the food of one of its names.

    `draw` draws its names. It is short enough for every model of the project to read.
    """
    pairs = cast(world, rng, n_facts, draw or world.draw_trained, held_out=True)
    asked = rng.choice(pairs)
    told, last = [world.introduce(pair) for pair in pairs], world.question(asked)
    text = ""
    while not text or len(text) > world.prompt_chars:
        between = rng.sample(world.unseen_sentences, n_between)
        text = world.joiner.join([*told, *between, last])
    foods = tuple(world.foods[animal] for _name, animal in pairs)
    return Prompt(text, world.foods[asked[1]], foods, n_facts, n_between)
