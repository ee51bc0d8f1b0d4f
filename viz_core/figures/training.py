"""Pictures of models while they learn: a line a run, and what each of its layers gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.grid import empty_figure, note_line
from viz_core.figures.lines import SHADES
from viz_core.figures.theme import LIGHT, Theme, escape, layout
from viz_core.i18n import _

CHART, LOW = 330, 180  # px, height of a chart
MARGIN = {"l": 64, "r": 20, "t": 40, "b": 84}
LOW_MARGIN = {"l": 64, "r": 20, "t": 10, "b": 50}


@dataclass(frozen=True)
class RunCurve:
    """One run's course.

    Attributes:
        name: for people.
        place: among the runs; decides the colour.
        steps, values: of each point.
        beside_steps, beside: a second course, drawn thin and dotted; perhaps none.
        beside_name: what the second one is, for people; by default that of training.
    """

    name: str
    place: int
    steps: Sequence[int]
    values: Sequence[float]
    beside_steps: Sequence[int] = ()
    beside: Sequence[float] = ()
    beside_name: str = ""


def run_curves(
    curves: Sequence[RunCurve],
    theme: Theme = LIGHT,
    *,
    y_name: str = "",
    log: bool = False,
    whole: float | None = None,
    at: int | None = None,
    empty: str = "",
    note: str = "",
    slim: bool = False,
) -> go.Figure:
    """Draw what runs do step by step.

    Args:
        y_name: what is drawn, for people.
        log: on a logarithmic scale; what is not above 0 has no place there.
        whole: the end of an axis that begins at 0, such as 1 for shares.
        at: a step that is marked.
        empty: what is said while there is nothing to draw.
        slim: it stands above other pictures, which shall be seen, too; it has no room for a note.
    """
    curves = [curve for curve in curves if len(curve.steps)]
    if not curves:
        return empty_figure(empty or _("Nothing is measured yet."), theme)
    low, high = _span(curves, log, whole)
    last = max(max(curve.steps) for curve in curves)
    axis = {"showgrid": False, "zeroline": False, "fixedrange": True, "linecolor": theme.faint}
    return go.Figure(
        data=[line for curve in curves for line in _lines(curve)],
        layout=layout(
            theme,
            height=LOW if slim else CHART,
            margin=LOW_MARGIN if slim else MARGIN,
            showlegend=len(curves) > 1,
            legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            meta={"min_width": 420},
            hovermode="closest",
            xaxis=axis
            | {"title": {"text": escape(_("step")), "standoff": 6}, "range": [0, max(1, last)]},
            yaxis=axis
            | {"title": {"text": escape(y_name)}, "showline": True, "range": [low, high]}
            | ({"type": "log", "exponentformat": "power", "dtick": 1} if log else {}),
            shapes=[] if at is None else [_upright(at, theme)],
            annotations=note_line("" if slim else note, theme, yshift=-80, xshift=-54),
        ),
    )


def _span(curves: Sequence[RunCurve], log: bool, whole: float | None) -> tuple[float, float]:
    """The ends of the axis of values, in its own unit."""
    if whole is not None:
        return 0.0, whole * 1.04
    values = np.array([v for c in curves for v in (*c.values, *c.beside)], float)
    values = values[np.isfinite(values)]
    if log:
        powers = np.log10(values[values > 0])
        return (float(powers.min()) - 0.1, float(powers.max()) + 0.1) if powers.size else (-1, 1)
    high = float(values.max()) if values.size else 1.0
    return 0.0, high * 1.05 or 1.0


def _lines(curve: RunCurve) -> list[dict[str, Any]]:
    """A run's line, and its second one."""
    colour, name = SHADES[curve.place % len(SHADES)], escape(curve.name)
    common: dict[str, Any] = {"type": "scatter", "mode": "lines", "name": name}
    lines = [
        common
        | {
            "x": list(curve.steps),
            "y": list(curve.values),
            "line": {"color": colour, "width": 2.5},
            "hovertemplate": f"{name}, %{{x}}: <b>%{{y:.4g}}</b><extra></extra>",
        }
    ]
    if len(curve.beside_steps):
        beside = escape(curve.beside_name or _("training"))
        lines.append(
            common
            | {
                "x": list(curve.beside_steps),
                "y": list(curve.beside),
                "line": {"color": colour, "width": 1.2, "dash": "dot"},
                "showlegend": False,
                "hovertemplate": f"{name}, {beside}, %{{x}}: <b>%{{y:.4g}}</b><extra></extra>",
            }
        )
    return lines


def _upright(at: int, theme: Theme) -> dict[str, Any]:
    """A line from top to bottom at a step."""
    ends = {"x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "line", **ends, "line": {"color": theme.mark, "width": 1.5, "dash": "dot"}}
