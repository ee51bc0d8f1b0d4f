"""Iris: the k nearest neighbours.

A student moves a flower and sees which measured flowers are nearest, how they vote, and where the
vote would turn. A lecturer can point at what is missing: there is no training, the data is the
model; and at what k does to the border and to how often the vote is right.
"""

import streamlit as st

from viz_core import ui
from viz_core.lessons.iris import accuracy, link, nearest, plane, view
from viz_core.ui import _

ui.speak()
ui.title(
    _("The nearest neighbours vote"),
    _("150 irises, measured and named. No training: the data is the model."),
)


def lesson() -> None:
    iris = view.iris_view(ui.theme())
    left, right = st.columns([3, 2], gap="large")
    with left:
        plane.show(iris)
    with right:
        nearest.show(iris)
    accuracy.show(iris)
    ui.share(link.LINK)


ui.run_alone(lesson)
