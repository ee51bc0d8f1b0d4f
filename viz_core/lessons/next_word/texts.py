"""The text so far, model by model."""

from __future__ import annotations

import streamlit as st

from viz_core.i18n import _
from viz_core.lessons.next_word.tiles import Tile, tile_line, written_tiles
from viz_core.lessons.next_word.view import NextWordView
from viz_core.ui.show import how
from viz_core.ui.steps import model_name


def show(view: NextWordView) -> None:
    """Each written word shaded by its probability."""
    for continuation in view.continuations:
        if len(view.continuations) > 1:
            model_name(continuation.model, continuation.kind)
        typed = zip(continuation.prompt.strings, continuation.prompt.special, strict=True)
        prompt = [Tile(token) for token, special in typed if not special]
        tiles = [*prompt, *written_tiles(continuation.written)]
        tile_line(tiles, view.theme, f"text_{continuation.model}")
    how(
        _(
            "Shaded words are written by the model; shade and number are the probability that it "
            "gave the word, a frame marks a word chosen by hand."
        )
    )
    if view.over:
        st.info(_("The text is over: the model wrote its end, or there is no room for more."))
    elif any(each.following is None and not each.over for each in view.continuations):
        st.info(_("The server ran out of time. Press Step to go on."))
