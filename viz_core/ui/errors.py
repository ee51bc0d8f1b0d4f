"""An error where the result would be, and text that Markdown leaves alone."""

from __future__ import annotations

import re

import streamlit as st

from viz_core.errors import VizError
from viz_core.figures.theme import legible

# What comes before the rest of an address, and the first mark of an icon such as `:smile:`
LINKS_AND_ICONS = r":(?=//|[\w+/-]+:)|@(?=\S)|\bwww(?=\.)"


def show_error(error: VizError) -> None:
    """The sentence of an error, where the result would be."""
    st.error(escape_markdown(str(error)), icon=":material/error:")


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is: neither a link, nor a picture, nor a formula, nor an icon.

    Addresses and icons are found in what Markdown has made of the text, so that a backslash does
    not hide them; a space of no width after the mark that they are known by does.
    """
    broken = re.sub(LINKS_AND_ICONS, "\\g<0>\u200b", legible(text), flags=re.IGNORECASE)
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|~<>$:&@])", r"\\\1", broken)
