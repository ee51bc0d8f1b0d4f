"""Pictures of models with more and more parameters: their errors, their prices, their weights."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.grid import note_line, row_axis
from viz_core.figures.theme import COLOURS, LABEL_SIZE, LIGHT, Theme, escape, label_width, layout
from viz_core.foundations.fitting import LINEAR, NETWORKS, SIZES, Errors, Fit, Pizzas
from viz_core.i18n import _

CHART = 400  # px
ROW = 22  # px, of a bar
TRAINING, UNSEEN = COLOURS["blue"], COLOURS["vermilion"]
NAMED = (1, 2, 3, 5, 10, 15, 33, 65, 129, 257)  # sizes that the axis names
MARGIN = {"l": 60, "r": 20, "t": 40, "b": 84}


def error_curves(
    errors: Errors, noise: float, n: int, at: int, theme: Theme = LIGHT, *, note: str = ""
) -> go.Figure:
    """Draw how far off models are by their number of parameters, on training and on unseen data.

    Args:
        noise: what no model can foresee, in euros.
        n: training pizzas; so many parameters are marked.
        at: the number of parameters that is looked at.
        note: how the data was drawn, to stand on the exported picture.
    """
    split = len(LINEAR)
    traces = [
        _curve(part, sizes, values[first:last], color, symbol, theme)
        for first, last, part, sizes in (
            (0, split, _("linear"), LINEAR),
            (split, len(SIZES), _("network"), tuple(NETWORKS)),
        )
        for values, color, symbol in (
            (errors.training, TRAINING, "circle"),
            (errors.unseen, UNSEEN, "diamond"),
        )
    ]
    for trace, name in zip(traces, (_("training pizzas"), _("unseen pizzas")), strict=False):
        trace |= {"name": name, "showlegend": True}
    marks = [_upright(at, theme.mark, "dot"), _upright(16, theme.faint, "solid")]
    if n in LINEAR:
        marks.append(_upright(n, theme.muted, "dash"))
    return go.Figure(
        data=[*traces, _noise(noise, theme)],
        layout=layout(
            theme,
            height=CHART,
            margin=MARGIN,
            showlegend=True,
            legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            xaxis=_axis(_("parameters (logarithmic)"), theme)
            | {
                "type": "log",
                "range": [log10(0.85), log10(SIZES[-1] * 1.2)],
                "tickvals": list(NAMED),
                "ticktext": list(map(str, NAMED)),
                "tickangle": 0,
            },
            yaxis=_axis(_("off by (€)"), theme) | {"rangemode": "tozero"},
            shapes=marks,
            annotations=[
                *note_line(note, theme, yshift=-80, xshift=-52),
                *(_over(part, size, theme) for part, size in _parts()),
                *([_over(_("as many as pizzas"), n, theme, low=True)] if n in LINEAR else []),
            ],
        ),
    )


def price_plot(
    fit: Fit, training: Pizzas, unseen: Pizzas, theme: Theme = LIGHT, *, note: str = ""
) -> go.Figure:
    """Draw what a model says a pizza costs against what it costs: right is on the diagonal.

    Args:
        note: the model and how the data was drawn, to stand on the exported picture.
    """
    real = np.concatenate([training.prices, unseen.prices])
    said = np.concatenate([real, fit.training, fit.unseen])
    low, high = float(real.min()) - 0.5, float(real.max()) + 0.5
    tall = [float(said.min()) - 0.5, float(said.max()) + 0.5]
    return go.Figure(
        data=[
            {
                "type": "scatter",
                "mode": "lines",
                "x": [low, high],
                "y": [low, high],
                "line": {"color": theme.muted, "width": 1.2},
                "hoverinfo": "skip",
                "showlegend": False,
            },
            _pizzas(unseen, fit.unseen, _("unseen pizzas"), UNSEEN, "diamond", 0.35),
            _pizzas(training, fit.training, _("training pizzas"), TRAINING, "circle", 1),
        ],
        layout=layout(
            theme,
            height=CHART,
            margin=MARGIN,
            showlegend=True,
            legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            xaxis=_axis(_("price (€)"), theme) | {"range": [low, high]},
            yaxis=_axis(_("price that the model says (€)"), theme) | {"range": tall},
            annotations=note_line(note, theme, yshift=-80, xshift=-52),
        ),
    )


def weight_bars(
    said: np.ndarray,
    real: np.ndarray,
    names: Sequence[str],
    theme: Theme = LIGHT,
    *,
    note: str = "",
) -> go.Figure:
    """Draw what a model thinks a portion costs, and what it really costs.

    Args:
        said: (ingredient,), in euros; nan where the model does not know the ingredient.
        real: (ingredient,), in euros.
        note: the model and how the data was drawn, to stand on the exported picture.
    """
    rows = list(range(len(names)))
    left = 20 + round(max(map(label_width, names)))
    return go.Figure(
        data=[
            {
                "type": "bar",
                "orientation": "h",
                "name": _("the model"),
                "x": said,
                "y": rows,
                "width": 0.6,
                "marker": {"color": TRAINING},
                "hovertemplate": "%{x:.2f} €<extra></extra>",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "name": _("really"),
                "x": real,
                "y": rows,
                "marker": {
                    "symbol": "line-ns",
                    "size": 16,
                    "line": {"width": 4, "color": theme.text},
                },
                "hovertemplate": "%{x:.2f} €<extra></extra>",
            },
        ],
        layout=layout(
            theme,
            height=ROW * len(names) + 140,
            margin={"l": left, "r": 20, "t": 40, "b": 84},
            showlegend=True,
            legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            xaxis=_axis(_("a portion costs (€)"), theme)
            | {"zeroline": True, "zerolinecolor": theme.muted},
            yaxis=row_axis([escape(name) for name in names]),
            annotations=note_line(note, theme, yshift=-80, xshift=8 - left),
        ),
    )


def _axis(title: str, theme: Theme) -> dict[str, Any]:
    return {
        "title": {"text": escape(title), "standoff": 6},
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": theme.faint,
        "fixedrange": True,
        "tickfont": {"size": LABEL_SIZE - 2, "color": theme.muted},
    }


def _curve(
    part: str, sizes: Sequence[int], values: np.ndarray, color: str, symbol: str, theme: Theme
) -> dict[str, Any]:
    """The errors of one kind of model on one set."""
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(sizes),
        "y": values,
        "line": {"color": color, "width": 2.5},
        "marker": {"symbol": symbol, "size": 8, "line": {"color": theme.background, "width": 1}},
        "hovertemplate": escape(part)
        + _(", {n} parameters: {value} €").format(n="%{x}", value="<b>%{y:.3f}</b>")
        + "<extra></extra>",
        "showlegend": False,
    }


def _noise(noise: float, theme: Theme) -> dict[str, Any]:
    """What no model can foresee."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": _("noise"),
        "x": [0.85, SIZES[-1] * 1.2],
        "y": [noise, noise],
        "line": {"color": theme.muted, "width": 1.5, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _upright(size: int, color: str, dash: str) -> dict[str, Any]:
    """A line from top to bottom at a number of parameters."""
    ends = {"x0": size, "x1": size, "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "line", **ends, "line": {"color": color, "width": 1.5, "dash": dash}}


def _parts() -> list[tuple[str, float]]:
    """The kinds of model, and where their names stand."""
    return [(_("linear"), 3.5), (_("network"), 65)]


def _over(text: str, size: float, theme: Theme, *, low: bool = False) -> dict[str, Any]:
    """Words at a number of parameters, on top of the chart or right below."""
    return {
        "text": escape(text),
        "x": log10(size),
        "y": 0.9 if low else 1,
        "yref": "paper",
        "yanchor": "top",
        "xanchor": "right" if low else "center",
        "showarrow": False,
        "font": {"size": LABEL_SIZE - 2, "color": theme.muted},
    }


def _pizzas(
    pizzas: Pizzas, said: np.ndarray, name: str, color: str, symbol: str, opacity: float
) -> dict[str, Any]:
    """A sign for each pizza."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": pizzas.prices,
        "y": said,
        "marker": {"color": color, "symbol": symbol, "size": 7, "opacity": opacity},
        "hovertemplate": _("costs {price} €, the model says {said} €").format(
            price="%{x:.2f}", said="%{y:.2f}"
        )
        + "<extra></extra>",
    }
