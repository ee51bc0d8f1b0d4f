"""How a token is chosen: the likeliest, or drawn from a distribution that settings shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viz_core.errors import InputError
from viz_core.i18n import _

STRATEGIES = ("greedy", "sample")
TEMPERATURES = (0.1, 5.0)


@dataclass(frozen=True)
class Settings:
    """How a token is chosen.

    Attributes:
        strategy: greedy takes the likeliest token; sample draws one.
        temperature: logits are divided by it before the softmax.
        top_k: draw from so many likeliest tokens; 0 for all.
        top_p: draw from the fewest likeliest tokens that together have this probability.
        seed: decides every draw; a draw depends on seed and place alone.

    Source: Fan et al. 2018 (top-k); Holtzman et al. 2020 (top-p).
    """

    strategy: str = "greedy"
    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.strategy not in STRATEGIES:
            raise InputError(
                _("There is no strategy {strategy} here. There are: {names}.").format(
                    strategy=repr(self.strategy), names=", ".join(STRATEGIES)
                )
            )
        least, most = TEMPERATURES
        for name, value, low, high in (
            ("temperature", self.temperature, least, most),
            ("top_k", self.top_k, 0, float("inf")),
            ("top_p", self.top_p, 0.01, 1),
            ("seed", self.seed, 0, float("inf")),
        ):
            if not low <= value <= high:
                raise InputError(
                    _("{name} is {value}; it must be from {low} to {high}.").format(
                        name=name, value=value, low=low, high=high
                    )
                )


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Logarithms of the softmax over the last axis, in double precision."""
    shifted = logits.astype(np.float64) - logits.max(-1, keepdims=True)
    logs: np.ndarray = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return logs


def filtered(logits: np.ndarray, settings: Settings) -> np.ndarray:
    """The probabilities that a token is drawn with, (vocab,) -> (vocab,).

    First the temperature, then top-k, then top-p; what is left is scaled to sum to 1.
    """
    if settings.strategy == "greedy":
        only = np.zeros(len(logits))
        only[logits.argmax()] = 1
        return only
    probs = np.exp(log_softmax(logits / np.float32(settings.temperature)))
    order = np.argsort(-probs, kind="stable")
    kept = np.ones(len(probs), bool)
    if settings.top_k:
        kept[settings.top_k :] = False
    ranked = np.where(kept, probs[order], 0)
    ranked /= ranked.sum()
    if settings.top_p < 1:
        kept &= np.cumsum(ranked) - ranked < settings.top_p  # the one that passes it stays
    ranked = np.where(kept, ranked, 0)
    out: np.ndarray = np.zeros_like(probs)
    out[order] = ranked / ranked.sum()
    return out


def draw(probs: np.ndarray, seed: int, place: int) -> int:
    """The token that a seed draws at a place."""
    dice = np.random.default_rng((seed, place)).random()
    return int(np.flatnonzero(probs)[np.searchsorted(np.cumsum(probs[probs > 0]), dice)])


def likeliest(logs: np.ndarray, n: int) -> list[int]:
    """The n tokens of the highest scores, highest first."""
    n = min(n, len(logs))
    best = np.argpartition(-logs, n - 1)[:n]
    return [int(i) for i in best[np.argsort(-logs[best], kind="stable")]]
