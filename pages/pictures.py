"""Pictures: a picture is a row of tokens, too.

A student draws a digit and sees it cut into patches, which look at each other as words do, and get
a name. A lecturer can ask something in words behind the picture: the same row of tokens, and the
same attention over both, is all that "multimodal" means.
"""

import streamlit as st

from viz_core import ui
from viz_core.lessons.pictures import attention, grid, link, named, rests, row, talk, view
from viz_core.ui import _

ui.speak()
ui.title(
    _("Pictures are tokens too"),
    _("A picture is cut into patches, and a Transformer reads them as it reads words."),
)


def lesson() -> None:
    left, middle, right = st.columns([9, 14, 9], gap="medium")
    with left:
        drawn = grid.draw(ui.theme())
    with middle:
        seen = view.look(drawn, ui.theme())
        named.show(seen)
    with right:
        attention.show(seen)
    talk.show(seen)
    left, right = st.columns([5, 4], gap="large")
    with left:
        row.show(seen)
    with right:
        rests.show(seen)
    ui.share(link.LINK)


ui.run_alone(lesson)
