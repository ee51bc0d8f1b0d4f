"""Picture of cross-attention as ribbons between two lines of words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.grid import empty_figure, note_line
from viz_core.figures.numbers import percent
from viz_core.figures.theme import LABEL_SIZE, LIGHT, Theme, escape, layout, tick_labels, visible
from viz_core.i18n import _

WORD = 88  # px of one word
WIDEST = 1200  # px of all words, as long as each keeps `LEAST`
LEAST = 56  # px of one word of a long sentence
CLOSE = 76  # px of a word; where it has less, labels stand high and low by turns
STAGGER = 24  # px between high and low labels
HEIGHT = 150  # px between the two lines
THICKEST = 16  # px of a ribbon of weight 1
FAINTEST = 0.1  # lighter looks are left out, and the page says so
CLASSES = 8  # thicknesses that are told apart
LEFT, TOP, BOTTOM = 20, 36, 88
CURVE = np.linspace(0, 1, 21)


def alignment_ribbon(
    weights: np.ndarray,
    source: Sequence[str],
    target: Sequence[str],
    theme: Theme = LIGHT,
    *,
    probs: Sequence[float] = (),
    n_written: int | None = None,
    note: str = "",
) -> go.Figure:
    """Draw a ribbon from each target word to each source word that it looks at.

    Args:
        weights: cross-attention of the choice of each target word, (target, source).
        source, target: the words of the upper and of the lower line.
        probs: the probability of each target word, to stand under it.
        n_written: draw so many target words, at the places that they have in the end.
        note: model, text and settings, to stand on the exported picture.
    """
    if not len(source):
        return empty_figure(_("There is no text to draw."), theme)
    n = max(len(source), len(target))
    word = max(LEAST, min(WORD, WIDEST // n))
    stagger = STAGGER if word < CLOSE else 0
    above, below = (_places(len(words), n) for words in (source, target))
    if n_written is not None:
        target, probs = target[:n_written], probs[:n_written]
    links = np.argwhere(weights[: len(target)] >= FAINTEST)  # (link, 2): query, key
    ribbons = [(above[key], below[query], float(weights[query, key])) for query, key in links]
    hover = [
        [escape(visible(target[query])), escape(visible(source[key])), weights[query, key]]
        for query, key in links
    ]
    return go.Figure(
        data=[
            *_by_thickness(ribbons, theme),
            _middles(ribbons, hover),
            _line(_high(tick_labels(source), stagger), above, 1, "top center", theme),
            _line(
                _low(_under(tick_labels(target), probs, theme), stagger),
                below,
                0,
                "bottom center",
                theme,
            ),
        ],
        layout=layout(
            theme,
            width=2 * LEFT + word * n,
            height=TOP + BOTTOM + HEIGHT + 2 * stagger,
            margin={"l": LEFT, "r": LEFT, "t": TOP + stagger, "b": BOTTOM + stagger},
            xaxis={"visible": False, "range": [-0.5, n - 0.5], "fixedrange": True},
            yaxis={"visible": False, "range": [0, 1], "fixedrange": True},
            annotations=note_line(note, theme, yshift=-78 - stagger, xshift=0),
        ),
    )


def _places(n_words: int, n: int) -> np.ndarray:
    """Where the words of a line stand, centred under the longer line."""
    return np.asarray(np.arange(n_words) + (n - n_words) / 2)


def _middles(
    ribbons: Sequence[tuple[float, float, float]], hover: Sequence[Sequence[Any]]
) -> dict[str, Any]:
    """Unseen points in the middle of the ribbons, where the mouse learns what they are.

    Args:
        hover: target word, source word and weight of each.
    """
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [(above + below) / 2 for above, below, _weight in ribbons],
        "y": [0.5] * len(ribbons),
        "marker": {"size": 14, "opacity": 0},
        "customdata": hover,
        "hovertemplate": "<b>%{customdata[0]}</b> → <b>%{customdata[1]}</b> "
        "%{customdata[2]:.4f}<extra></extra>",
    }


def _by_thickness(
    ribbons: Sequence[tuple[float, float, float]], theme: Theme
) -> list[dict[str, Any]]:
    """Curves of like weight as one trace, light ones first."""
    bend = CURVE * CURVE * (3 - 2 * CURVE)
    traces = []
    for level in range(1, CLASSES + 1):
        x: list[float | None] = []
        y: list[float | None] = []
        for above, below, weight in ribbons:
            if max(1, round(weight * CLASSES)) == level:
                x += [*(above + (below - above) * bend).tolist(), None]
                y += [*(1 - CURVE).tolist(), None]
        if x:
            share = level / CLASSES
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": x,
                    "y": y,
                    "line": {"width": THICKEST * share, "color": theme.shade(0.3 + 0.7 * share)[0]},
                    "opacity": 0.75,
                    "hoverinfo": "skip",
                }
            )
    return traces


def _under(words: Sequence[str], probs: Sequence[float], theme: Theme) -> list[str]:
    """Words with their probabilities under them."""
    if not probs:
        return list(words)
    size = f"font-size:{LABEL_SIZE - 1}px;color:{theme.muted}"
    return [
        f"{word}<br><span style='{size}'>{percent(prob, short=True)}</span>"
        for word, prob in zip(words, probs, strict=True)
    ]


def _high(labels: Sequence[str], stagger: int) -> list[str]:
    """Every other label a line higher, where they are close."""
    return [f"{label}<br> " if stagger and n % 2 else label for n, label in enumerate(labels)]


def _low(labels: Sequence[str], stagger: int) -> list[str]:
    """Every other label a line lower, where they are close."""
    return [f" <br>{label}" if stagger and n % 2 else label for n, label in enumerate(labels)]


def _line(
    labels: Sequence[str], places: np.ndarray, height: float, side: str, theme: Theme
) -> dict[str, Any]:
    """One line of words, already escaped."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": places.tolist(),
        "y": [height] * len(labels),
        "text": list(labels),
        "textposition": side,
        "textfont": {"size": LABEL_SIZE + 3, "color": theme.text},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
