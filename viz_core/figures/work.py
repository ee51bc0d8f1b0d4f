"""Picture of what each further word of a text takes, and of what is kept for the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from viz_core.figures.grid import empty_figure, note_line
from viz_core.figures.theme import LIGHT, Theme, escape, layout
from viz_core.i18n import _

CHART = 380  # px, height
LEFT, RIGHT = (0.0, 0.43), (0.57, 1.0)  # where the two pictures stand


@dataclass(frozen=True)
class WorkCourse:
    """One way of going on with a text.

    Attributes:
        name: for people.
        colour: of its lines.
        symbol, dash: of its points and lines, Plotly's names.
        n_read: tokens of the text at each point.
        n_multiplied: multiplications for the last one of them.
        n_bytes: kept behind it.
    """

    name: str
    colour: str
    symbol: str
    dash: str
    n_read: Sequence[int]
    n_multiplied: Sequence[int]
    n_bytes: Sequence[int]


def work_lines(
    courses: Sequence[WorkCourse], theme: Theme = LIGHT, *, at: int | None = None, note: str = ""
) -> go.Figure:
    """Draw multiplications a word on the left, bytes that are kept on the right.

    Args:
        at: a length of the text that is marked.
    """
    if not courses:
        return empty_figure(_("There is nothing to compare yet."), theme)
    plain = {"showgrid": False, "zeroline": False, "fixedrange": True, "linecolor": theme.faint}
    reads = plain | {
        "title": {"text": escape(_("words of the text")), "standoff": 8},
        "tickformat": "d",
    }
    counts = plain | {"showline": True, "rangemode": "tozero"}
    return go.Figure(
        data=[line for course in courses for line in _lines(course)],
        layout=layout(
            theme,
            height=CHART,
            margin={"l": 60, "r": 20, "t": 84, "b": 84},
            meta={"min_width": 620},
            showlegend=True,
            legend={"orientation": "h", "x": 0, "y": 1.14, "yanchor": "bottom"},
            hovermode="closest",
            xaxis=reads | {"domain": LEFT},
            xaxis2=reads | {"domain": RIGHT, "anchor": "y2"},
            yaxis=counts,
            yaxis2=counts | {"anchor": "x2"},
            shapes=[] if at is None else [_upright(at, axis, theme) for axis in ("", "2")],
            annotations=[
                _above(_("million multiplications for one more word"), LEFT, theme),
                _above(_("kilobytes kept for the next word"), RIGHT, theme),
                *note_line(note, theme, yshift=-80, xshift=-50),
            ],
        ),
    )


def _lines(course: WorkCourse) -> list[dict[str, Any]]:
    """The lines of one way, one in each picture."""
    name = escape(course.name)
    common: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "legendgroup": name,
        "x": list(course.n_read),
        "line": {"color": course.colour, "width": 2.5, "dash": course.dash},
        "marker": {"symbol": course.symbol, "size": 5},
    }
    words = _("{n} words").format(n="%{x}")
    multiplied = _("{n} million").format(n="%{y:,.2f}")
    kept = _("{n} kB").format(n="%{y:,.1f}")
    return [
        common
        | {
            "y": [n / 1e6 for n in course.n_multiplied],
            "hovertemplate": f"{name}, {words}: <b>{multiplied}</b><extra></extra>",
        },
        common
        | {
            "y": [n / 1e3 for n in course.n_bytes],
            "xaxis": "x2",
            "yaxis": "y2",
            "showlegend": False,
            "hovertemplate": f"{name}, {words}: <b>{kept}</b><extra></extra>",
        },
    ]


def _above(text: str, span: tuple[float, float], theme: Theme) -> dict[str, Any]:
    """What one of the pictures shows, above it."""
    return {
        "text": escape(text),
        "xref": "paper",
        "yref": "paper",
        "x": span[0],
        "y": 1,
        "yshift": 26,
        "xanchor": "left",
        "showarrow": False,
        "font": {"color": theme.muted},
    }


def _upright(at: int, axis: str, theme: Theme) -> dict[str, Any]:
    """A line from top to bottom at a length of the text."""
    ends = {"x0": at, "x1": at, "y0": 0, "y1": 1, "xref": f"x{axis}", "yref": f"y{axis} domain"}
    return {"type": "line", **ends, "line": {"color": theme.mark, "width": 1.5, "dash": "dot"}}
