"""What a picture says, in numbers that a sentence can be made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Look:
    """A query, the key that it attends to most, and how much.

    Attributes:
        crosses: whether the key is of the other text, where it is taken from a record that knows;
            weights alone don't tell.
    """

    query: int
    key: int
    weight: float
    crosses: bool = False


def strongest(weights: np.ndarray, n: int = 5, *, crosses: bool = False) -> list[Look]:
    """The n queries that look most sharply at one other place, sharpest first.

    Looking at oneself is left out: it says little about how words relate.

    Args:
        weights: (query, key), square or not.
        crosses: the keys are of another text, where no word is the query itself.
    """
    others = weights.astype(np.float64).copy()
    if not crosses:
        side = min(others.shape)
        others[np.arange(side), np.arange(side)] = -1
    keys = others.argmax(-1)
    looks = [Look(q, int(k), float(others[q, k])) for q, k in enumerate(keys)]
    looks = [look for look in looks if look.weight > 0]
    return sorted(looks, key=lambda look: -look.weight)[:n]
