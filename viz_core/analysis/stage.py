"""A stage of one word's way through a block: what it takes and gives, and whether it is right."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

# In the order in which a model of the `before` kind passes them; others have another order.
STAGES = tuple("embed norm qk dot scale mask softmax mix out add norm2 ffn add2".split())


@dataclass(frozen=True)
class Strip:
    """A vector on the way.

    Attributes:
        name: its symbol, such as `q_i`.
        values: (dimension,).
        role: query, key, value, output, or empty.
    """

    name: str
    values: np.ndarray
    role: str = ""


@dataclass(frozen=True)
class Stage:
    """One step of the arithmetic.

    Attributes:
        name: what happens here, a name of `STAGES`.
        strips: the vectors that it takes, and at the end the one that it gives.
        recomputed, recorded: what comes out, worked out again and as the model had it.
        numbers: single numbers by symbol.
    """

    name: str
    strips: tuple[Strip, ...]
    recomputed: np.ndarray
    recorded: np.ndarray
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def error(self) -> float:
        """The largest difference; of numbers beyond 1, relative to the number."""
        finite = np.isfinite(self.recorded)
        if (finite != np.isfinite(self.recomputed)).any():
            return math.inf
        apart = np.abs(self.recomputed[finite] - self.recorded[finite])
        return float((apart / np.maximum(1, np.abs(self.recorded[finite]))).max(initial=0))

    def strip(self, name: str) -> np.ndarray:
        """The values of one of its vectors."""
        return next(strip.values for strip in self.strips if strip.name == name)
