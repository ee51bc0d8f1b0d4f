"""Lines over a shared axis of numbers, each named at its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.grid import empty_figure, note_line
from viz_core.figures.theme import LABEL_SIZE, LIGHT, Theme, escape, label_width, layout
from viz_core.i18n import _

LINES = 360  # px, height of a chart of lines
SHADES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")


def line_chart(
    lines: Sequence[tuple[str, np.ndarray]],
    x: Sequence[float],
    theme: Theme = LIGHT,
    *,
    x_name: str = "",
    y_name: str = "",
    note: str = "",
) -> go.Figure:
    """Draw lines over a shared axis, each named at its end.

    Args:
        lines: name and values of each, as long as x.
    """
    if not lines:
        return empty_figure(_("There is nothing to compare yet."), theme)
    axis = {"showgrid": False, "zeroline": False, "fixedrange": True, "linecolor": theme.faint}
    right = 40 + round(max(label_width(name) for name, _values in lines))
    return go.Figure(
        data=[_line(*line, x, SHADES[n % len(SHADES)]) for n, line in enumerate(lines)],
        layout=layout(
            theme,
            height=LINES,
            margin={"l": 70, "r": right, "t": 20, "b": 80},
            meta={"min_width": 480},
            hovermode="x",
            xaxis=axis | {"title": {"text": escape(x_name)}, "automargin": True},
            yaxis=axis | {"title": {"text": escape(y_name)}, "showline": True},
            annotations=note_line(note, theme, yshift=-76, xshift=-60),
        ),
    )


def _line(name: str, values: np.ndarray, x: Sequence[float], color: str) -> dict[str, Any]:
    """One line, its name behind its last point."""
    return {
        "type": "scatter",
        "mode": "lines+text",
        "x": list(x),
        "y": np.asarray(values, np.float32),
        "text": [""] * (len(x) - 1) + [f" {escape(name)}"],
        "textposition": "middle right",
        "textfont": {"color": color, "size": LABEL_SIZE},
        "line": {"color": color, "width": 2.5},
        "cliponaxis": False,
        "hovertemplate": f"{escape(name)} <b>%{{y:.4f}}</b><extra></extra>",
    }
