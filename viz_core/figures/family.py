"""Picture of the family tree: published models by year and size, each below its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log10
from typing import Any

import plotly.graph_objects as go

from viz_core.analysis.family import Published, Size
from viz_core.figures.grid import empty_figure, note_line
from viz_core.figures.numbers import in_short
from viz_core.figures.theme import LABEL_SIZE, LIGHT, Theme, escape, kind_colour, layout
from viz_core.i18n import _
from viz_core.kinds import kind_of

CHART = 460  # px, height of the picture
COLUMN = 78  # px that a model takes at least
SIZES = (1e5, 4e12)  # parameters, ends of the axis
TICKS = tuple(10.0**power for power in range(5, 13))
UNKNOWN = (2e5, 1e12)  # between what the column of an unpublished size is drawn


def family_tree(
    models: Sequence[Published],
    own: Sequence[tuple[str, str, int]] = (),
    theme: Theme = LIGHT,
    *,
    note: str = "",
) -> go.Figure:
    """Draw every size of each model in a column of its own, and lines from parents to children.

    A size that is not published is a column of its whole height with a question mark.

    Args:
        models: by year; within a year in their order.
        own: models of this app, in the last column: name, kind, parameters.
    """
    if not models:
        return empty_figure(_("There is nothing to compare yet."), theme)
    at = {model.name: n for n, model in enumerate(models)}
    n_column = len(models) + bool(own)
    return go.Figure(
        data=[
            *(_descent(at, models, model, theme) for model in models if model.parent in at),
            *(_sizes(at[model.name], model) for model in models if _known(model)),
            *([_own(len(models), own)] if own else []),
            *(_key(kind) for kind in dict.fromkeys(model.kind for model in models)),
        ],
        layout=layout(
            theme,
            height=CHART,
            margin={"l": 80, "r": 10, "t": 40, "b": 45},
            meta={"min_width": 80 + COLUMN * n_column},
            showlegend=True,
            legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            xaxis=_years(models, own),
            yaxis=_parameters(theme),
            shapes=[_unknown(at[m.name], theme) for m in models if not _known(m)],
            annotations=[
                *(_name(at[model.name], model, theme) for model in models),
                *([_own_name(len(models), own, theme)] if own else []),
                *note_line(note, theme, yshift=-44, xshift=-60),
            ],
        ),
    )


def _known(model: Published) -> list[tuple[Size, float]]:
    """The sizes that can be drawn, with their parameters."""
    return [(size, size.n_params) for size in model.sizes if size.n_params]


def _top(model: Published) -> float:
    """The parameters of the largest size; in the middle of the axis where it is unknown."""
    middle = (UNKNOWN[0] * UNKNOWN[1]) ** 0.5
    return max((n for _size, n in _known(model)), default=middle)


def _sizes(column: int, model: Published) -> dict[str, Any]:
    """A model's sizes, one above the other."""
    sizes = _known(model)
    colour = kind_colour(model.kind)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": escape(model.name),
        "showlegend": False,
        "x": [column] * len(sizes),
        "y": [n for _size, n in sizes],
        "line": {"color": colour, "width": 2},
        "marker": {"symbol": kind_of(model.kind).symbol, "size": 11, "color": colour},
        "customdata": [(escape(size.name), *_told(size, model)) for size, _n in sizes],
        "hovertemplate": "<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}"
        "<extra></extra>",
    }


def _told(size: Size, model: Published) -> tuple[str, str]:
    """What the pointer learns of a size: its numbers, and where they are from."""
    stated = in_short(size.stated) if size.stated else "–"
    if size.counted is None:
        return _("{stated} stated, its shape is not all published").format(stated=stated), escape(
            model.source
        )
    return _("{stated} stated, {counted} counted").format(
        stated=stated, counted=f"{size.counted:,}"
    ), escape(model.source)


def _own(column: int, own: Sequence[tuple[str, str, int]]) -> dict[str, Any]:
    """This app's models."""
    return {
        "type": "scatter",
        "mode": "markers",
        "showlegend": False,
        "x": [column] * len(own),
        "y": [n for _name, _kind, n in own],
        "marker": {
            "symbol": [kind_of(kind).symbol for _name, kind, _n in own],
            "size": 11,
            "color": [kind_colour(kind) for _name, kind, _n in own],
        },
        "customdata": [(escape(name), f"{n:,}") for name, _kind, n in own],
        "hovertemplate": "<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
    }


def _key(kind: str) -> dict[str, Any]:
    """A kind in the key: colour, symbol, name."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": _(kind_of(kind).title),
        "x": [None],
        "y": [None],
        "marker": {"symbol": kind_of(kind).symbol, "size": 11, "color": kind_colour(kind)},
    }


def _descent(
    at: Mapping[str, int], models: Sequence[Published], model: Published, theme: Theme
) -> dict[str, Any]:
    """A line from the largest size of a parent to that of its child."""
    parent = models[at[model.parent]]
    return {
        "type": "scatter",
        "mode": "lines",
        "showlegend": False,
        "x": [at[parent.name], at[model.name]],
        "y": [_top(parent), _top(model)],
        "line": {"color": theme.faint, "width": 2, "dash": "solid" if _known(model) else "dot"},
        "hoverinfo": "skip",
    }


def _unknown(column: int, theme: Theme) -> dict[str, Any]:
    """The column of a model whose size nobody outside knows."""
    return {
        "type": "rect",
        "x0": column - 0.45,
        "x1": column + 0.45,
        "y0": UNKNOWN[0],
        "y1": UNKNOWN[1],
        "line": {"color": theme.muted, "width": 1.5, "dash": "dot"},
        "layer": "below",
    }


def _name(column: int, model: Published, theme: Theme) -> dict[str, Any]:
    """A model's name and its largest size, above it."""
    label = _label(column, _top(model), theme)
    if not _known(model):
        text = _("{name}<br>size not<br>published").format(name=escape(model.name))
        mark = "<span style='font-size:28px'>?</span>"
        return label | {"yshift": 0, "text": f"{mark}<br>{text}"}
    return label | {"text": f"{escape(model.name)}<br><b>{in_short(_top(model))}</b>"}


def _label(column: int, n_params: float, theme: Theme) -> dict[str, Any]:
    """Where a name stands: above a size, and over the lines that pass there."""
    return {
        "x": column,
        "y": log10(n_params),
        "yshift": 28,
        "showarrow": False,
        "bgcolor": theme.background,
        "borderpad": 1,
        "font": {"size": LABEL_SIZE, "color": theme.text},
    }


def _own_name(column: int, own: Sequence[tuple[str, str, int]], theme: Theme) -> dict[str, Any]:
    largest = max(n for _name, _kind, n in own)
    text = _("this app<br><b>{size}</b>").format(size=in_short(largest))
    return _label(column, largest, theme) | {"text": text}


def _years(models: Sequence[Published], own: Sequence[object]) -> dict[str, Any]:
    """An axis of columns, the years under them."""
    years = [model.year for model in models]
    middles = [
        sum(n for n, one in enumerate(years) if one == year) / years.count(year)
        for year in dict.fromkeys(years)
    ]
    labels = [str(year) for year in dict.fromkeys(years)]
    return {
        "tickvals": [*middles, *([len(models)] if own else [])],
        "ticktext": [*labels, *([_("here")] if own else [])],
        "tickfont": {"size": LABEL_SIZE},
        "ticks": "",
        "range": [-0.6, len(models) + bool(own) - 0.4],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }


def _parameters(theme: Theme) -> dict[str, Any]:
    return {
        "type": "log",
        "title": {"text": _("parameters")},
        "range": [log10(SIZES[0]), log10(SIZES[1])],
        "tickvals": list(TICKS),
        "ticktext": [in_short(tick) for tick in TICKS],
        "showgrid": True,
        "gridcolor": theme.faint,
        "zeroline": False,
        "fixedrange": True,
    }
