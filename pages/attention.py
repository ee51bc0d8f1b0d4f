"""Attention: who looks at whom.

A student types a sentence, sees where each word looks, head by head, and what the model makes of
it. A lecturer can point at the second Tom finding the first one, at heads that read the word
before, at the mask that hides what is still to come, and at the proof that the numbers are real.
"""

import streamlit as st

from viz_core import ui
from viz_core.lessons.attention import guesses, heads, link, question, roles, view, weights, words
from viz_core.ui import _

ui.speak(link.LINK)
ui.title(
    _("Where does each word look?"),
    _("Every word asks all the words that it may see, and takes most from those that answer best."),
)
text = ui.text_input(link.TEXT, ui.examples(link.TEXT.default))


def lesson() -> None:
    attention = view.attention_view(text, ui.theme())
    words.show(attention)
    left, right = st.columns([3, 2], gap="large")
    with right:  # sent first: a canvas is painted while Plotly still thinks
        roles.show(attention)
        heads.show(attention)
        guesses.show(attention)
    with left:
        weights.show(attention)
    ui.share(link.LINK, question.asks(attention), attention.trace)


ui.run_alone(lesson)
