"""The six stops of the Translate page: from pieces of the source to the choice of a word."""

from __future__ import annotations

import streamlit as st

from viz_core.i18n import N_, _
from viz_core.lessons.translate import attention, choice, vectors
from viz_core.lessons.translate.link import STOPS
from viz_core.lessons.translate.view import TranslationView

TITLES = {  # what happens at a stop, in a sentence
    "embeddings": N_("Every piece of the source becomes a vector"),
    "positions": N_("Each vector is told its place"),
    "encoder": N_("The words of the source look at each other"),
    "decoder": N_("The translation looks back at itself, never ahead"),
    "cross": N_("Each word of the translation looks at the source"),
    "choice": N_("A word is chosen and written, and all begins again"),
}
PICTURES = {
    "embeddings": vectors.show_embeddings,
    "positions": vectors.show_positions,
    "encoder": attention.show,
    "decoder": attention.show,
    "cross": attention.show,
    "choice": choice.show,
}


def show(view: TranslationView) -> None:
    """The picture of one stop, with its numbers."""
    number = STOPS.index(view.stop) + 1
    st.subheader(f"{number} · {_(TITLES[view.stop])}", anchor=False)
    PICTURES[view.stop](view)
