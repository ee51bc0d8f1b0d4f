"""How long the vectors are that each part writes into the residual stream."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.figures import labelled_map
from viz_core.figures.theme import numbered
from viz_core.i18n import _
from viz_core.lessons.residual_stream.view import StreamView
from viz_core.ui.show import Details, picture


def show(view: StreamView) -> None:
    """The length of what each part writes at each word, and of the stream at the end."""
    st.subheader(_("How much each part writes"), anchor=False)
    residual, names = view.residual, view.parts
    of_levels = np.linalg.norm(residual.values, axis=-1)  # (level, pos)
    written = [n for n, part in enumerate(residual.parts) if part != "norm"]
    lengths = np.concatenate([residual.lengths[written], of_levels[-1:]])
    rows = [*(names[n] for n in written), _("stream at the end")]
    summary = _("The stream goes from length {first} to {last} on average.").format(
        first=f"{of_levels[0].mean():.1f}", last=f"{of_levels[-1].mean():.1f}"
    )
    picture(
        labelled_map,
        "stream",
        _("One column a word, one row a part: the length of the vector that it writes."),
        summary,
        Details(
            formula=r"\lVert c \rVert_2",
            source="Elhage et al. 2021",
            code=("viz_core/analysis/residual.py", "residual_stream"),
            table=lambda: pd.DataFrame(lengths, index=rows, columns=numbered(view.words)),
        ),
        values=lengths,
        rows=rows,
        columns=view.words,
        theme=view.inside.theme,
        note=view.note,
    )
