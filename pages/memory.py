"""Memory: what recurrent networks carry from word to word.

A student sees every unit of the hidden state after every word, the gates of LSTM and GRU open and
shut, the numbers of any unit's equation, and what the model expects next. A lecturer can point at
"Apple is" and the guesses after it, at the words that each network's guess rests on, and at the
gradient that fades on its way back.
"""

import streamlit as st

from viz_core import ui
from viz_core.lessons.memory import (
    beside,
    equation,
    gradients,
    link,
    next_words,
    question,
    states,
    view,
    words,
)
from viz_core.ui import _

ui.speak(link.LINK)
ui.title(
    _("What does it still remember?"),
    _("A recurrent network reads word by word; all that it knows is in the state it hands on."),
)
text = ui.text_input(link.TEXT, ui.examples(link.TEXT.default))


def lesson() -> None:
    memory = view.memory_view(text, ui.theme())
    words.show(memory)
    beside.show(memory)
    left, right = st.columns([3, 2], gap="large")
    with left:
        states.show(memory)
    with right:
        equation.show(memory)
        gradients.show(memory)
    next_words.show(memory)
    ui.share(link.LINK, question.asks(memory))


ui.run_alone(lesson)
