"""Maps whose rows and columns have names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.grid import (
    MARGINS,
    amount_scale,
    color_bar,
    corner,
    empty_figure,
    frame,
    hatching,
    largest,
    note_line,
    signed_scale,
    token_axis,
)
from viz_core.figures.theme import LABEL_SIZE, LIGHT, Theme, escape, layout
from viz_core.i18n import _

SIDE = 34  # px, least height of a row
WIDE = 620  # px, what a map fills if its cells may be as wide
ROOMY = 44  # px, narrowest cell in which a number is written
LABEL = 7.5  # px a letter of a row's name takes


def labelled_map(
    values: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    theme: Theme = LIGHT,
    *,
    signed: bool = False,
    limit: float | None = None,
    text: Sequence[Sequence[str]] | None = None,
    unit: str = "",
    corner_names: tuple[str, str] = ("", ""),
    square: bool = False,
    causal: bool = False,
    wide: int = WIDE,
    column: int | None = None,
    words: bool = True,
    note: str = "",
) -> go.Figure:
    """Draw a map of numbers, tokens or levels along both sides.

    Args:
        values: (row, column); nan where there is none.
        rows, columns: their names, in order; words where the map is square, else rows are plain.
        signed: around 0, on the diverging scale; else from 0.
        limit: the end of the scale; by default the largest value.
        text: what is written in the cells; by default their numbers where they fit.
        unit: what the values are counted in, for people.
        corner_names: what columns and rows are.
        square: cells as high as they are wide.
        causal: cells to the right of the diagonal are hatched: nothing may stand there.
        wide: px that the map fills if its cells may be as wide.
        column: framed, if given.
        words: the columns are tokens; otherwise they have plain names.
        note: model, text and settings, to stand on the exported picture.
    """
    if not values.size:
        return empty_figure(_("There is nothing to compare yet."), theme)
    n_rows, n_columns = values.shape
    side = max(18, min(64, wide // n_columns), 84 if text is not None else 0)
    high = side if square else SIDE
    left = max(60, round(max(len(r) for r in rows) * LABEL) + 24)
    later = np.triu(np.ones(values.shape, bool), 1) & causal
    end = limit if limit is not None else largest(values)
    written = text if text is not None else _numbers(values) if side >= ROOMY else None
    cells = _cells(np.where(later, np.nan, values), written, side, unit)
    return go.Figure(
        data=[
            cells | _scale(end, unit, theme, signed=signed),
            *([hatching(later, theme)] if causal else []),
        ],
        layout=layout(
            theme,
            width=side * n_columns + left + MARGINS["r"],
            height=high * n_rows + MARGINS["t"] + MARGINS["b"],
            margin=MARGINS | {"l": left},
            xaxis=_along(columns, side, words=words),
            yaxis=_down(rows, words=square),
            shapes=[]
            if column is None
            else [frame(theme, (column - 0.5, column + 0.5), (-0.5, n_rows - 0.5))],
            annotations=[
                *(corner(theme, *map(escape, corner_names)) if any(corner_names) else []),
                *note_line(note, theme, xshift=8 - left),
            ],
        ),
    )


def _cells(
    values: np.ndarray,
    written: Sequence[Sequence[str]] | None,
    side: int,
    unit: str,
) -> dict[str, Any]:
    """The cells without their colours.

    Args:
        side: px, width of a cell.
    """
    gap = 1 if side > 20 else 0
    return {
        "type": "heatmap",
        "z": values.astype(np.float32),
        "hoverongaps": False,
        "text": written,
        "texttemplate": "%{text}" if written is not None else None,
        "textfont": {"size": LABEL_SIZE - 2},
        "xgap": gap,
        "ygap": gap,
        "hovertemplate": "<b>%{y}</b> · <b>%{x}</b> %{z:.5f} " + escape(unit) + "<extra></extra>",
    }


def _scale(limit: float, unit: str, theme: Theme, *, signed: bool) -> dict[str, Any]:
    """Colours from -limit or 0 to limit, and the bar that shows them."""
    ticks = [-limit, 0, limit] if signed else [0, limit]
    labels = [f"{tick:.2g}" for tick in ticks]
    labels[-1] += f" {unit}" if unit else ""
    colours = signed_scale(theme, limit) if signed else amount_scale(theme, limit)
    return colours | {"colorbar": color_bar(theme, ticks, labels)}


def _along(columns: Sequence[str], side: int, *, words: bool) -> dict[str, Any]:
    """The axis of the columns, on top; plain names are turned where they are wider than a cell."""
    axis = token_axis(columns, range(len(columns))) | {"side": "top"}
    if words:
        return axis
    fits = max(map(len, columns)) * LABEL <= side
    return axis | {"ticktext": [escape(c) for c in columns], "tickangle": 0 if fits else -60}


def _down(rows: Sequence[str], *, words: bool) -> dict[str, Any]:
    """The axis of the rows, the first on top."""
    axis = token_axis(rows, range(len(rows)))
    axis |= {"range": [len(rows) - 0.5, -0.5], "tickangle": 0}
    return axis if words else axis | {"ticktext": [f"{escape(name)}  " for name in rows]}


def _numbers(values: np.ndarray) -> list[list[str]]:
    return [["" if np.isnan(v) else f"{v:.2f}" for v in row] for row in values]
