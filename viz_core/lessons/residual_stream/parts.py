"""What the vector at the end of the residual stream is made of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.figures import Scale, labelled_map
from viz_core.figures.numbers import percent
from viz_core.figures.theme import numbered, visible
from viz_core.i18n import _
from viz_core.lessons.residual_stream.view import StreamView
from viz_core.ui.show import Details, picture


def show(view: StreamView) -> None:
    """The share that each part has in each word's vector."""
    st.subheader(_("What each word's vector is made of in the end"), anchor=False)
    shares, names = view.residual.shares, view.parts
    last = len(view.words) - 1
    largest = np.argsort(-np.abs(shares[:, last]))[:3]
    summary = _("{word} is made most of {parts}.").format(
        word=visible(view.words[last]),
        parts=_("; ").join(f"{names[n]} {percent(shares[n, last], short=True)}" for n in largest),
    )
    picture(
        labelled_map,
        "stream",
        _(
            "One column a word: the share that each part has in the vector at the end; a column "
            "sums to 1. Purple parts point against the rest."
        ),
        summary,
        Details(
            formula=r"x = E + P + \sum_\ell \left(\mathrm{attn}_\ell + \mathrm{ffn}_\ell\right) "
            r"\qquad \mathrm{share}_c = \frac{c \cdot x}{\lVert x \rVert^2}",
            source="Elhage et al. 2021, A Mathematical Framework for Transformer Circuits",
            code=("viz_core/analysis/residual.py", "residual_stream"),
            table=lambda: pd.DataFrame(shares, index=names, columns=numbered(view.words)),
        ),
        values=shares,
        rows=names,
        columns=view.words,
        theme=view.inside.theme,
        scale=Scale(signed=True),
        note=view.note,
    )
