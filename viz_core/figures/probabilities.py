"""Pictures of probabilities over the vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.analysis.probabilities import Distribution
from viz_core.figures.grid import empty_figure, note_line, row_axis
from viz_core.figures.numbers import exactly, percent
from viz_core.figures.theme import (
    LABEL_SIZE,
    LIGHT,
    Theme,
    escape,
    kind_colour,
    layout,
    visible,
)
from viz_core.i18n import _

ROW = 30  # px a bar
COLUMN = (180, 250)  # px of one model's bars, least and most
FILLED = 1240  # px that columns of many models share
HOVER = "<b>%{customdata[0]}</b> %{customdata[1]}<extra></extra>"
HEAD = 34  # px above the bars, for the model's name


def probability_bars(found: Distribution, theme: Theme = LIGHT, color: str = "") -> go.Figure:
    """Draw the likeliest tokens as bars, and all the others as one grey bar.

    Args:
        found: the likeliest tokens with their probabilities over the whole vocabulary.
        color: of the bars; by default the middle of the theme's scale.

    Source: softmax over the vocabulary, Vaswani et al. 2017, section 3.4.
    """
    words = [escape(visible(guess.token)) for guess in found.guesses]
    words.append(_("and {n} others").format(n=f"{found.n_rest:,}"))
    probs = [*(guess.prob for guess in found.guesses), found.rest]
    color = color or theme.amounts[len(theme.amounts) // 2]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": probs,
        "y": list(range(len(words))),
        "customdata": list(zip(words, map(exactly, probs), strict=True)),
        "marker": {"color": [*[color] * len(found.guesses), theme.faint]},
        "text": [percent(prob, short=True) for prob in probs],
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"size": LABEL_SIZE},
        "hovertemplate": HOVER,
    }
    return go.Figure(
        data=[bars],
        layout=layout(
            theme,
            height=ROW * len(words) + 20,
            margin={"l": 10, "r": 60, "t": 5, "b": 5},
            bargap=0.3,
            xaxis={"visible": False, "range": [0, max(probs)], "fixedrange": True},
            yaxis=row_axis([f"{word}  " for word in words]) | {"automargin": True},
        ),
    )


def guess_columns(
    columns: Sequence[tuple[str, str, Distribution]],
    theme: Theme = LIGHT,
    *,
    n: int = 5,
    note: str = "",
) -> go.Figure:
    """Draw the n likeliest tokens of each model, one column a model, all on one scale.

    Args:
        columns: (name, kind, distribution) of each model.
        note: text and settings, to stand on the exported picture.

    Source: softmax over the vocabulary, Vaswani et al. 2017, section 3.4.
    """
    if not columns:
        return empty_figure(_("There is nothing to compare yet."), theme)
    data: list[dict[str, Any]] = []
    axes: dict[str, Any] = {}
    for index, (_name, kind, distribution) in enumerate(columns):
        key = "" if index == 0 else str(index + 1)
        axes |= _axes(key, index / len(columns), (index + 0.94) / len(columns), n)
        data += _column(distribution, n, kind_colour(kind), key, theme)
    return go.Figure(
        data=data,
        layout=layout(
            theme,
            width=int(np.clip(FILLED // len(columns), *COLUMN)) * len(columns) + 20,
            height=ROW * (n + 1) + HEAD + 40,
            margin={"l": 5, "r": 5, "t": HEAD, "b": 30},
            bargap=0.15,
            annotations=[
                *(
                    _heading(name, kind, index / len(columns))
                    for index, (name, kind, _distribution) in enumerate(columns)
                ),
                *note_line(note, theme, yshift=-26, xshift=0),
            ],
            **axes,
        ),
    )


def _axes(key: str, begin: float, end: float, n: int) -> dict[str, Any]:
    """The hidden axes of a column.

    Args:
        key: what tells them from those of the other columns.
        begin, end: of the column, as shares of the width.
    """
    hidden = {"visible": False, "fixedrange": True}
    return {
        f"xaxis{key}": hidden | {"domain": [begin, end], "range": [0, 1], "anchor": f"y{key}"},
        f"yaxis{key}": hidden | {"range": [n + 0.5, -0.5], "anchor": f"x{key}"},
    }


def _column(
    distribution: Distribution, n: int, color: str, key: str, theme: Theme
) -> list[dict[str, Any]]:
    """The bars of one model, and the words over them, so that a short bar cuts no long word.

    Args:
        key: what tells its axes from those of the other columns.
    """
    guesses = distribution.guesses[:n]
    words = [escape(visible(guess.token)) for guess in guesses]
    probs = [guess.prob for guess in guesses]
    n_others = distribution.n_rest + len(distribution.guesses) - len(guesses)
    words.append(_("and {n} others").format(n=f"{n_others:,}"))
    probs.append(max(0.0, 1 - sum(probs)))
    on = {"y": list(range(n + 1)), "xaxis": f"x{key}", "yaxis": f"y{key}"}
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": probs,
        "customdata": list(zip(words, map(exactly, probs), strict=True)),
        "marker": {"color": [*[color] * len(guesses), theme.muted], "opacity": 0.35},
        "hovertemplate": HOVER,
    }
    labels = {
        "type": "scatter",
        "mode": "text",
        "x": [0.01] * (n + 1),
        "text": [
            f"{w}  <b>{percent(p, short=True)}</b>" for w, p in zip(words, probs, strict=True)
        ],
        "textposition": "middle right",
        "textfont": {"size": LABEL_SIZE, "color": theme.text},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    return [bars | on, labels | on]


def _heading(name: str, kind: str, begin: float) -> dict[str, Any]:
    """A model's name above its column, with a mark in the colour of its kind."""
    return {
        "text": f"<span style='color:{kind_colour(kind)}'>■</span> <b>{escape(name)}</b>",
        "xref": "paper",
        "yref": "paper",
        "x": begin,
        "y": 1,
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 6,
        "showarrow": False,
        "font": {"size": LABEL_SIZE + 1},
    }
