"""Next word: from probabilities to text.

A student sees which words a model thinks may come next, what temperature, top-k and top-p leave of
them, and lets the story go on word by word. A lecturer can choose an unlikely word by hand and
watch the story bend, or let several models go on from the same text with the same seed.
"""

import streamlit as st

from viz_core import ui
from viz_core.ui import _

ui.speak()
ui.title(
    _("Which word comes next?"),
    _("A model never writes a text, only the next word: again and again."),
)
text = ui.text_input(ui.TOM_ASKED, ui.examples())
seen = ui.next_word_view(text, ui.theme())
ui.show_texts(seen)
left, right = st.columns([3, 2], gap="large")
with left:
    ui.show_candidates(seen)
with right:
    ui.show_newest_attention(seen)
    ui.show_branches(seen)
ui.copy_link("next_word", ui.NEXT_WORD_KEYS)
ui.keep_running(seen)
