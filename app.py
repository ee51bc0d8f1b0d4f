"""Attention Atlas: the table of pages."""

import streamlit as st

from viz_core import ui
from viz_core.ui import _

st.set_page_config(page_title="Attention Atlas", page_icon=ui.ICON, layout="wide")
ui.speak()
ui.warm_up()
st.navigation(
    [
        st.Page("pages/home.py", title=_("Home"), icon=":material/home:", default=True),
        st.Page("pages/memory.py", title=_("Memory"), icon=":material/memory:"),
        st.Page("pages/attention.py", title=_("Attention"), icon=":material/visibility:"),
        st.Page("pages/next_word.py", title=_("Next word"), icon=":material/edit:"),
        st.Page("pages/translate.py", title=_("Translate"), icon=":material/translate:"),
        st.Page("pages/compare.py", title=_("Compare"), icon=":material/compare:"),
        st.Page("pages/distance.py", title=_("Distance"), icon=":material/straighten:"),
        st.Page("pages/cost.py", title=_("Cost"), icon=":material/speed:"),
    ],
    position="top",
).run()
