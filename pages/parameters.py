"""More parameters: what fits the training data ever better, and unseen data not.

A student adds parameters to a price list for pizzas and watches training and unseen pizzas part. A
lecturer can change how many ingredients really matter, how many pizzas there are and how noisy
their prices, and see which model would have been right.
"""

import streamlit as st

from viz_core import ui
from viz_core.lessons.parameters import curves, link, model, view
from viz_core.ui import _

ui.speak()
ui.title(
    _("More parameters fit more"),
    _("What a pizza costs, learned from a few pizzas: what is learned shows on unseen ones."),
)


def lesson() -> None:
    fitting = view.fitting_view(ui.theme())
    curves.show_title(fitting)
    left, right = st.columns([3, 2], gap="large")
    with left:
        curves.show(fitting)
    with right:
        model.show_prices(fitting)
    model.show_weights(fitting)
    ui.share(link.LINK)


ui.run_alone(lesson)
