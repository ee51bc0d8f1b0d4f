"""Pictures of what a pass costs against the length of the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from viz_core.figures.grid import empty_figure, note_line
from viz_core.figures.theme import LIGHT, Theme, escape, layout
from viz_core.i18n import _

CHART = 400  # px
LOGARITHMIC = {"type": "log", "zeroline": False, "fixedrange": True}  # an axis


@dataclass(frozen=True)
class Growth:
    """One line of a growth chart.

    Attributes:
        name: for people, its slope included.
        color: of the line.
        symbol: of its points, Plotly's name.
        dash: of the line, Plotly's name.
        sizes, costs: positive.
    """

    name: str
    color: str
    symbol: str
    sizes: Sequence[int]
    costs: Sequence[float]
    dash: str = "solid"


def growth_lines(
    courses: Sequence[Growth],
    value: str,
    unit: str,
    theme: Theme = LIGHT,
    *,
    note: str = "",
) -> go.Figure:
    """Draw costs against lengths, both logarithmic, so that a power of the length is a line.

    Args:
        value: what the costs are, for people.
        unit: of the costs.
        note: where and when it was measured, to stand on the exported picture.
    """
    if not courses:
        return empty_figure(_("Nothing is measured yet."), theme)
    return go.Figure(
        data=[_line(course, unit) for course in courses],
        layout=layout(
            theme,
            height=CHART,
            margin={"l": 80, "r": 20, "t": 70, "b": 100},
            showlegend=True,
            legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            xaxis=LOGARITHMIC
            | {
                "title": {"text": _("length of the text (tokens)")},
                "tickvals": sorted({size for course in courses for size in course.sizes}),
                "showgrid": False,
            },
            yaxis=LOGARITHMIC
            | {
                "title": {"text": f"{value} ({unit})"},
                "dtick": 1,
                "showgrid": True,
                "gridcolor": theme.faint,
            },
            annotations=note_line(note, theme, yshift=-98, xshift=-60),
        ),
    )


def _line(course: Growth, unit: str) -> dict[str, Any]:
    """One line, a point at each length."""
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": escape(course.name),
        "x": list(course.sizes),
        "y": list(course.costs),
        "line": {"color": course.color, "width": 2, "dash": course.dash},
        "marker": {"symbol": course.symbol, "size": 9},
        "hovertemplate": _("{n} tokens").format(n="%{x}")
        + f": <b>%{{y:.3g}}</b> {escape(unit)}<br>%{{fullData.name}}<extra></extra>",
    }
