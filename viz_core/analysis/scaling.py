"""Sizes of one model beside each other: their losses at equal tokens, and the line through them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from statistics import fmean

from viz_core.analysis.growth import PowerLaw, power_law
from viz_core.losses import Line

FEWEST = 3  # sizes of a line: through two points there is always one


@dataclass(frozen=True)
class Training:
    """One model's way through training.

    Attributes:
        n_params: its size, however that is counted.
        lines: of its loss curve.
    """

    model: str
    n_params: int
    lines: tuple[Line, ...]

    def loss_at(self, tokens: int) -> float:
        """The held-out loss after so many tokens, in nats a token.

        Raises:
            KeyError: it was not measured there.
        """
        return {line.tokens: line.valid_loss for line in self.lines}[tokens]


def common_tokens(trainings: Sequence[Training]) -> int | None:
    """The most tokens after which every loss was measured, at the same step.

    Returns:
        None if there are no such: the models were not trained on the same batches.
    """
    places = [{(line.step, line.tokens) for line in one.lines} for one in trainings]
    return max((tokens for _step, tokens in set.intersection(*places)), default=None)


def by_size(trainings: Sequence[Training], tokens: int) -> dict[int, tuple[float, ...]]:
    """The losses of each size after so many tokens, one for each seed, smallest size first."""
    losses: dict[int, tuple[float, ...]] = {}
    for one in sorted(trainings, key=lambda one: one.n_params):
        losses[one.n_params] = (*losses.get(one.n_params, ()), one.loss_at(tokens))
    return losses


def line_of(losses: Mapping[int, Sequence[float]]) -> PowerLaw | None:
    """The straight line through the sizes, each counted once however many seeds it has.

    Returns:
        None for fewer than `FEWEST` sizes.

    Source: Kaplan et al. 2020, eq. 1.1.
    """
    if len(losses) < FEWEST:
        return None
    return power_law(list(losses), [middle(seeds) for seeds in losses.values()])


def middle(losses: Sequence[float]) -> float:
    """The geometric mean of the losses of several seeds."""
    return exp(fmean(map(log, losses)))


def spread(losses: Sequence[float]) -> float:
    """By what share the worst seed's loss is above the best one's; 0 of a single seed."""
    return max(losses) / min(losses) - 1
