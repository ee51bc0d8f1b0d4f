"""The models that a visitor holds besides those that all are offered: what he trained."""

from __future__ import annotations

import streamlit as st

from viz_core import guests, registry
from viz_core.ui.usable import MODEL_KEYS

HELD = "held_models"  # where the session keeps their ids
MOST = 8  # that are offered at once


def offer_held() -> None:
    """Offer what this session holds; a link that names such a model brings it along."""
    asked = [i for key in MODEL_KEYS for i in st.query_params.get_all(key)]
    held: list[str] = st.session_state.setdefault(HELD, [])
    held += [i for i in asked if i not in held and registry.is_run(i)]
    del held[:-MOST]
    guests.hold(tuple(i for i in held if i in registry.MODELS))


def hold(model_id: str) -> None:
    """Let the visitor find a model in every lesson, in place of other steps of its run."""
    run = model_id.rpartition("-")[0]
    held: list[str] = st.session_state.setdefault(HELD, [])
    st.session_state[HELD] = [i for i in held if i.rpartition("-")[0] != run] + [model_id]
