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
        st.Page("pages/attention.py", title=_("Attention"), icon=":material/visibility:"),
    ],
    position="top",
).run()
