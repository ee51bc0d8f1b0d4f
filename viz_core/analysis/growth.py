"""How a cost grows, or a loss falls, with size: a straight line on logarithmic axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np

TAIL = 4  # the longest lengths that a slope is fitted to: short ones measure the overhead


@dataclass(frozen=True)
class PowerLaw:
    """value = scale * size^power, a straight line on logarithmic axes."""

    power: float
    scale: float

    def at(self, size: float) -> float:
        """What the line says of a size, whether anything was measured near it or not."""
        return self.scale * exp(self.power * log(size))

    def misses(self, sizes: Sequence[float], values: Sequence[float]) -> list[float]:
        """By what share of the line each value lies above it, or below."""
        return [value / self.at(size) - 1 for size, value in zip(sizes, values, strict=True)]


def power_law(sizes: Sequence[float], values: Sequence[float]) -> PowerLaw:
    """The line through points, by least squares of the logarithms.

    Args:
        sizes, values: positive.

    Raises:
        ValueError: fewer than two points.
    """
    if len(sizes) < 2:
        raise ValueError(f"a slope needs two points, got {len(sizes)}")
    x, y = np.log(np.asarray(sizes, float)), np.log(np.asarray(values, float))
    power, height = np.polyfit(x, y, 1)
    return PowerLaw(float(power), float(np.exp(height)))


def slope(sizes: Sequence[float], costs: Sequence[float], tail: int = TAIL) -> float:
    """The exponent p of cost = a * size^p, through the last points.

    1: twice the length costs twice as much; 2: four times as much.

    Args:
        sizes, costs: positive, sizes rising.
        tail: how many of the last points count.

    Raises:
        ValueError: fewer than two points.
    """
    return power_law(sizes[-tail:], costs[-tail:]).power
