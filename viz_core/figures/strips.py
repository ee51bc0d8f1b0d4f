"""Picture of what predictions rest on: a strip of the sentence for each model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.courses import Course
from viz_core.figures.grid import (
    cell_side,
    empty_figure,
    largest,
    note_line,
    row_axis,
    signed_bar,
    signed_scale,
    token_axis,
)
from viz_core.figures.theme import LABEL_SIZE, LIGHT, Theme, escape, kind_colour, layout
from viz_core.i18n import _

STRIP = 46  # px, height of one model's strip
SIDES = {"l": 150, "r": 30, "b": 75}  # px around the strips
UPRIGHT_WORDS, TURNED_WORDS = 40, 95  # px, what they take above the strips
WIDE = 1100  # px, what strips fill if their cells may be as wide
ROOMY = 44  # px, narrowest cell in which a number is written


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
    side = cell_side(len(tokens), WIDE)
    xaxis = token_axis(tokens, range(len(tokens))) | {"side": "top"}
    above = TURNED_WORDS if xaxis["tickangle"] else UPRIGHT_WORDS
    return go.Figure(
        data=[_cells(courses, unit, theme, roomy=side >= ROOMY)],
        layout=layout(
            theme,
            width=side * len(tokens) + SIDES["l"] + SIDES["r"],
            height=STRIP * len(courses) + above + SIDES["b"],
            margin=SIDES | {"t": above},
            xaxis=xaxis,
            yaxis=row_axis([_marked(course) for course in courses]),
            annotations=note_line(note, theme, yshift=-68, xshift=-142),
        ),
    )


def _cells(courses: Sequence[Course], unit: str, theme: Theme, *, roomy: bool) -> dict[str, Any]:
    """The cells of all strips.

    Args:
        roomy: their numbers are written in them.
    """
    values = np.stack([course.values for course in courses]).astype(np.float32)  # (model, pos)
    limit = largest(values)
    return {
        "type": "heatmap",
        "z": values,
        "customdata": [
            [escape(course.name) + told for told in course.hover()] for course in courses
        ],
        "xgap": 1,
        "ygap": 8,
        "hoverongaps": False,
        "text": [[_short(value) for value in row] for row in values] if roomy else None,
        "texttemplate": "%{text}" if roomy else None,
        "textfont": {"size": LABEL_SIZE - 2},
        "hovertemplate": "<b>%{x}</b> %{z:+.4f} "
        + escape(unit)
        + "<br>%{customdata}<extra></extra>",
        "colorbar": signed_bar(theme, limit, unit),
        **signed_scale(theme, limit),
    }


def _marked(course: Course) -> str:
    """A model's name with a mark in the colour of its kind."""
    return f"<span style='color:{kind_colour(course.kind)}'>■</span> {escape(course.name)}  "


def _short(value: float) -> str:
    """A number for a cell; nothing where there is nothing to say."""
    return "" if not np.isfinite(value) or abs(value) < 0.005 else f"{value:+.2f}"
