"""Where a model looked when it chose the newest word."""

from __future__ import annotations

import numpy as np
import streamlit as st

from viz_core.analysis.roles import Role, last_look
from viz_core.figures.theme import bare
from viz_core.i18n import _
from viz_core.lessons.next_word.view import Continuation, NextWordView
from viz_core.ui.inputs import controls, head_select, layer_select
from viz_core.ui.show import how, say
from viz_core.ui.suggestions import suggest_head
from viz_core.ui.tiles import Tile, tile_line


def _telling_head(continuation: Continuation) -> Role | None:
    """The head to begin with: it stays while the text grows, so that looks can be compared."""
    first = (*continuation.written, continuation.at)[0]
    return last_look(list(first.attentions.values()), continuation.prompt)


def show(view: NextWordView) -> None:
    """The words so far, shaded by how much the last one that was read looks at each."""
    st.subheader(_("Where it looked for that word"), anchor=False)
    attending = [each for each in view.continuations if each.at.attentions]
    if not attending:
        st.info(
            _(
                "Recurrent networks have no attention: all that they know is in the state they "
                "hand on. The Memory page shows it."
            )
        )
        return
    continuation = attending[0]
    layers = list(continuation.at.attentions.values())  # each (head, key)
    with controls("head", _("Layer and head")):
        suggest_head(_telling_head(continuation))
        layer, head = layer_select(len(layers)), head_select(len(layers[0]))
    weights = layers[layer].mean(0) if head is None else layers[layer][head]  # (key,)
    words = [*continuation.prompt.strings, *(step.string for step in continuation.written)]
    read = words[: len(weights)]
    tiles = [
        Tile(word, float(weight), f"{weight:.2f}" if weight >= 0.005 else "")
        for word, weight in zip(read, weights, strict=True)
    ]
    tile_line(tiles, view.theme, "attention")
    best = int(np.argmax(weights))
    say(
        _("{model}: most on {word}, {share}.").format(
            model=continuation.model, word=bare(read[best]), share=f"{weights[best]:.2f}"
        )
    )
    how(_("The weights with which the last word read looks at each word before it; they sum to 1."))
