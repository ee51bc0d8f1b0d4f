"""An error where the result would be, and text that Markdown leaves alone."""

from __future__ import annotations

import re

import streamlit as st

from viz_core.errors import VizError
from viz_core.figures.theme import legible


def show_error(error: VizError) -> None:
    """The sentence of an error, where the result would be."""
    st.error(escape_markdown(str(error)), icon=":material/error:")


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is, nothing hidden."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|~<>$:&@])", r"\\\1", legible(text))
