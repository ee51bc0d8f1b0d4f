"""A line: the smallest model there is, and how training finds it.

A student drags points and sees the best line follow, places the line by hand, and lets gradient
descent go down step by step. A lecturer can point at the way on the loss surface, at what momentum
and the learning rate do, and at the rate beyond which everything runs away.
"""

import streamlit as st

from viz_core import ui
from viz_core.lessons.line import descent, equation, fitted, link, view
from viz_core.ui import _

ui.speak()
ui.title(
    _("A model is a function"),
    _("y = a x + b: two numbers, and training is the search for them."),
)


def lesson() -> None:
    line = view.line_view(ui.theme())
    descent.show_title(line)
    left, right = st.columns(2, gap="large")
    with left:
        fitted.show(line)
        equation.show(line)
    with right:
        descent.show_surface(line)
        descent.show_course(line)
    ui.share(link.LINK)
    view.go_on(line)


ui.run_alone(lesson)
