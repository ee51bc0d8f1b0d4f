"""What each model costs, and how well it predicts the typed text: a table, one row a model."""

from __future__ import annotations

import streamlit as st

from viz_core.analysis.influence import perplexity, sequential_steps
from viz_core.errors import VizError
from viz_core.i18n import _
from viz_core.ui.cache import cached_trace, card
from viz_core.ui.readings import Comparison, Reading, likelihood_request
from viz_core.ui.show import how


def show(comparison: Comparison) -> None:
    """Parameters, perplexity, time and sequential steps of every model."""
    st.subheader(_("What it costs, and how well the text is foreseen"), anchor=False)
    st.table([_row(reading, comparison.text) for reading in comparison.readings])
    how(
        _(
            "Perplexity: among how many equally likely words the model hesitates, on average over "
            "the typed words; marked ~ for the encoder, which sees both sides of each word and "
            "can't be compared, and – where the text is too long for it or, as in translation, is "
            "not what the model foresees. Time of this one pass on "
            "this server, when it ran. Sequential steps have to wait for one another."
        )
    )


def _row(reading: Reading, text: str) -> dict[str, str | int]:
    model = card(reading.model)
    return {
        _("Model"): reading.model,
        _("Parameters"): f"{model.n_params / 1e6:.2f} M",
        _("Perplexity"): _perplexity(reading, text),
        _("Forward pass"): _("{n} ms").format(n=f"{reading.trace.seconds * 1e3:.1f}"),
        _("Sequential steps"): sequential_steps(reading.traits, len(reading.tokens), model.n_layer),
    }


def _perplexity(reading: Reading, text: str) -> str:
    """The perplexity, or a dash for a text too long or too short to have one."""
    if reading.traits.translates:
        return "–"  # it predicts the words of another text
    try:
        value = perplexity(cached_trace(reading.model, likelihood_request(text), reading.trained))
    except VizError:
        return "–"
    return f"{'~ ' if reading.traits.fills else ''}{value:,.1f}"
