"""Values that go along with a visitor from page to page: by the menu, by links and on a tour."""

from __future__ import annotations

import streamlit as st

from viz_core.i18n import language, nearest_language
from viz_core.links import PRESENTER

LANGUAGE_KEY = "lang"
TRAVELLING = (LANGUAGE_KEY, PRESENTER.key)
KEPT = "travelling"  # where the session keeps them while no widget holds them
LARGE = 1.5  # times the usual size


def arrive() -> None:
    """Give the widgets of a page what the visitor brings along, unless its address says another.

    Call it before them: Streamlit lets a widget's value go with the page that it stands on.
    """
    kept = st.session_state.setdefault(KEPT, {})
    for key in TRAVELLING:
        if key in st.session_state:
            kept[key] = st.session_state[key]
        elif key in kept and key not in st.query_params:
            st.session_state[key] = kept[key]


def presenting() -> bool:
    """Whether the page is shown to a lecture hall."""
    if PRESENTER.key in st.session_state:
        return bool(st.session_state[PRESENTER.key])
    return st.query_params.get(PRESENTER.key) == "true"


def type_size() -> float:
    """Times the usual size of type and pictures."""
    return LARGE if presenting() else 1.0


def told() -> dict[str, str]:
    """What an address says of these values: nothing of what is so without it.

    Streamlit takes a default out of the address and counts that as a page of the browser's
    history, so that the way back would end there.
    """
    own = language()
    spoken = {} if own == nearest_language(st.context.locale) else {LANGUAGE_KEY: own}
    return spoken | ({PRESENTER.key: "true"} if presenting() else {})
