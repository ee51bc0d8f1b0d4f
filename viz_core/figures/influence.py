"""Pictures of dependence: which words a prediction rests on, model beside model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.grid import (
    MARGINS,
    cell_side,
    color_bar,
    corner,
    down,
    empty_figure,
    hatching,
    largest,
    note_line,
    signed_scale,
    token_axis,
)
from viz_core.figures.theme import (
    LABEL_SIZE,
    LIGHT,
    Theme,
    escape,
    kind_colour,
    layout,
    tick_labels,
    visible,
)
from viz_core.i18n import _
from viz_core.kinds import kind_of

STRIP = 46  # px, height of one model's strip
SIDES = {"l": 150, "r": 30, "t": 95, "b": 75}  # px around the strips
WIDE = 1100  # px, what strips fill if their cells may be as wide
ROOMY = 44  # px, narrowest cell in which a number is written
WORD = 20  # px along a line chart that a word's label needs at least
MOST_LABELS = 64  # of words along an axis of distances
CHART = 400  # px, height of a line chart


@dataclass(frozen=True)
class Course:
    """One model's values along the words.

    Attributes:
        name: of the model, for people.
        kind: decides the colour.
        values: one for each token of the shared axis, nan where the model has no such token.
    """

    name: str
    kind: str
    values: np.ndarray


def influence_strips(
    courses: Sequence[Course],
    tokens: Sequence[str],
    unit: str,
    theme: Theme = LIGHT,
    *,
    note: str = "",
) -> go.Figure:
    """Draw one strip of the sentence for each model, all on one signed scale.

    Args:
        courses: values of each model for each token.
        tokens: the words along the strips.
        unit: what the values are counted in, for people.
        note: text and settings, to stand on the exported picture.
    """
    if not courses or not len(tokens):
        return empty_figure(_("There is nothing to compare yet."), theme)
    values = np.stack([one.values for one in courses]).astype(np.float32)  # (model, pos)
    limit = largest(values)
    side = cell_side(len(tokens), WIDE)
    roomy = side >= ROOMY
    return go.Figure(
        data=[
            {
                "type": "heatmap",
                "z": values,
                "customdata": [[escape(one.name)] * len(tokens) for one in courses],
                "xgap": 1,
                "ygap": 8,
                "hoverongaps": False,
                "text": [[_short(value) for value in row] for row in values] if roomy else None,
                "texttemplate": "%{text}" if roomy else None,
                "textfont": {"size": LABEL_SIZE - 2},
                "hovertemplate": "<b>%{x}</b> %{z:+.4f} "
                + escape(unit)
                + "<br>%{customdata}<extra></extra>",
                "colorbar": color_bar(
                    theme, [-limit, 0, limit], [f"−{_size(limit)} {unit}", "0", f"+{_size(limit)}"]
                ),
                **signed_scale(theme, limit),
            }
        ],
        layout=layout(
            theme,
            width=side * len(tokens) + SIDES["l"] + SIDES["r"],
            height=STRIP * len(courses) + SIDES["t"] + SIDES["b"],
            margin=SIDES,
            xaxis=token_axis(tokens, range(len(tokens))) | {"side": "top"},
            yaxis=_rows([one.name for one in courses])
            | {"ticktext": [_named(one, theme) for one in courses]},
            annotations=[note_line(note, theme, yshift=-68, xshift=-142)] if note else [],
        ),
    )


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
    limit = largest(values)
    shown = values.astype(np.float32)
    if masked is not None:
        shown = np.where(masked, np.nan, shown)
    side = cell_side(len(keys))
    scale = (
        signed_scale(theme, limit)
        if signed
        else {"zmin": 0, "zmax": 1, "colorscale": theme.colorscale}
    )
    ticks = [-limit, 0, limit] if signed else [0, 0.5, 1]
    texts = (
        [f"−{_size(limit)} {unit}", "0", f"+{_size(limit)}"] if signed else [f"0 {unit}", "", "1"]
    )
    return go.Figure(
        data=[
            {
                "type": "heatmap",
                "z": shown,
                "xgap": 1,
                "ygap": 1,
                "hoverongaps": False,
                "hovertemplate": "<b>%{y}</b> ← <b>%{x}</b><br>%{z:.4f} "
                + escape(unit)
                + "<extra></extra>",
                "colorbar": color_bar(theme, ticks, texts),
                **scale,
            },
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
                *([note_line(note, theme)] if note else []),
            ],
        ),
    )


def course_lines(
    courses: Sequence[Course],
    tokens: Sequence[str],
    value: str,
    theme: Theme = LIGHT,
    *,
    note: str = "",
) -> go.Figure:
    """Draw one line along the words for each model, named at its right end.

    Args:
        courses: values of each model for each token; 0 has no place on a logarithmic axis.
        tokens: the words along the lines.
        value: what the values are, for people.
        note: text and settings, to stand on the exported picture.
    """
    if not courses or not len(tokens):
        return empty_figure(_("There is nothing to compare yet."), theme)
    x = np.arange(len(tokens))
    return lines(
        [(one, x, tokens) for one in courses],
        token_axis(tokens, range(len(tokens))) | {"tickangle": -60},
        value,
        theme,
        log=True,
        note=note,
    )


def distance_lines(
    courses: Sequence[tuple[Course, np.ndarray, Sequence[str]]],
    theme: Theme = LIGHT,
    *,
    log: bool = True,
    note: str = "",
) -> go.Figure:
    """Draw each model's share of influence against the distance of the word.

    Args:
        courses: each with the distance of each value, in tokens, and the word that stands there.
        log: whether the axis of shares is logarithmic.
        note: text and settings, to stand on the exported picture.
    """
    if not courses:
        return empty_figure(_("There is nothing to compare yet."), theme)
    _one, distances, words = max(courses, key=lambda course: len(course[1]))
    named = zip(tick_labels(words), distances, strict=True)
    every = 1 + len(words) // MOST_LABELS
    axis = {
        "title": {"text": _("words back from the prediction (tokens)")},
        "range": [int(distances.max()) + 0.6, 0.2],  # as in the sentence: far words at the left
        "tickmode": "array",
        "tickvals": distances[::every].tolist(),
        "ticktext": [f"{word}<sub>{distance}</sub>" for word, distance in named][::every],
        "tickangle": -60,
        "tickfont": {"size": LABEL_SIZE - 1},
        "ticklabeloverflow": "allow",
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
    return lines(courses, axis, _("share of influence"), theme, log=log, note=note)


def lines(
    courses: Sequence[tuple[Course, np.ndarray, Sequence[str]]],
    xaxis: dict[str, Any],
    value: str,
    theme: Theme,
    *,
    log: bool,
    note: str,
) -> go.Figure:
    """Lines of several models over one axis, each with its places and the words there."""
    return go.Figure(
        data=[
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": escape(one.name),
                "x": x,
                "y": np.where(one.values > 0, one.values, np.nan) if log else one.values,
                "customdata": [escape(visible(word)) for word in words],
                "line": {"color": kind_colour(one.kind), "width": 2},
                "marker": {"symbol": kind_of(one.kind).symbol, "size": 9},
                "hovertemplate": "<b>%{customdata}</b> %{y:.3g}<br>%{fullData.name}<extra></extra>",
            }
            for one, x, words in courses
        ],
        layout=layout(
            theme,
            height=CHART,
            meta={"min_width": WORD * max(len(x) for _one, x, _words in courses)},
            margin={"l": 70, "r": 20, "t": 40, "b": 120},
            showlegend=True,
            legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            xaxis=xaxis,
            yaxis=_values_axis([one.values for one, _x, _words in courses], value, theme, log),
            annotations=[note_line(note, theme, yshift=-116, xshift=-50)] if note else [],
        ),
    )


def _values_axis(
    values: Sequence[np.ndarray], title: str, theme: Theme, log: bool
) -> dict[str, Any]:
    """An axis of values from 0, or over whole powers of ten."""
    axis: dict[str, Any] = {
        "title": {"text": title},
        "showgrid": True,
        "gridcolor": theme.faint,
        "zeroline": False,
        "fixedrange": True,
    }
    flat = np.concatenate(values)
    positive = flat[np.isfinite(flat) & (flat > 0)]
    if not log or not positive.size:
        return axis | {"rangemode": "tozero"}
    low, high = np.floor(np.log10(positive.min())), np.ceil(np.log10(positive.max()))
    return axis | {
        "type": "log",
        "range": [low - 0.1, max(high, low + 1) + 0.1],
        "dtick": 1,
        "exponentformat": "power",
    }


def _rows(names: Sequence[str]) -> dict[str, Any]:
    """A vertical axis of models, the first on top."""
    return {
        "tickmode": "array",
        "tickvals": list(range(len(names))),
        "range": [len(names) - 0.5, -0.5],
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "fixedrange": True,
        "tickfont": {"size": LABEL_SIZE},
    }


def _named(one: Course, theme: Theme) -> str:
    """A model's name with a mark in the colour of its kind."""
    return f"<span style='color:{kind_colour(one.kind)}'>■</span> {escape(one.name)}  "


def _short(value: float) -> str:
    """A number for a cell; nothing where there is nothing to say."""
    return "" if not np.isfinite(value) or abs(value) < 0.005 else f"{value:+.2f}"


def _size(value: float) -> str:
    """An absolute value with two figures that count."""
    return f"{value:.2g}"
