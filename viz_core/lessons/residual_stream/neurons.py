"""The neurons of one feed-forward network that write most into the residual stream."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.block import Block
from viz_core.analysis.residual import neurons
from viz_core.figures import Scale, labelled_map
from viz_core.figures.numbers import percent
from viz_core.figures.theme import numbered, visible
from viz_core.i18n import _
from viz_core.lessons.residual_stream.view import StreamView
from viz_core.ui.inputs import layer_select
from viz_core.ui.show import Details, picture


def show(view: StreamView) -> None:
    """The activations of the neurons of a layer that the visitor chooses."""
    inside = view.inside
    layer = layer_select(len(view.residual.levels) - 1)
    act = inside.trace[f"{view.stack}.{layer}.ffn.act"].values  # (pos, d_ff)
    block = Block(inside.trace, inside.parameters, f"{view.stack}.{layer}.self_attn")
    strongest = neurons(act, block.weight("ffn.W_out"))
    values = act[:, strongest].T  # (neuron, pos)
    rows = [_("neuron {n}").format(n=n) for n in strongest]
    st.subheader(
        _("{share} of all neurons of layer {layer} are above 0").format(
            share=percent((act > 0).mean(), short=True), layer=layer
        ),
        anchor=False,
    )
    row, pos = np.unravel_index(np.abs(values).argmax(), values.shape)
    summary = _("Strongest: neuron {n} at {word}, {value}.").format(
        n=strongest[row], word=visible(view.words[pos]), value=f"{values[row, pos]:.2f}"
    )
    picture(
        labelled_map,
        "stream",
        _(
            "One column a word, one row a neuron, those first that write most: brown is above 0. "
            "Each word goes through the network alone."
        ),
        summary,
        Details(
            formula=r"h = f(W_{\mathrm{in}}\,a + b_{\mathrm{in}})",
            source="Geva et al. 2021, Transformer Feed-Forward Layers Are Key-Value Memories",
            code=("viz_core/analysis/residual.py", "neurons"),
            table=lambda: pd.DataFrame(values, index=rows, columns=numbered(view.words)),
        ),
        values=values,
        rows=rows,
        columns=view.words,
        theme=inside.theme,
        scale=Scale(signed=True),
        note=view.note,
    )
