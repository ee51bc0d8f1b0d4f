"""A grid to draw on: by mouse, finger or keyboard."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from viz_core.figures.theme import Theme
from viz_core.i18n import _
from viz_core.ui.browser import view

_drawing = view(
    "drawing",
    '<div class="drawing"><canvas tabindex="0" role="application"></canvas>\n'
    '<div class="said" aria-live="polite"></div></div>',
)


def drawing(
    key: str, picture: str, theme: Theme, on_drawn: Callable[[str], None], *, erases: bool
) -> None:
    """Show a picture and let the visitor draw on it.

    Args:
        picture: as `viz_core.pictures` writes it; anything else is an empty grid.
        on_drawn: takes the picture after each stroke.
        erases: strokes take away what is there.
    """

    def drawn() -> None:
        on_drawn(str(st.session_state[key].drawn))

    data = {
        "picture": picture,
        "erases": erases,
        "label": _(
            "A grid to draw a digit on, by mouse or finger. Arrow keys move, the space bar fills a "
            "cell or empties it, Shift and an arrow draws on."
        ),
        "says": _("column {column}, row {row}: {n} of 16"),
        "colours": {
            "ink": theme.text,
            "paper": theme.background,
            "faint": theme.faint,
            "muted": theme.muted,
            "mark": theme.mark,
        },
    }
    _drawing(key, data=data, on_drawn_change=drawn)
