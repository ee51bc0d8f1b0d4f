"""Attention Atlas: the table of pages."""

import streamlit as st

from viz_core import ui
from viz_core.ui import _

st.set_page_config(page_title="Attention Atlas", page_icon=ui.ICON, layout="wide")
ui.speak()
ui.warm_up()
page = st.navigation(
    {
        "": [
            st.Page("pages/home.py", title=_("Home"), icon=":material/home:", default=True),
            st.Page("pages/compare.py", title=_("Compare"), icon=":material/compare:"),
        ],
        _("Foundations"): [
            st.Page("pages/line.py", title=_("A line"), icon=":material/show_chart:"),
            st.Page("pages/tokens.py", title=_("Words become numbers"), icon=":material/tag:"),
            st.Page("pages/iris.py", title=_("Iris"), icon=":material/local_florist:"),
            st.Page("pages/parameters.py", title=_("More parameters"), icon=":material/stacks:"),
            st.Page("pages/train.py", title=_("Train"), icon=":material/model_training:"),
        ],
        _("Read"): [
            st.Page("pages/memory.py", title=_("Memory"), icon=":material/memory:"),
            st.Page("pages/attention.py", title=_("Attention"), icon=":material/visibility:"),
            st.Page("pages/distance.py", title=_("Distance"), icon=":material/straighten:"),
        ],
        _("Write"): [
            st.Page("pages/next_word.py", title=_("Next word"), icon=":material/edit:"),
            st.Page("pages/translate.py", title=_("Translate"), icon=":material/translate:"),
        ],
        _("Inside"): [
            st.Page("pages/step_by_step.py", title=_("Step by step"), icon=":material/stairs:"),
            st.Page("pages/positions.py", title=_("Positions"), icon=":material/pin_drop:"),
            st.Page("pages/residual_stream.py", title=_("Layers"), icon=":material/layers:"),
            st.Page("pages/contribution.py", title=_("Contribution"), icon=":material/balance:"),
            st.Page("pages/what_if.py", title=_("What if"), icon=":material/tune:"),
        ],
        _("Size"): [
            st.Page("pages/anatomy.py", title=_("Anatomy"), icon=":material/account_tree:"),
            st.Page("pages/scale.py", title=_("Scale"), icon=":material/trending_down:"),
            st.Page("pages/cost.py", title=_("Cost"), icon=":material/speed:"),
        ],
    },
    position="top",
)
ui.show_page(page)
