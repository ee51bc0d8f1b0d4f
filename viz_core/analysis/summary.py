"""What a picture says, in numbers that a sentence can be made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Strongest:
    """A query, the key it looks at most, and how much."""

    query: int
    key: int
    weight: float


def strongest(weights: np.ndarray, n: int = 5) -> list[Strongest]:
    """The n queries that look most sharply at one other place, sharpest first.

    Looking at oneself is left out: it says little about how words relate.

    Args:
        weights: (query, key), square or not.
    """
    others = weights.astype(np.float64).copy()
    side = min(others.shape)
    others[np.arange(side), np.arange(side)] = -1
    keys = others.argmax(-1)
    found = [Strongest(q, int(k), float(others[q, k])) for q, k in enumerate(keys)]
    found = [one for one in found if one.weight > 0]
    return sorted(found, key=lambda one: -one.weight)[:n]
