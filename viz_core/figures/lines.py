"""Lines over a shared axis of numbers, each named at its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.grid import empty_figure, note_line
from viz_core.figures.numbers import log_ticks
from viz_core.figures.theme import LABEL_SIZE, LIGHT, Theme, escape, label_width, layout
from viz_core.i18n import _

LINES = 360  # px, height of a chart of lines
CLOSE = 0.07  # of the axis; lines that end so near each other have their names above and below
SHADES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")


def line_chart(
    lines: Sequence[tuple[str, np.ndarray]],
    x: Sequence[float],
    theme: Theme = LIGHT,
    *,
    x_name: str = "",
    y_name: str = "",
    log: bool = False,
    at: float | None = None,
    note: str = "",
) -> go.Figure:
    """Draw lines over a shared axis, each named at its end.

    Args:
        lines: name and values of each, as long as x.
        log: the values, all above 0, are drawn on a logarithmic scale.
        at: a place on the axis of x that is marked.
    """
    if not lines:
        return empty_figure(_("There is nothing to compare yet."), theme)
    axis = {"showgrid": False, "zeroline": False, "fixedrange": True, "linecolor": theme.faint}
    right = 40 + round(max(label_width(name) for name, _values in lines))
    beside = _beside([values for _name, values in lines], log)
    return go.Figure(
        data=[_line(*line, x, SHADES[n % len(SHADES)], beside[n]) for n, line in enumerate(lines)],
        layout=layout(
            theme,
            height=LINES,
            margin={"l": 70, "r": right, "t": 20, "b": 80},
            meta={"min_width": 480},
            hovermode="x",
            xaxis=axis | {"title": {"text": escape(x_name)}, "automargin": True},
            yaxis=axis
            | {"title": {"text": escape(y_name)}, "showline": True}
            | (_powers(np.concatenate([values for _name, values in lines])) if log else {}),
            annotations=note_line(note, theme, yshift=-76, xshift=-60),
            shapes=[] if at is None else [_upright(at, theme)],
        ),
    )


def _upright(at: float, theme: Theme) -> dict[str, Any]:
    """A line from top to bottom."""
    ends = {"x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "line", **ends, "line": {"color": theme.mark, "width": 2, "dash": "dot"}}


def _beside(lines: Sequence[np.ndarray], log: bool) -> list[str]:
    """Where the name of each line stands: above or below its end if another one ends close by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = [np.log10(values) if log else np.asarray(values, float) for values in lines]
    finite = np.concatenate([values[np.isfinite(values)] for values in scaled])
    near = CLOSE * (float(np.ptp(finite)) if finite.size else 0.0)
    ends = [float(values[-1]) for values in scaled]
    places = []
    for n, end in enumerate(ends):
        other = [m for m, one in enumerate(ends) if m != n and abs(one - end) < near]
        above = all((end, -n) > (ends[m], -m) for m in other)
        places.append("middle right" if not other else "top right" if above else "bottom right")
    return places


def _powers(values: np.ndarray) -> dict[str, Any]:
    """A logarithmic axis; between its powers of ten 2 and 5 are named where there is room."""
    shown = values[(values > 0) & np.isfinite(values)]
    wide = not shown.size or shown.max() > 1e3 * shown.min()
    if wide:
        return {"type": "log", "exponentformat": "power", "dtick": 1}
    ticks = log_ticks(shown.min() / 10, shown.max() * 10, (1, 2, 5))
    return {"type": "log", "tickvals": ticks, "ticktext": [f"{tick:g}" for tick in ticks]}


def _line(
    name: str, values: np.ndarray, x: Sequence[float], color: str, beside: str
) -> dict[str, Any]:
    """One line, its name behind its last point.

    Args:
        beside: where the name stands, Plotly's word.
    """
    return {
        "type": "scatter",
        "mode": "lines+text",
        "x": list(x),
        "y": np.asarray(values, np.float32),
        "text": [""] * (len(x) - 1) + [f" {escape(name)}"],
        "textposition": beside,
        "textfont": {"color": color, "size": LABEL_SIZE},
        "line": {"color": color, "width": 2.5},
        "cliponaxis": False,
        "hovertemplate": f"{escape(name)} <b>%{{y:.4f}}</b><extra></extra>",
    }
