"""All heads of a model at a glance."""

from __future__ import annotations

from dataclasses import astuple

import pandas as pd
import streamlit as st

from viz_core.analysis.attention import head_measures
from viz_core.i18n import _
from viz_core.lessons.attention.view import AttentionView
from viz_core.ui.components import head_grid, measure_names
from viz_core.ui.show import Details, how, show_details


def show(view: AttentionView) -> None:
    """One small map for each head, to open one."""
    st.subheader(_("All heads at a glance"), anchor=False)
    head_grid(view.records, view.keys, view.layer, view.head, view.theme)
    how(_("One small map for each head: layers downwards, heads across. Click one to open it."))
    show_details(
        Details(
            formula=r"H = -\sum_j w_j \log_2 w_j \qquad \mathrm{distance} = \sum_j w_j\,|i - j|",
            source=_("Means over the queries of a head; after Clark et al. 2019 and Vig 2019"),
            code=("viz_core/analysis/attention.py", "head_measures"),
            table=lambda: _table(view),
        ),
        "heads",
    )


def _table(view: AttentionView) -> pd.DataFrame:
    """The measures of every head, a row a head."""
    return pd.DataFrame(
        [
            {
                _("Layer"): layer,
                _("Head"): head,
                **dict(zip(measure_names(), astuple(measures), strict=True)),
            }
            for layer, record in enumerate(view.records)
            for head, measures in enumerate(head_measures(record, view.keys))
        ]
    )
