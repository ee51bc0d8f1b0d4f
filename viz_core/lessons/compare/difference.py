"""One model's map, alone or less another's: the part of the Compare page that looks inside."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from viz_core.i18n import _
from viz_core.lessons.compare import link, states, token_map
from viz_core.ui.inputs import choose, controls
from viz_core.ui.readings import Comparison, Reading


def show(comparison: Comparison) -> None:
    """Let the visitor choose a map, and draw it, or say why it can't be."""
    st.subheader(_("Look inside one, or subtract two"), anchor=False)
    what, reading, other = _choice(comparison)
    both = [reading.traits, *([other.traits] if other else [])]
    if what == "own" and reading.traits.recurrent and other is None:
        states.show(reading, comparison)
    elif other is not None and any(kind.translates for kind in both):
        st.info(
            _(
                "The map of a model that reads one text and writes another has two texts on its "
                "sides, so none can be subtracted from it. Choose “minus” nothing."
            )
        )
    elif what == "own" and other is not None and any(kind.recurrent for kind in both):
        st.info(
            _(
                "Units of two networks have nothing in common, so hidden states can't be "
                "subtracted. Choose the map “dependence”, or “minus” nothing."
            )
        )
    else:
        token_map.show(reading, other, what, comparison)


def _choice(comparison: Comparison) -> tuple[str, Reading, Reading | None]:
    """Which map of which model, and whose is subtracted from it."""
    readings = {reading.grown: reading for reading in comparison.readings}
    with controls("maps", _("Map")):
        what = choose(
            link.MAP,
            _("Map"),
            _(
                "dependence: gradient × input of what is said at each place, defined alike for "
                "all. own: the model's own view, attention rollout or hidden state."
            ),
        )
        shown, less = link.first(list(readings))
        model = choose(replace(link.MODEL, usual=shown), _("Model"), options=list(readings))
        others = (name for name in readings if name != model)
        alone = readings[model].traits.translates or model == less or what == "own"
        first = link.NOTHING if alone else less  # none that can't be subtracted
        options = (link.NOTHING, *others)
        minus = choose(replace(link.MINUS, usual=first), _("minus"), options=options)
    return what, readings[model], readings.get(minus)
