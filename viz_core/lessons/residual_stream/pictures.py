"""Which of the pictures of a residual stream is shown."""

from __future__ import annotations

import streamlit as st

from viz_core.i18n import _
from viz_core.lessons.residual_stream import alike, lengths, lens, link, neurons, parts
from viz_core.lessons.residual_stream.view import StreamView
from viz_core.ui.inputs import choose

SHOW = {
    link.LENS: lens.show,
    link.JACOBIAN: lens.show_jacobian,
    link.PARTS: parts.show,
    link.LENGTHS: lengths.show,
    link.ALIKE: alike.show,
    link.NEURONS: neurons.show,
}


def show(view: StreamView) -> None:
    """Let the visitor choose a picture; below it, how near the sum is to what was recorded."""
    speaks = view.inside.trace.traits.speaks
    with view.inside.row:
        chosen = choose(
            link.VIEW,
            _("View"),
            _(
                "lens: what each layer would say. Jacobian lens: what it makes likelier at the "
                "end. parts: what the end is made of. lengths: how much each part writes. alike: "
                "how the stream turns. neurons: the feed-forward network."
            ),
            options=[code for code in SHOW if speaks or code not in link.LENSES],
        )
    SHOW[chosen](view)
    st.caption(
        _(
            "Embedding, every attention and every feed-forward network add up to the recorded "
            "stream: largest difference {error}."
        ).format(error=f"{view.residual.error:.0e}")
    )
