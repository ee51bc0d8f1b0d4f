"""Picture of what a model expects after each word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.analysis.probabilities import Distribution
from viz_core.figures.grid import (
    CELL,
    amount_scale,
    color_bar,
    empty_figure,
    frame,
    note_line,
    row_axis,
    token_axis,
)
from viz_core.figures.numbers import exactly
from viz_core.figures.theme import (
    LABEL_SIZE,
    LIGHT,
    Theme,
    escape,
    layout,
    tick_labels,
    visible,
)
from viz_core.i18n import _
from viz_core.trace import Guess

WORD = 74  # px, narrowest column in which a guess can be read
GUESS = 34  # px, height of a guess
WIDE = 900  # px, what a grid of guesses fills if it may be as wide
LEFT, TOP, BOTTOM = 120, 95, 75  # px around the grid of guesses


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
    side = max(WORD, min(CELL[1] * 2, WIDE // len(tokens)))
    frames = [] if word is None else [frame(theme, (word - 0.5, word + 0.5), (-0.5, n - 0.5))]
    ranks = row_axis([_("guess {n}").format(n=rank + 1) for rank in range(n)])
    return go.Figure(
        data=[_cells([distribution.guesses[:n] for distribution in found], theme)],
        layout=layout(
            theme,
            width=side * len(tokens) + LEFT + 20,
            height=GUESS * n + TOP + BOTTOM,
            margin={"l": LEFT, "r": 20, "t": TOP, "b": BOTTOM},
            xaxis=token_axis(tokens, range(len(tokens))) | {"side": "top"},
            yaxis=ranks | {"tickfont": {"size": LABEL_SIZE - 1, "color": theme.muted}},
            annotations=note_line(note, theme, yshift=-68),
            shapes=frames,
        ),
    )


def _cells(columns: Sequence[Sequence[Guess]], theme: Theme) -> dict[str, Any]:
    """A cell for each guess, coloured by its probability.

    Args:
        columns: the same number of guesses after each word, likeliest first.
    """
    ranks = list(zip(*columns, strict=True))  # (rank, pos)
    words = [[guess.token for guess in row] for row in ranks]
    return {
        "type": "heatmap",
        "z": np.array([[guess.prob for guess in row] for row in ranks], np.float32),
        "xgap": 1,
        "ygap": 1,
        "text": [tick_labels(row) for row in words],
        "texttemplate": "%{text}",
        "textfont": {"size": LABEL_SIZE - 1},
        "customdata": [
            [(escape(visible(guess.token)), exactly(guess.prob)) for guess in row] for row in ranks
        ],
        "hovertemplate": _("after {word}").format(word="<b>%{x}</b>")
        + ": <b>%{customdata[0]}</b> %{customdata[1]}<extra></extra>",
        "colorbar": color_bar(theme, [0, 0.5, 1], [_("probability {n}").format(n=0), "0.5", "1"]),
        **amount_scale(theme),
    }
