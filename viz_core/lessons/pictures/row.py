"""The picture as the model reads it: a row of patches."""

from __future__ import annotations

import streamlit as st

from viz_core.figures.pictures import patch_row
from viz_core.i18n import _
from viz_core.lessons.pictures.view import PicturesView
from viz_core.pictures import N_PATCHES
from viz_core.ui.show import picture


def show(view: PicturesView) -> None:
    """Sixteen patches beside each other."""
    st.subheader(_("A picture is a sentence of {n} patches").format(n=N_PATCHES), anchor=False)
    picture(
        patch_row,
        "pictures-row",
        _(
            "Each patch is a token: its four numbers become a vector by one linear map, as a word "
            "becomes one by its row of a table. The position says where it stood; from there on "
            "nothing is different from words."
        ),
        _("{n} of the patches are blank.").format(n=view.trace.tokens["text"].strings.count("░")),
        aloud=False,
        numbers=view.numbers,
        theme=view.theme,
    )
