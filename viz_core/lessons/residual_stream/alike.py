"""How the residual stream turns from level to level."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from viz_core.analysis.residual import cosines
from viz_core.figures import Scale, labelled_map
from viz_core.i18n import _
from viz_core.lessons.residual_stream.view import StreamView
from viz_core.ui.show import Details, picture


def show(view: StreamView) -> None:
    """The cosine of every two levels."""
    st.subheader(_("How far the stream turns"), anchor=False)
    alike, levels = cosines(view.residual.values), view.levels
    summary = _("Input and end have a cosine of {cosine}.").format(cosine=f"{alike[0, -1]:.2f}")
    picture(
        labelled_map,
        "stream",
        _("1 is the same direction, 0 a right angle: the mean over all words."),
        summary,
        Details(
            formula=r"\cos(x, y) = \frac{x \cdot y}{\lVert x \rVert \lVert y \rVert}",
            source="Ethayarajh 2019, How Contextual are Contextualized Word Representations?",
            code=("viz_core/analysis/residual.py", "cosines"),
            table=lambda: pd.DataFrame(alike, index=levels, columns=levels),
        ),
        values=alike,
        rows=levels,
        columns=levels,
        theme=view.inside.theme,
        scale=Scale(signed=True, limit=1),
        words=False,
        note=view.note,
    )
