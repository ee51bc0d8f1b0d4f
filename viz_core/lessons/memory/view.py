"""What is looked at on the Memory page, and how the visitor chooses it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viz_core.analysis.states import retention, unit_order
from viz_core.figures.theme import Theme
from viz_core.i18n import _
from viz_core.kinds import Kind
from viz_core.lessons.memory import link
from viz_core.runners.base import Request
from viz_core.trace import Trace
from viz_core.ui.cache import cached, card, run
from viz_core.ui.inputs import (
    choose,
    controls,
    layer_select,
    model_select,
    unit_select,
    word_select,
)
from viz_core.ui.raised import tell_reader

FIRST = 1  # the first word that was typed; [EOT] stands before it


@dataclass(frozen=True)
class MemoryView:
    """A recurrent trace, one layer, one word, one unit.

    Attributes:
        states: code of the state that is drawn, or `all`.
    """

    model: str
    text: str
    trace: Trace
    layer: int
    states: str
    word: int
    unit: int
    theme: Theme

    @property
    def name(self) -> str:
        """First part of the layer's record names."""
        return f"{self.trace.kind}.{self.layer}"

    @property
    def kind(self) -> Kind:
        """What models of this kind have in common."""
        return self.trace.traits

    @property
    def words(self) -> tuple[str, ...]:
        return self.trace.tokens["text"].strings

    @property
    def h(self) -> np.ndarray:
        """The layer's hidden states, (pos, unit)."""
        return self.trace[f"{self.name}.h"].values

    @property
    def retention(self) -> np.ndarray:
        """What a gate keeps from word to word, (query, key); 0 where no gate does."""
        if not self.kind.keeps:
            return np.zeros((len(self.words), len(self.words)))
        return cached(retention, gates=self.trace[f"{self.name}.gates"].values, kind=self.kind)

    @property
    def order(self) -> np.ndarray:
        """Units from top to bottom, alike in all maps of the layer."""
        return cached(unit_order, values=self.trace[f"{self.name}.{self.kind.memory}"].values)

    @property
    def note(self) -> str:
        """What stands on exported pictures."""
        layer = _("layer {n}").format(n=self.layer)
        return f"{self.model} · {layer} · {self.text}"


def memory_view(text: str, theme: Theme) -> MemoryView:
    """Let the visitor choose a recurrent model, run it, and let them choose what to look at."""
    row = controls("memory")
    with row:
        model = model_select(link.MODEL)
    tell_reader(text, [model], link.MODEL)
    request = Request(text, want=(f"{card(model).kind}.*", "logits"), everywhere=True)
    trace = run(model, request)
    with row:
        layer = layer_select(card(model).n_layer)
        states = choose(
            link.STATES,
            _("States"),
            _(
                "h hidden state, c cell, gates: i input, f forget, o output, r reset, z update; "
                "candidates: g, n."
            ),
            options=link.states_of(trace.traits),
        )
        word = word_select(trace.tokens["text"])
        h = trace[f"{trace.kind}.{layer}.h"].values
        unit = unit_select(h.shape[1], _liveliest(h))
    return MemoryView(model, text, trace, layer, states, word, unit, theme)


def _liveliest(h: np.ndarray) -> int:
    """The unit that moves most from word to word; `h` has the axes (pos, unit)."""
    return int(np.abs(np.diff(h, axis=0)).sum(0).argmax()) if len(h) > 1 else 0
