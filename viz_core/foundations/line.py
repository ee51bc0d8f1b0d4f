"""A line through points: its loss, its gradient, the way down to the best one, and that one itself.

A line is the array (a, b) of y = ax + b; points are an array (point, 2) of x and y. The loss is the
mean squared error, in the unit of y squared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import linear_regression

import numpy as np

OVERFLOW = 1e12  # times the first loss: one beyond that has run away
N_CELLS = 61  # of the loss surface, in each direction
ROOM = 1.25  # the surface reaches this many times as far as what it has to show


def residuals(points: np.ndarray, line: np.ndarray) -> np.ndarray:
    """How far the line lies above each point, (point,)."""
    errors: np.ndarray = line[0] * points[:, 0] + line[1] - points[:, 1]
    return errors


def loss(points: np.ndarray, line: np.ndarray) -> float:
    """The mean squared error of a line."""
    return float(np.mean(residuals(points, line) ** 2))


def gradient(points: np.ndarray, line: np.ndarray) -> np.ndarray:
    """How the loss grows with a and with b, (2,)."""
    errors = residuals(points, line)
    return 2 * np.array([np.mean(errors * points[:, 0]), np.mean(errors)])


def least_squares(points: np.ndarray) -> np.ndarray | None:
    """The line of the smallest loss; None where many have it: all points have the same x."""
    x, y = points.T
    if len(points) < 2 or np.ptp(x) == 0:
        return None
    found = linear_regression(x.tolist(), y.tolist())
    return np.array([found.slope, found.intercept])


@dataclass(frozen=True)
class Descent:
    """A way down by gradient descent.

    Attributes:
        lines: (step, 2), the line before the first step and after each.
        losses: (step,), of these lines.
        velocity: (2,), what the last step added; 0 before the first.
        asked: steps that were asked for; fewer were made where the loss ran away.
    """

    lines: np.ndarray
    losses: np.ndarray
    velocity: np.ndarray
    asked: int

    @property
    def n_steps(self) -> int:
        """Steps that were made."""
        return len(self.lines) - 1

    @property
    def ran_away(self) -> bool:
        """Whether the loss passed `OVERFLOW`, which ended it."""
        return self.n_steps < self.asked


def descend(
    points: np.ndarray, start: Sequence[float], rate: float, momentum: float, n_steps: int
) -> Descent:
    """Go down the loss from a line, step by step.

    Args:
        rate: the learning rate, what the gradient is multiplied by.
        momentum: how much of the last step goes into the next, 0 to below 1.

    Source: Polyak 1964 (momentum).
    """
    line, velocity = np.array(start, float), np.zeros(2)
    lines, losses = [line], [loss(points, line)]
    most = OVERFLOW * max(1.0, losses[0])
    for _step in range(n_steps):
        if losses[-1] > most:
            break
        velocity = momentum * velocity - rate * gradient(points, line)
        line = line + velocity
        lines.append(line)
        losses.append(loss(points, line))
    return Descent(np.array(lines), np.array(losses), velocity, n_steps)


def curvature(points: np.ndarray) -> np.ndarray:
    """The second derivatives of the loss by a and b, (2, 2): the same for every line."""
    x = points[:, 0]
    return 2 * np.array([[np.mean(x**2), np.mean(x)], [np.mean(x), 1.0]])


def fastest_rate(points: np.ndarray, momentum: float) -> float:
    """The learning rate below which gradient descent comes to the smallest loss, and above not.

    Source: Polyak 1964, for a quadratic loss: 2 (1 + momentum) / its largest curvature.
    """
    return float(2 * (1 + momentum) / np.linalg.eigvalsh(curvature(points))[-1])


@dataclass(frozen=True)
class Surface:
    """The loss of every line of a part of the plane of a and b.

    Attributes:
        a, b: (cell,), the lines' numbers.
        losses: (b, a).
    """

    a: np.ndarray
    b: np.ndarray
    losses: np.ndarray


def surface(points: np.ndarray, start: Sequence[float]) -> Surface:
    """The loss around the best line, as far as the start and a little further.

    It does not depend on the steps, so that the picture stays while they are made.
    """
    best = least_squares(points)
    middle = np.array([0.0, points[:, 1].mean()]) if best is None else best
    steep = np.diag(curvature(points))
    spread = np.ptp(points[:, 1]) or 1.0
    least = spread / np.sqrt(np.maximum(steep, 1e-12))  # a loss of half the spread squared
    reach = ROOM * np.maximum(np.abs(np.array(start) - middle), np.minimum(least, 1e6))
    a, b = (np.linspace(m - r, m + r, N_CELLS) for m, r in zip(middle, reach, strict=True))
    x, y = points.T
    errors = a[None, :, None] * x + b[:, None, None] - y  # (b, a, point)
    return Surface(a, b, np.mean(errors**2, axis=-1))
