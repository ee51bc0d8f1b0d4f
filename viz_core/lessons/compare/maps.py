"""A model's map over its words: what its word at each place rests on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viz_core.analysis.influence import difference, rollout
from viz_core.errors import VizError
from viz_core.runners.base import Request
from viz_core.ui.cache import cached, cached_trace
from viz_core.ui.errors import show_error
from viz_core.ui.readings import Reading


@dataclass(frozen=True)
class TokenMap:
    """A map of one model: words at the left, words above, (query, key)."""

    queries: tuple[str, ...]
    keys: tuple[str, ...]
    values: np.ndarray

    def minus(self, other: TokenMap) -> TokenMap:
        """The difference on the words that both have."""
        words, values = difference((self.keys, self.values), (other.keys, other.values))
        return TokenMap(tuple(words), tuple(words), values)


def map_of(reading: Reading, what: str, by_place: bool = False) -> TokenMap | None:
    """A model's map over its words; None if the text is too long, which is then said.

    Of a model that writes another text, the rows are the words that it writes.

    Args:
        by_place: let row t of a causal model's dependence be about its prediction of t, as an
            encoder's is, and not about its prediction after t.
    """
    if reading.traits.translates:
        return _map_of_pair(reading, what)
    if what == "own":
        values = cached(rollout, trace=reading.trace)
    else:
        request = Request(reading.request.text, want=("embed",), measures=("dependence",))
        try:
            trace = cached_trace(reading.model, request, reading.trained)
        except VizError as error:
            show_error(error)
            return None
        values = trace["dependence.grad_x_input"].values
    rows = np.flatnonzero(reading.typed) - (by_place and not reading.traits.fills)
    return TokenMap(reading.words, reading.words, values[np.ix_(rows, reading.typed)])


def _map_of_pair(reading: Reading, what: str) -> TokenMap | None:
    """The map of what a model writes over what it reads: cross-attention, or dependence."""
    measures = ("dependence",) if what == "dependence" else ()
    want = ("logits", "*.cross_attn.weights")
    request = Request(reading.request.text, want=want, measures=measures)
    try:
        trace = cached_trace(reading.model, request, reading.trained)
    except VizError as error:
        show_error(error)
        return None
    if what == "dependence":
        values = trace["dependence.grad_x_input"].values
    else:
        values = trace.attentions[-1].values.mean(0)  # (query, key)
    # what each place predicts
    written = (*trace.tokens["target"].strings[1:], trace.top[0].token)
    return TokenMap(written, reading.words, values[:, reading.typed])
