"""Next word: from probabilities to text.

A student sees which words a model thinks may come next, what temperature, top-k and top-p leave of
them, and lets the story go on word by word. A lecturer can choose an unlikely word by hand and
watch the story bend, let several models go on from the same text with the same seed, or show what
is kept from word to word and what is computed anew.
"""

import streamlit as st

from viz_core import ui
from viz_core.lessons.next_word import (
    attention,
    branches,
    cache,
    candidates,
    link,
    question,
    texts,
    view,
)
from viz_core.ui import _, running

ui.speak(link.LINK)
ui.title(
    _("Which word comes next?"),
    _("A model never writes a text, only the next word: again and again."),
)
text = ui.text_input(link.TEXT, ui.examples(link.TEXT.default))


def lesson() -> None:
    story = view.next_word_view(text, ui.theme())
    texts.show(story)
    left, right = st.columns([3, 2], gap="large")
    with left:
        candidates.show(story)
    with right:
        attention.show(story)
        branches.show(story)
    cache.show(story)
    ui.share(link.LINK, question.asks(story))
    running.keep_running(story.step, story.done)


ui.run_alone(lesson)
