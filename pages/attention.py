"""Attention: who looks at whom.

A student types a sentence, sees where each word looks, head by head, and what the model makes of
it. A lecturer can point at the second Tom finding the first one, at heads that read the word
before, at the mask that hides what is still to come, and at the proof that the numbers are real.
"""

import streamlit as st

from viz_core import ui
from viz_core.ui import _

ui.speak()
ui.title(
    _("Where does each word look?"),
    _("Every word asks all the words that it may see, and takes most from those that answer best."),
)
text = ui.text_input(ui.TOM, ui.examples())
view = ui.attention_view(text, ui.theme())
ui.show_strip(view)
left, right = st.columns([3, 2], gap="large")
with right:  # sent first: a canvas is painted while Plotly still thinks
    ui.show_heads(view)
    ui.show_guesses(view.trace, view.key, view.theme)
with left:
    ui.show_map(view)
ui.copy_link("attention", ui.LINK_KEYS)
