"""How a cost grows: the slope of a line through its tail on logarithmic axes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

TAIL = 4  # the longest lengths that a slope is fitted to: short ones measure the overhead


def slope(sizes: Sequence[float], costs: Sequence[float], tail: int = TAIL) -> float:
    """The exponent p of cost = a * size^p, by least squares through the last points.

    1: twice the length costs twice as much; 2: four times as much.

    Args:
        sizes, costs: positive, sizes rising.
        tail: how many of the last points count.

    Raises:
        ValueError: fewer than two points.
    """
    if len(sizes) < 2:
        raise ValueError(f"a slope needs two points, got {len(sizes)}")
    x, y = np.log(np.asarray(sizes[-tail:], float)), np.log(np.asarray(costs[-tail:], float))
    return float(np.polyfit(x, y, 1)[0])
