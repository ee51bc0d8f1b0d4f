"""Pictures of models' values along the words: one line a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.grid import empty_figure, note_line, token_axis
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

WORD = 20  # px along a line chart that a word's label needs at least
MOST_LABELS = 64  # of words along an axis of distances
CHART = 400  # px, height of a line chart


@dataclass(frozen=True)
class Course:
    """One model's values along the words.

    Attributes:
        name: of the model, for people.
        kind: decides the colour.
        values: a number for each token of the shared axis, nan where the model has no such token.
    """

    name: str
    kind: str
    values: np.ndarray


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
    return _lines(
        [(course, x, tokens) for course in courses],
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
    _course, distances, words = max(courses, key=lambda drawn: len(drawn[1]))
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
    return _lines(courses, axis, _("share of influence"), theme, log=log, note=note)


def _lines(
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
        data=[_line(course, x, words, log) for course, x, words in courses],
        layout=layout(
            theme,
            height=CHART,
            meta={"min_width": WORD * max(len(x) for _course, x, _words in courses)},
            margin={"l": 70, "r": 20, "t": 40, "b": 120},
            showlegend=True,
            legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            xaxis=xaxis,
            yaxis=_values_axis(
                [course.values for course, _x, _words in courses], value, theme, log
            ),
            annotations=note_line(note, theme, yshift=-116, xshift=-50),
        ),
    )


def _line(course: Course, x: np.ndarray, words: Sequence[str], log: bool) -> dict[str, Any]:
    """One model's line; what has no logarithm is left out of a logarithmic one."""
    values = course.values
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": escape(course.name),
        "x": x,
        "y": np.where(values > 0, values, np.nan) if log else values,
        "customdata": [escape(visible(word)) for word in words],
        "line": {"color": kind_colour(course.kind), "width": 2},
        "marker": {"symbol": kind_of(course.kind).symbol, "size": 9},
        "hovertemplate": "<b>%{customdata}</b> %{y:.3g}<br>%{fullData.name}<extra></extra>",
    }


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
