"""Pictures of a line through points: the line itself, and the loss of every other one."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.grid import note_line
from viz_core.figures.theme import COLOURS, LABEL_SIZE, LIGHT, Theme, escape, layout
from viz_core.foundations.line import Descent, Surface, residuals
from viz_core.i18n import _

SIDE = 400  # px, height of both pictures
MARGIN = {"l": 56, "r": 16, "t": 12, "b": 70}
FOUND = COLOURS["vermilion"]  # the line that is looked at, and its way
IN = 0.04  # of the picture's width, between its edge and the grips of a line
LEAST = 1e-6  # of the largest loss: what is smaller is drawn alike, on a logarithmic scale

Ends = tuple[float, float]


def fitted_line(
    points: np.ndarray,
    line: np.ndarray,
    best: np.ndarray | None,
    ends: tuple[Ends, Ends],
    theme: Theme = LIGHT,
    *,
    chosen: int | None = None,
    note: str = "",
) -> go.Figure:
    """Draw points, a line, how far it is from each of them, and the line of the smallest loss.

    Args:
        points: (point, 2).
        line, best: (a, b).
        ends: of both axes.
        chosen: the point that is framed.
        note: the equation and the settings, to stand on the exported picture.
    """
    x = np.array(ends[0])
    traces = [_sticks(points, line, theme)]
    if best is not None:
        traces.append(_straight(x, best, theme.text, _("least squares"), "dash"))
    traces += [
        _straight(x, line, FOUND, _("the line"), "solid"),
        _grips(grips(line, ends[0])),
        _dots(points, line, chosen, theme),
    ]
    return go.Figure(
        data=traces,
        layout=layout(
            theme,
            height=SIDE,
            margin=MARGIN,
            xaxis=_axis("x", ends[0], theme),
            yaxis=_axis("y", ends[1], theme),
            annotations=note_line(note, theme, yshift=-66, xshift=-48),
        ),
    )


def loss_surface(
    surface: Surface,
    descent: Descent,
    best: np.ndarray | None,
    theme: Theme = LIGHT,
    *,
    note: str = "",
) -> go.Figure:
    """Draw the loss of every line as heights of a map, and the way down with a point for each step.

    Args:
        note: the settings, to stand on the exported picture.
    """
    ends = [(float(axis[0]), float(axis[-1])) for axis in (surface.a, surface.b)]
    traces = [_heights(surface, theme), _way(descent)]
    if best is not None:
        traces.append(_best(best, theme))
    return go.Figure(
        data=traces,
        layout=layout(
            theme,
            height=SIDE,
            margin=MARGIN,
            xaxis=_axis(_("a, the slope"), ends[0], theme),
            yaxis=_axis(_("b, the height at x = 0"), ends[1], theme),
            annotations=note_line(note, theme, yshift=-66, xshift=-48),
        ),
    )


def grips(line: np.ndarray, ends: Ends) -> np.ndarray:
    """Where a line can be taken: near its left and its right end, (end, 2).

    Args:
        ends: of the axis of x.
    """
    room = IN * (ends[1] - ends[0])
    x = np.array([ends[0] + room, ends[1] - room])
    found: np.ndarray = np.stack([x, line[0] * x + line[1]], axis=1)
    return found


def _axis(title: str, ends: Ends, theme: Theme) -> dict[str, Any]:
    return {
        "title": {"text": escape(title), "standoff": 6},
        "range": list(ends),
        "showgrid": False,
        "zeroline": True,
        "zerolinecolor": theme.faint,
        "showline": True,
        "linecolor": theme.faint,
        "fixedrange": True,
        "tickfont": {"size": LABEL_SIZE - 2, "color": theme.muted},
    }


def _sticks(points: np.ndarray, line: np.ndarray, theme: Theme) -> dict[str, Any]:
    """From each point straight to the line."""
    heights = points[:, 1] + residuals(points, line)
    gaps = np.full(len(points), np.nan)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.stack([points[:, 0], points[:, 0], gaps], axis=1).ravel(),
        "y": np.stack([points[:, 1], heights, gaps], axis=1).ravel(),
        "line": {"color": theme.muted, "width": 1.5},
        "hoverinfo": "skip",
    }


def _straight(x: np.ndarray, line: np.ndarray, color: str, name: str, dash: str) -> dict[str, Any]:
    """A line from edge to edge."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": line[0] * x + line[1],
        "line": {"color": color, "width": 3 if dash == "solid" else 2, "dash": dash},
        "hovertemplate": f"{escape(name)}: y = {line[0]:.4g} x + {line[1]:.4g}<extra></extra>",
    }


def _grips(ends: np.ndarray) -> dict[str, Any]:
    """A square where the line can be taken."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": ends[:, 0],
        "y": ends[:, 1],
        "marker": {"color": FOUND, "size": 12, "symbol": "square"},
        "hoverinfo": "skip",
    }


def _dots(points: np.ndarray, line: np.ndarray, chosen: int | None, theme: Theme) -> dict[str, Any]:
    """The points; hover tells how far the line is from each."""
    edges = [3 if n == chosen else 0 for n in range(len(points))]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": points[:, 0],
        "y": points[:, 1],
        "customdata": np.stack([np.arange(len(points)), residuals(points, line)], axis=1),
        "marker": {
            "color": theme.text,
            "size": 12,
            "line": {"color": theme.mark, "width": edges},
        },
        "hovertemplate": _("point {n}").format(n="%{customdata[0]}")
        + " (%{x:.4g}, %{y:.4g})<br>"
        + _("the line is {error} above it").format(error="%{customdata[1]:+.4g}")
        + "<extra></extra>",
    }


def _heights(surface: Surface, theme: Theme) -> dict[str, Any]:
    """The loss as a map with lines of equal loss, by its logarithm."""
    top = float(surface.losses.max()) or 1.0
    return {
        "type": "contour",
        "x": surface.a,
        "y": surface.b,
        "z": np.log10(np.maximum(surface.losses, LEAST * top)),
        "customdata": surface.losses,
        "colorscale": theme.colorscale,
        "contours": {"coloring": "heatmap"},
        "ncontours": 14,
        "line": {"width": 0.7, "color": theme.muted},
        "showscale": False,
        "hovertemplate": "a = %{x:.3g}, b = %{y:.3g}: "
        + _("loss {value}").format(value="<b>%{customdata:.4g}</b>")
        + "<extra></extra>",
    }


def _way(descent: Descent) -> dict[str, Any]:
    """A point for each step, the last one large."""
    lines, last = descent.lines, descent.n_steps
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": lines[:, 0],
        "y": lines[:, 1],
        "customdata": np.stack([np.arange(last + 1), descent.losses], axis=1),
        "line": {"color": FOUND, "width": 1.5},
        "marker": {"color": FOUND, "size": [13 if n == last else 5 for n in range(last + 1)]},
        "hovertemplate": _("step {n}").format(n="%{customdata[0]}")
        + ": a = %{x:.4g}, b = %{y:.4g}, "
        + _("loss {value}").format(value="%{customdata[1]:.4g}")
        + "<extra></extra>",
    }


def _best(best: np.ndarray, theme: Theme) -> dict[str, Any]:
    """Where the smallest loss is."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [best[0]],
        "y": [best[1]],
        "marker": {
            "color": theme.text,
            "size": 14,
            "symbol": "x-thin",
            "line": {"width": 3, "color": theme.text},
        },
        "hovertemplate": _("least squares") + ": a = %{x:.4g}, b = %{y:.4g}<extra></extra>",
    }
