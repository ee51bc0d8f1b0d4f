"""Pictures of loss: against the tokens that were read, and against the size of the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.analysis.growth import PowerLaw
from viz_core.figures.grid import apart, empty_figure, note_line
from viz_core.figures.numbers import in_short, log_ticks
from viz_core.figures.theme import LABEL_SIZE, LIGHT, Theme, escape, label_width, layout
from viz_core.i18n import _

CHART = 400  # px, height of a chart
MARGIN = {"l": 70, "t": 20, "b": 90}  # px around it; its right side depends on the names
PALEST = 0.55  # of the sequential scale, for the smallest size: 3 : 1 on either background
LEADER = 14  # px from the end of a line to its name
DASHES = ("solid", "dot", "dash")  # of the seeds of one size, in order
STEPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)  # of the ticks of a logarithmic axis


@dataclass(frozen=True)
class LossCurve:
    """One model's loss while it was trained.

    Attributes:
        name: for people.
        model: its id.
        size: its place among the sizes, 0 for the smallest; decides the colour.
        seed: its place among those of its size; decides the dash.
        tokens, losses: of each point; nats a token.
    """

    name: str
    model: str
    size: int
    seed: int
    tokens: Sequence[int]
    losses: Sequence[float]


def loss_curves(
    curves: Sequence[LossCurve], theme: Theme = LIGHT, *, at: int | None = None, note: str = ""
) -> go.Figure:
    """Draw loss against tokens, both logarithmic, each line named at its end.

    Args:
        at: tokens at which the models are compared, marked by a line.
    """
    if not curves:
        return empty_figure(_("There is nothing to compare yet."), theme)
    n_size = 1 + max(curve.size for curve in curves)
    yaxis = _loss_axis([loss for curve in curves for loss in curve.losses], theme)
    right = LEADER + 16 + round(max(label_width(curve.name) for curve in curves))
    tokens = [n for curve in curves for n in curve.tokens]
    return go.Figure(
        data=[_line(curve, _colour(curve.size, n_size, theme)) for curve in curves],
        layout=layout(
            theme,
            height=CHART,
            margin=MARGIN | {"r": right},
            meta={"min_width": 420},
            xaxis=_log_axis(
                _("tokens that were read"), min(tokens) / 1.1, max(tokens) * 1.05, (1, 2, 5)
            ),
            yaxis=yaxis,
            shapes=[_upright(at, theme)] if at else [],
            annotations=[
                *_names(curves, yaxis["range"], theme),
                *note_line(note, theme, yshift=-86, xshift=-60),
            ],
        ),
    )


def loss_by_size(
    losses: Mapping[int, Sequence[float]],
    theme: Theme = LIGHT,
    *,
    x_name: str = "",
    line: PowerLaw | None = None,
    beyond: int = 0,
    note: str = "",
) -> go.Figure:
    """Draw loss against parameters, both logarithmic, and the straight line through the sizes.

    Args:
        losses: of each size, one a seed, in nats a token.
        x_name: how sizes are counted, for people.
        line: solid between the sizes that there are, dashed where nobody measured.
        beyond: parameters to which the dashed line goes on.
    """
    if not losses:
        return empty_figure(_("There is nothing to compare yet."), theme)
    sizes = sorted(losses)
    values = [loss for size in sizes for loss in losses[size]]
    ends = [*sizes, beyond] if line and beyond else sizes
    promised = [line.at(size) for size in ends] if line else []
    yaxis = _loss_axis([*values, *promised], theme)
    return go.Figure(
        data=[
            *(_fit(line, sizes, beyond, theme) if line else []),
            *(_points(size, n, losses[size], len(sizes), theme) for n, size in enumerate(sizes)),
        ],
        layout=layout(
            theme,
            height=CHART,
            margin=MARGIN | {"r": 20},
            meta={"min_width": 420},
            xaxis=_log_axis(
                x_name or _("parameters"), min(ends) / 2.5, max(ends) * (4 if beyond else 1.6), (1,)
            ),
            yaxis=yaxis,
            annotations=[
                *(_size_name(size, losses[size], line, theme) for size in sizes),
                *([_promise(line, beyond, theme)] if line and beyond else []),
                *note_line(note, theme, yshift=-86, xshift=-60),
            ],
        ),
    )


def _colour(size: int, n_size: int, theme: Theme) -> str:
    """The colour of a size: the larger, the further along the sequential scale."""
    share = size / (n_size - 1) if n_size > 1 else 1.0
    return theme.shade(PALEST + (1 - PALEST) * share)[0]


def _line(curve: LossCurve, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": escape(curve.model),
        "x": list(curve.tokens),
        "y": list(curve.losses),
        "line": {"color": colour, "width": 2.5, "dash": DASHES[curve.seed % len(DASHES)]},
        "marker": {"size": 5, "color": colour},
        "hovertemplate": _("{loss} nats a token after {n} tokens").format(
            loss="<b>%{y:.3f}</b>", n="%{x:,}"
        )
        + "<br>%{fullData.name}<extra></extra>",
    }


def _points(
    size: int, n: int, losses: Sequence[float], n_size: int, theme: Theme
) -> dict[str, Any]:
    """A size's losses: a point a seed."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": in_short(size),
        "x": [size] * len(losses),
        "y": list(losses),
        "marker": {
            "size": 12,
            "color": _colour(n, n_size, theme),
            "line": {"width": 1, "color": theme.text},
        },
        "hovertemplate": _("{loss} nats a token with {n} parameters").format(
            loss="<b>%{y:.3f}</b>", n="%{x:,}"
        )
        + "<extra></extra>",
    }


def _fit(line: PowerLaw, sizes: Sequence[int], beyond: int, theme: Theme) -> list[dict[str, Any]]:
    """The line where it was fitted, and dashed where it only promises."""
    parts = [("solid", sizes[0], sizes[-1])]
    if beyond:
        parts.append(("dash", sizes[-1], beyond))
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": (x := np.geomspace(first, last, 24)).tolist(),
            "y": [line.at(size) for size in x],
            "line": {"color": theme.muted, "width": 2, "dash": dash},
            "hoverinfo": "skip",
        }
        for dash, first, last in parts
    ] + ([_open_end(beyond, line.at(beyond), theme)] if beyond else [])


def _open_end(size: int, loss: float, theme: Theme) -> dict[str, Any]:
    """A hollow mark where the dashed line ends."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [size],
        "y": [loss],
        "marker": {"symbol": "circle-open", "size": 12, "color": theme.muted},
        "hoverinfo": "skip",
    }


def _promise(line: PowerLaw, beyond: int, theme: Theme) -> dict[str, Any]:
    """What the dashed line says at its end, marked as no measurement."""
    return _size_name(beyond, [line.at(beyond)], None, theme) | {
        "text": _("extrapolated:<br>{size}, {loss}?").format(
            size=in_short(beyond), loss=f"{line.at(beyond):.2f}"
        ),
        "xanchor": "left",
        "xshift": -14,
        "yshift": 34,
        "align": "left",
        "font": {"size": LABEL_SIZE, "color": theme.muted},
    }


def _size_name(
    size: int, losses: Sequence[float], line: PowerLaw | None, theme: Theme
) -> dict[str, Any]:
    """A size, above its highest point; below its lowest one where the line passes above."""
    below = line is not None and line.at(size) > max(losses)
    return {
        "x": log10(size),
        "y": log10(min(losses) if below else max(losses)),
        "text": in_short(size),
        "yshift": -18 if below else 18,
        "showarrow": False,
        "font": {"size": LABEL_SIZE, "color": theme.text},
    }


def _names(
    curves: Sequence[LossCurve], heights: tuple[float, float], theme: Theme
) -> list[dict[str, Any]]:
    """Each line's name beside its last point, moved where two would meet."""
    low, high = heights
    tall = CHART - MARGIN["t"] - MARGIN["b"]
    ends = sorted(curves, key=lambda curve: curve.losses[-1])
    at = [tall * (log10(curve.losses[-1]) - low) / (high - low) for curve in ends]
    return [
        {
            "text": escape(curve.name),
            "x": log10(curve.tokens[-1]),
            "y": log10(curve.losses[-1]),
            "ax": LEADER,
            "ay": own - place,
            "xanchor": "left",
            "showarrow": True,
            "arrowhead": 0,
            "arrowwidth": 1,
            "arrowcolor": theme.muted,
            "font": {"size": LABEL_SIZE, "color": theme.text},
        }
        for curve, place, own in zip(ends, apart(at, tall), at, strict=True)
    ]


def _upright(tokens: int, theme: Theme) -> dict[str, Any]:
    """A line at the tokens at which all are compared."""
    return {
        "type": "line",
        "x0": tokens,
        "x1": tokens,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": theme.faint, "width": 2},
        "layer": "below",
    }


def _loss_axis(losses: Sequence[float], theme: Theme) -> dict[str, Any]:
    """A logarithmic axis that has at least two ticks, however near the losses are."""
    axis = _log_axis(_("loss (nats a token)"), min(losses) / 1.06, max(losses) * 1.08, STEPS)
    return axis | {"showgrid": True, "gridcolor": theme.faint}


def _log_axis(title: str, low: float, high: float, steps: Sequence[float]) -> dict[str, Any]:
    """A logarithmic axis from low to high, with ticks at these steps of each power of ten."""
    inside = log_ticks(low, high, steps)
    if len(inside) < 2:
        wider = log_ticks(low / 10, high * 10, steps)
        low = max(tick for tick in wider if tick <= low)
        high = min(tick for tick in wider if tick >= high)
        inside = log_ticks(low, high, steps)
    large = high > 1_000
    return {
        "type": "log",
        "title": {"text": escape(title)},
        "range": [log10(low), log10(high)],
        "tickvals": inside,
        "ticktext": [in_short(tick) if large else f"{tick:g}" for tick in inside],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
