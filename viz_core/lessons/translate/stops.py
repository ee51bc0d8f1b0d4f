"""The six stops of the Translate page: from pieces of the source to the choice of a word."""

from __future__ import annotations

import streamlit as st

from viz_core.i18n import _
from viz_core.lessons.translate import attention, choice, vectors
from viz_core.lessons.translate.link import DECODER, ENCODER, STOPS
from viz_core.lessons.translate.view import TranslationView

PICTURES = {
    "embeddings": vectors.show_embeddings,
    "positions": vectors.show_positions,
    ENCODER: attention.show,
    DECODER: attention.show,
    "cross": attention.show,
    "choice": choice.show,
}


def show(view: TranslationView) -> None:
    """The picture of one stop, with its numbers."""
    number = STOPS.index(view.stop) + 1
    st.subheader(f"{number} · {_title(view.stop)}", anchor=False)
    PICTURES[view.stop](view)


def _title(stop: str) -> str:
    """What happens at a stop, in a sentence."""
    titles = {
        "embeddings": _("Every piece of the source becomes a vector"),
        "positions": _("Each vector is told its place"),
        ENCODER: _("The words of the source look at each other"),
        DECODER: _("The translation looks back at itself, never ahead"),
        "cross": _("Each word of the translation looks at the source"),
        "choice": _("A word is chosen and written, and all begins again"),
    }
    return titles[stop]
