"""The grid that the visitor draws on."""

from __future__ import annotations

import streamlit as st

from viz_core.figures.theme import Theme
from viz_core.i18n import _
from viz_core.lessons.pictures import link
from viz_core.pictures import SIDE, digits, write_picture
from viz_core.ui.drawing import drawing
from viz_core.ui.inputs import unseen
from viz_core.ui.show import how

SHOWN = "unseen_digit"  # where the session keeps which unseen digit was put on the grid last
ERASES = "erases"
EMPTY = "0" * SIDE * SIDE


def draw(theme: Theme) -> str:
    """Let the visitor draw; returns the picture."""
    with unseen(link.PICTURE.key):
        picture = st.text_input(
            link.PICTURE.key,
            link.PICTURE.default or "",
            key=link.PICTURE.key,
            bind="query-params",
            label_visibility="collapsed",
        )
    st.subheader(_("Draw a digit"), anchor=False)
    drawing("grid", picture or "", theme, _put, erases=bool(st.session_state.get(ERASES)))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(_("Clear"), icon=":material/delete:", on_click=_put, args=(EMPTY,))
        st.button(_("An unseen digit"), icon=":material/casino:", on_click=_put_unseen)
        st.toggle(_("Erase"), key=ERASES)
    how(
        _(
            "Draw with the mouse, a finger, or arrow keys and the space bar. The grid has 8 × 8 "
            "numbers from 0 to 16; the thick lines part the 16 patches."
        )
    )
    return picture or ""


def _put(picture: str) -> None:
    st.session_state[link.PICTURE.key] = picture


def _put_unseen() -> None:
    """The next of the digits that nothing was trained on."""
    known = digits("test")
    at = (int(st.session_state.get(SHOWN, -1)) + 1) % len(known)
    st.session_state[SHOWN] = at
    _put(write_picture(known.pictures[at]))
