"""Pictures of probabilities over the vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.analysis.probabilities import Distribution
from viz_core.figures.grid import CELL, color_bar, empty_figure, frame, note_line, token_axis
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

ROW = 30  # px a bar
COLUMN = (180, 250)  # px of one model's bars, least and most
FILLED = 1240  # px that columns of many models share
HEAD = 34  # px above the bars, for the model's name
WORD = 74  # px, narrowest column in which a guess can be read
GUESS = 34  # px, height of a guess
WIDE = 900  # px, what a grid of guesses fills if it may be as wide
LEFT, TOP, BOTTOM = 120, 95, 75  # px around the grid of guesses


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
    bar = color or theme.amounts[len(theme.amounts) // 2]
    rows = list(range(len(words)))
    return go.Figure(
        data=[
            {
                "type": "bar",
                "orientation": "h",
                "x": probs,
                "y": rows,
                "customdata": words,
                "marker": {"color": [*[bar] * len(found.guesses), theme.faint]},
                "text": [f"{prob:.1%}" for prob in probs],
                "textposition": "outside",
                "cliponaxis": False,
                "textfont": {"size": LABEL_SIZE},
                "hovertemplate": "<b>%{customdata}</b> %{x:.4%}<extra></extra>",
            }
        ],
        layout=layout(
            theme,
            height=ROW * len(words) + 20,
            margin={"l": 10, "r": 60, "t": 5, "b": 5},
            bargap=0.3,
            xaxis={"visible": False, "range": [0, max(probs)], "fixedrange": True},
            yaxis={
                "tickmode": "array",
                "tickvals": rows,
                "ticktext": [f"{word}  " for word in words],
                "tickfont": {"size": LABEL_SIZE},
                "range": [len(words) - 0.5, -0.5],
                "automargin": True,
                "fixedrange": True,
                "showgrid": False,
                "zeroline": False,
                "ticks": "",
            },
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
    names, axes = [], {}
    for index, (name, kind, found) in enumerate(columns):
        key = "" if index == 0 else str(index + 1)
        begin, end = index / len(columns), (index + 0.94) / len(columns)
        bare_axis = {"visible": False, "fixedrange": True}
        names.append(_heading(name, kind, begin))
        axes[f"xaxis{key}"] = bare_axis | {
            "domain": [begin, end],
            "range": [0, 1],
            "anchor": f"y{key}",
        }
        axes[f"yaxis{key}"] = bare_axis | {"range": [n + 0.5, -0.5], "anchor": f"x{key}"}
        data += _column(found, n, kind_colour(kind), key, theme)
    return go.Figure(
        data=data,
        layout=layout(
            theme,
            width=int(np.clip(FILLED // len(columns), *COLUMN)) * len(columns) + 20,
            height=ROW * (n + 1) + HEAD + 40,
            margin={"l": 5, "r": 5, "t": HEAD, "b": 30},
            bargap=0.15,
            annotations=[
                *names,
                *note_line(note, theme, yshift=-26, xshift=0),
            ],
            **axes,
        ),
    )


def _column(
    found: Distribution, n: int, color: str, key: str, theme: Theme
) -> list[dict[str, Any]]:
    """The bars of one model, and the words over them, so that a short bar cuts no long word.

    Args:
        key: what tells its axes from those of the other columns.
    """
    guesses = found.guesses[:n]
    shown = [guess.prob for guess in guesses]
    words = [escape(visible(guess.token)) for guess in guesses]
    others = found.n_rest + len(found.guesses) - len(guesses)
    words.append(_("and {n} others").format(n=f"{others:,}"))
    shown.append(max(0.0, 1 - sum(shown)))
    on = {"y": list(range(n + 1)), "xaxis": f"x{key}", "yaxis": f"y{key}"}
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": shown,
        "customdata": words,
        "marker": {"color": [*[color] * len(guesses), theme.muted], "opacity": 0.35},
        "hovertemplate": "<b>%{customdata}</b> %{x:.4%}<extra></extra>",
    }
    labels = {
        "type": "scatter",
        "mode": "text",
        "x": [0.01] * (n + 1),
        "text": [f"{w}  <b>{p:.1%}</b>" for w, p in zip(words, shown, strict=True)],
        "textposition": "middle right",
        "textfont": {"size": LABEL_SIZE, "color": theme.text},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    return [bars | on, labels | on]


def next_words(
    found: Sequence[Distribution],
    tokens: Sequence[str],
    theme: Theme = LIGHT,
    *,
    n: int = 4,
    word: int | None = None,
    note: str = "",
) -> go.Figure:
    """Draw, under each word, what a model expects to come next, likeliest on top.

    Args:
        found: the guesses after each token, in the order of the tokens.
        tokens: the words that were read.
        word: index of a column that is framed.
        note: model and text, to stand on the exported picture.
    """
    if not found:
        return empty_figure(_("There is nothing to compare yet."), theme)
    guesses = [one.guesses[:n] for one in found]
    probs = np.array([[g.prob for g in column] for column in guesses], np.float32).T  # (rank, pos)
    words = [[column[rank].token for column in guesses] for rank in range(n)]
    side = max(WORD, min(CELL[1] * 2, WIDE // len(tokens)))
    frames = [] if word is None else [frame(theme, (word - 0.5, word + 0.5), (-0.5, n - 0.5))]
    return go.Figure(
        data=[
            {
                "type": "heatmap",
                "z": probs,
                "zmin": 0,
                "zmax": 1,
                "colorscale": theme.colorscale,
                "xgap": 1,
                "ygap": 1,
                "text": [tick_labels(row) for row in words],
                "texttemplate": "%{text}",
                "textfont": {"size": LABEL_SIZE - 1},
                "customdata": [[escape(visible(word)) for word in row] for row in words],
                "hovertemplate": _("after {word}").format(word="<b>%{x}</b>")
                + ": <b>%{customdata}</b> %{z:.2%}<extra></extra>",
                "colorbar": color_bar(
                    theme, [0, 0.5, 1], [_("probability {n}").format(n=0), "0.5", "1"]
                ),
            }
        ],
        layout=layout(
            theme,
            width=side * len(tokens) + LEFT + 20,
            height=GUESS * n + TOP + BOTTOM,
            margin={"l": LEFT, "r": 20, "t": TOP, "b": BOTTOM},
            xaxis=token_axis(tokens, range(len(tokens))) | {"side": "top"},
            yaxis={
                "tickmode": "array",
                "tickvals": list(range(n)),
                "ticktext": [_("guess {n}").format(n=rank + 1) for rank in range(n)],
                "range": [n - 0.5, -0.5],
                "tickfont": {"size": LABEL_SIZE - 1, "color": theme.muted},
                "fixedrange": True,
                "showgrid": False,
                "zeroline": False,
                "ticks": "",
            },
            annotations=note_line(note, theme, yshift=-68),
            shapes=frames,
        ),
    )


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
