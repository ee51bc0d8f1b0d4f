"""What a run tells: numbers at many of its steps, weights at some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

N_POINTS = 100  # of a curve, about
N_MARKS = 16  # snapshots of a run, about


class Match(NamedTuple):
    """The head that looks most at what followed the same token before, and how much it does."""

    score: float
    layer: int
    head: int


@dataclass(frozen=True)
class Point:
    """Where a run is at a step.

    Attributes:
        tokens: that were read so far.
        loss: mean of a training target since the last point, in nats; None before the first step.
        unseen: mean loss of a target of unseen rows, in nats.
        right: share of the unseen tokens that follow from others, whose likeliest token is right.
        norms: of the gradient of each layer, at this step.
        match: of a decoder with heads.
    """

    step: int
    tokens: int
    loss: float | None
    unseen: float
    right: float
    norms: tuple[float, ...] = ()
    match: Match | None = None


def points(n_steps: int) -> frozenset[int]:
    """The steps after which a run is measured."""
    every = max(1, round(n_steps / N_POINTS))
    return frozenset({*range(every, n_steps, every), n_steps})


def marks(n_steps: int) -> frozenset[int]:
    """The steps after which the weights are kept: at first often, then as often as pays."""
    grown = (n_steps * ((n + 1) / N_MARKS) ** 2 for n in range(N_MARKS))
    return frozenset(max(1, round(step)) for step in grown)
