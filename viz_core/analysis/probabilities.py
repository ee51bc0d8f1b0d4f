"""What the model thinks stands at a place: probabilities over the whole vocabulary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viz_core.analysis.attention import softmax
from viz_core.trace import Guess, Trace


@dataclass(frozen=True)
class Distribution:
    """The guesses at one place.

    Attributes:
        place: index of the place, as in `Guess.pos`.
        guesses: the likeliest tokens, likeliest first.
        rest: probability of all other tokens together, and how many they are.
        entropy: of the whole distribution, in bits; log2(vocab_size) if nothing is known.
    """

    place: int
    guesses: tuple[Guess, ...]
    rest: float
    n_rest: int
    entropy: float


def distributions(trace: Trace) -> list[Distribution]:
    """One distribution for each place that the trace guesses at.

    Args:
        trace: holds `logits`, axes (pos, vocab); row t of a causal model scores token t + 1, row t
            of an encoder token t.
    """
    logits = trace["logits"].values
    at_places = []
    for place in dict.fromkeys(guess.pos for guess in trace.top):
        guesses = tuple(guess for guess in trace.top if guess.pos == place)
        probs = softmax(logits[trace.traits.guess_row(place)].astype(np.float64))  # (vocab,)
        logs = np.log2(probs, out=np.zeros_like(probs), where=probs > 0)
        rest = max(0.0, 1 - sum(guess.prob for guess in guesses))
        at_places.append(
            Distribution(
                place, guesses, rest, len(probs) - len(guesses), float(-(probs * logs).sum())
            )
        )
    return at_places


def follows_probability(trace: Trace) -> float:
    """Probability that the second sentence follows the first, from `next_sentence.logits`."""
    return float(softmax(trace["next_sentence.logits"].values.astype(np.float64))[0])
