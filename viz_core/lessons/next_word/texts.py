"""The text so far, model by model."""

from __future__ import annotations

import streamlit as st

from viz_core.generate import LONGEST
from viz_core.i18n import _
from viz_core.lessons.next_word.view import Continuation, NextWordView
from viz_core.ui.show import how
from viz_core.ui.steps import model_name
from viz_core.ui.tiles import Tile, tile_line, written_tiles


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
    for continuation in view.continuations:
        if continuation.over:
            st.info(_why_over(continuation))


def _why_over(continuation: Continuation) -> str:
    """Why a model writes no more."""
    model, n = continuation.model, len(continuation.written)
    if continuation.at.ended:
        return _("{model}: the text is over, the model wrote its end.").format(model=model)
    if n >= LONGEST:
        return _("{model}: the text is cut after {n} words, the most that are written.").format(
            model=model, n=n
        )
    return _("{model}: the text is cut after {n} words, the model has no room for more.").format(
        model=model, n=n
    )
