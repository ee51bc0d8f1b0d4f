"""Picture of dependence: how much each prediction rests on each word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.grid import (
    MARGINS,
    amount_scale,
    cell_side,
    color_bar,
    corner,
    down,
    empty_figure,
    hatching,
    largest,
    note_line,
    signed_bar,
    signed_scale,
    token_axis,
)
from viz_core.figures.theme import LIGHT, Theme, escape, layout
from viz_core.i18n import _


def influence_map(
    values: np.ndarray,
    queries: Sequence[str],
    keys: Sequence[str],
    unit: str,
    theme: Theme = LIGHT,
    *,
    signed: bool = True,
    masked: np.ndarray | None = None,
    note: str = "",
) -> go.Figure:
    """Draw how much what is said at each place depends on each token.

    Args:
        values: (query, key).
        queries, keys: the tokens of both axes.
        unit: what the values are counted in, for people.
        signed: from -limit to limit around 0, otherwise from 0 to 1.
        masked: True where a model can't look, (query, key).
        note: models, text and settings, to stand on the exported picture.
    """
    if not values.size:
        return empty_figure(_("There is nothing to compare yet."), theme)
    side = cell_side(len(keys))
    return go.Figure(
        data=[
            _cells(values, unit, theme, signed=signed, masked=masked),
            *([hatching(masked, theme)] if masked is not None and masked.any() else []),
        ],
        layout=layout(
            theme,
            width=side * len(keys) + MARGINS["l"] + MARGINS["r"],
            height=side * len(queries) + MARGINS["t"] + MARGINS["b"],
            margin=MARGINS,
            xaxis=token_axis(keys, range(len(keys))) | {"side": "top"},
            yaxis=down(token_axis(queries, range(len(queries))), len(queries)),
            annotations=[
                *corner(theme, _("depends on →"), _("said at ↓")),
                *note_line(note, theme),
            ],
        ),
    )


def _cells(
    values: np.ndarray, unit: str, theme: Theme, *, signed: bool, masked: np.ndarray | None
) -> dict[str, Any]:
    """The squares; masked ones are nan and left out."""
    limit = largest(values)
    drawn = values.astype(np.float32)
    return {
        "type": "heatmap",
        "z": drawn if masked is None else np.where(masked, np.nan, drawn),
        "xgap": 1,
        "ygap": 1,
        "hoverongaps": False,
        "hovertemplate": "<b>%{y}</b> ← <b>%{x}</b><br>%{z:.4f} "
        + escape(unit)
        + "<extra></extra>",
        "colorbar": signed_bar(theme, limit, unit)
        if signed
        else color_bar(theme, [0, 0.5, 1], [f"0 {unit}", "", "1"]),
        **(signed_scale(theme, limit) if signed else amount_scale(theme)),
    }
