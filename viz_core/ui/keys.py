"""Presenter size, and the keys that there are: two buttons in every page's title row."""

from __future__ import annotations

import streamlit as st

from viz_core.i18n import _
from viz_core.links import PRESENTER
from viz_core.ui.browser import view
from viz_core.ui.inputs import unseen
from viz_core.ui.travelling import presenting

_keys = view(
    "keys",
    '<div class="keys"><button type="button" class="large"><small>A</small>A</button>'
    '<button type="button" class="help">?</button>'
    '<dialog><h2></h2><dl></dl><form method="dialog"><button></button></form></dialog></div>',
)


def key_buttons() -> None:
    """A switch of presenter size, which stands in the link, and a sheet of all keys."""
    with unseen(PRESENTER.key):
        st.toggle(PRESENTER.key, key=PRESENTER.key, bind="query-params")

    def turned() -> None:
        st.session_state[PRESENTER.key] = bool(st.session_state["keys"].turned)

    data = {
        "on": presenting(),
        "large": _("Presenter size, for a lecture hall (P)"),
        "title": _("Keys (?)"),
        "close": _("Close"),
        "keys": key_sheet(),
    }
    _keys(
        "keys",
        data=data,
        on_turned_change=turned,
        on_themed_change=lambda: None,  # the page runs again, in the colours of the theme
        width="content",
    )


def key_sheet() -> list[tuple[str, str]]:
    """Every key and what it does."""
    return [
        ("P, F", _("presenter size, on and off")),
        ("?", _("this sheet")),
        ("← →", _("the step before, the next step: on walks, while writing, on a tour")),
        (_("Space"), _("on the flow of Home: play and pause")),
        ("↑ ↓", _("on the flow of Home: the word before, the next word")),
        ("← → ↑ ↓", _("on a heat map: from cell to cell; its number is told")),
        ("← → ↑ ↓", _("on points that can be moved: move one; with Shift ten times as far")),
        ("Page ↑ ↓", _("on points that can be moved: the one before, the next one")),
        ("Delete", _("on points that can be moved: take the point away")),
        ("← →", _("in a sentence: the word before, the next word")),
        ("Enter", _("on the grid of heads: open the head")),
        ("Tab", _("on to the next thing that can be used")),
    ]
