"""Pictures of models' values along the words: one line a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.grid import apart, empty_figure, note_line, token_axis
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
TITLE = 36  # letters of a line of the title beside its axis
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")  # of the lines, in order
LEADER = 24  # px from a line's end to its name
LETTER = 8  # px a letter of a name takes


@dataclass(frozen=True)
class Course:
    """One model's values along the words.

    Attributes:
        name: of the model, for people.
        kind: decides the colour.
        values: a number for each token of the shared axis, nan where the model has no such token.
        told: for each value lines for the pointer, besides the number; by default none.
    """

    name: str
    kind: str
    values: np.ndarray
    told: Sequence[Sequence[str]] = ()

    def hover(self) -> list[str]:
        """What is told of each value, as Plotly shows it below the number."""
        lines = self.told or [()] * len(self.values)
        return ["".join(f"<br>{escape(line)}" for line in one) for one in lines]


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
    value: str,
    theme: Theme = LIGHT,
    *,
    log: bool = False,
    note: str = "",
) -> go.Figure:
    """Draw each model's influences against the distance of the word, each line named at its end.

    Args:
        courses: each with the distance of each value, in tokens, and the word that stands there.
        value: what the influences are, for people.
        log: draw their sizes, on a logarithmic axis.
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
    if log:
        courses = [
            (replace(course, values=np.abs(course.values)), x, there)
            for course, x, there in courses
        ]
    return _lines(courses, axis, value, theme, log=log, note=note)


def _lines(
    courses: Sequence[tuple[Course, np.ndarray, Sequence[str]]],
    xaxis: dict[str, Any],
    value: str,
    theme: Theme,
    *,
    log: bool,
    note: str,
) -> go.Figure:
    """Lines of several models over one axis, each with its places and the words there.

    Models differ in dash and marker as well as in colour, for two may be of one kind.
    """
    kinds = [course.kind for course, _x, _words in courses]
    yaxis = _values_axis([course.values for course, _x, _words in courses], value, theme, log)
    longest = max(len(course.name) for course, _x, _words in courses)
    return go.Figure(
        data=[
            _line(course, x, words, log)
            | {
                "line": {
                    "color": kind_colour(course.kind),
                    "width": 2,
                    "dash": DASHES[n % len(DASHES)],
                }
            }
            | {"marker": _marker(course.kind, again=course.kind in kinds[:n])}
            for n, (course, x, words) in enumerate(courses)
        ],
        layout=layout(
            theme,
            height=CHART,
            meta={"min_width": WORD * max(len(x) for _course, x, _words in courses)},
            margin={"l": 84, "r": LEADER + 20 + round(longest * LETTER), "t": 20, "b": 120},
            xaxis=xaxis,
            yaxis=yaxis,
            annotations=[
                *_names([(course, x) for course, x, _words in courses], yaxis, log),
                *note_line(note, theme, yshift=-116, xshift=-64),
            ],
        ),
    )


def _marker(kind: str, *, again: bool) -> dict[str, Any]:
    """The points of a line; those of a second model of a kind are hollow."""
    symbol = kind_of(kind).symbol
    return {"symbol": f"{symbol}-open" if again else symbol, "size": 9, "line": {"width": 2}}


def _names(
    courses: Sequence[tuple[Course, np.ndarray]], yaxis: dict[str, Any], log: bool
) -> list[dict[str, Any]]:
    """Each line's name beside its last point, moved up or down where two would meet."""
    low, high = yaxis["range"]
    ends = []
    for course, x in courses:
        drawn = np.flatnonzero(course.values > 0 if log else np.isfinite(course.values))
        if drawn.size:
            last = drawn[-1]
            height = np.log10(course.values[last]) if log else course.values[last]
            ends.append((course, float(x[last]), float(height)))
    ends.sort(key=lambda end: end[2])
    tall = CHART - 20 - 120  # px of the axis
    at = [tall * (height - low) / (high - low) for _course, _x, height in ends]  # px from below
    return [
        {
            "text": escape(course.name),
            "x": x,
            "y": height,
            "ax": LEADER,
            "ay": -(place - own),
            "xanchor": "left",
            "showarrow": True,
            "arrowhead": 0,
            "arrowwidth": 1,
            "arrowcolor": kind_colour(course.kind),
            "font": {"size": LABEL_SIZE, "color": kind_colour(course.kind)},
        }
        for (course, x, height), place, own in zip(ends, apart(at, tall), at, strict=True)
    ]


def _line(course: Course, x: np.ndarray, words: Sequence[str], log: bool) -> dict[str, Any]:
    """One model's line; what has no logarithm is left out of a logarithmic one."""
    values = course.values
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": escape(course.name),
        "x": x,
        "y": np.where(values > 0, values, np.nan) if log else values,
        "customdata": [
            (escape(visible(word)), told) for word, told in zip(words, course.hover(), strict=True)
        ],
        "hovertemplate": "<b>%{customdata[0]}</b> %{y:.3g}<br>%{fullData.name}%{customdata[1]}"
        "<extra></extra>",
    }


def _values_axis(
    values: Sequence[np.ndarray], title: str, theme: Theme, log: bool
) -> dict[str, Any]:
    """An axis of values from 0, or over whole powers of ten."""
    axis: dict[str, Any] = {
        "title": {"text": "<br>".join(map(escape, wrap(title, TITLE)))},
        "showgrid": True,
        "gridcolor": theme.faint,
        "zeroline": False,
        "fixedrange": True,
    }
    flat = np.concatenate(values)
    positive = flat[np.isfinite(flat) & (flat > 0)]
    if not log or not positive.size:
        drawn = [0.0, *flat[np.isfinite(flat)]]
        low, high = float(min(drawn)), float(max(drawn))
        spare = 0.05 * ((high - low) or 1)
        return axis | {"range": [low - spare, high + spare]}
    low, high = np.floor(np.log10(positive.min())), np.ceil(np.log10(positive.max()))
    return axis | {
        "type": "log",
        "range": [low - 0.1, max(high, low + 1) + 0.1],
        "dtick": 1,
        "exponentformat": "power",
    }
