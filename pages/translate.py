"""Translate: one sentence becomes another, in six stops.

A student follows a Chinese sentence from its pieces to an English one: vectors, positions, the
encoder's attention, the decoder's with its mask, the look across, the choice of each word. A
lecturer can let the translation grow word by word, type another one and ask how likely it is, and
open the beam search as a tree.
"""

import streamlit as st

from viz_core import ui
from viz_core.lessons.translate import beam, link, pair, quality, question, stops, view
from viz_core.ui import _

ui.speak(link.LINK)
ui.title(
    _("From one language to another"),
    _("An encoder reads the whole sentence; a decoder writes another one, word by word."),
)
left, right = st.columns(2, gap="medium")
with left:
    text = ui.text_input(link.TEXT, ui.translation_examples(), stories=False)
with right:
    own = view.own_translation()


def lesson() -> None:
    translation = view.translation_view(text, own, ui.theme())
    pair.show(translation)
    stops.show(translation)
    beam.show(translation)
    quality.show(translation)
    ui.share(link.LINK, question.asks(translation))


ui.run_alone(lesson)
