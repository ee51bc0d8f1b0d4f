"""The models that there are, as a table."""

from __future__ import annotations

import streamlit as st

from viz_core import registry
from viz_core.i18n import LANGUAGES, _
from viz_core.ui.cache import card
from viz_core.ui.usable import tell_faults


def show() -> None:
    """The models with their sizes, and what is wrong with those that can't be used."""
    cards = [card(model_id) for model_id in registry.model_ids()]
    rows = [
        {
            _("Model"): one.model_id,
            _("Kind"): _(one.title),
            _("Reads"): _languages(one.model_id),
            _("Parameters"): f"{one.n_params / 1e6:.2f} M",
            _("Layers"): one.n_layer,
            _("Heads"): one.n_head or "–",
            _("Reads at most"): _("{n} tokens").format(n=one.n_ctx),
        }
        for one in cards
    ]
    st.subheader(_("The models"), anchor=False)
    st.table(rows)
    tell_faults(registry.MODELS)


def _languages(model: str) -> str:
    """What a model reads, each language by its own name."""
    return _(", ").join(LANGUAGES[code] for code in registry.entry_of(model).languages)
