"""Maps whose rows and columns have names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.grid import (
    MARGINS,
    amount_scale,
    color_bar,
    corner,
    down,
    empty_figure,
    frame,
    hatching,
    largest,
    note_line,
    signed_scale,
    token_axis,
)
from viz_core.figures.theme import LABEL_SIZE, LIGHT, Theme, escape, label_width, layout
from viz_core.i18n import _

SIDE = 34  # px, least height of a row
WIDE = 620  # px, what a map fills if its cells may be as wide
ROOMY = 44  # px, narrowest cell in which a number is written


@dataclass(frozen=True)
class Scale:
    """How the numbers of a map become colours.

    Attributes:
        signed: around 0, on the diverging scale; else from 0.
        limit: the end of the scale; by default the largest value.
        unit: what the values are counted in, for people.
    """

    signed: bool = False
    limit: float | None = None
    unit: str = ""


def labelled_map(
    values: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    theme: Theme = LIGHT,
    *,
    scale: Scale = Scale(),
    text: Sequence[Sequence[str]] | None = None,
    column: int | None = None,
    words: bool = True,
    note: str = "",
) -> go.Figure:
    """Draw a map of numbers over tokens or levels, a row for each of the things that are named.

    Args:
        values: (row, column); nan where there is none.
        rows, columns: their names, in order.
        text: what is written in the cells; by default their numbers where they fit.
        column: framed, if given.
        words: the columns are tokens; otherwise they have plain names.
        note: model, text and settings, to stand on the exported picture.
    """
    if not values.size:
        return empty_figure(_("There is nothing to compare yet."), theme)
    n_rows, n_columns = values.shape
    side = max(_side(n_columns), 84 if text is not None else 0)
    written = text if text is not None else _numbers(values) if side >= ROOMY else None
    return go.Figure(
        data=[_cells(values, written, side, scale, theme)],
        layout=_frame(values.shape, (side, SIDE), rows, note, theme)
        | {
            "xaxis": _along(columns, side, words=words),
            "yaxis": _down(rows),
            "shapes": []
            if column is None
            else [frame(theme, (column - 0.5, column + 0.5), (-0.5, n_rows - 0.5))],
        },
    )


def weight_map(
    values: np.ndarray,
    queries: Sequence[str],
    keys: Sequence[str],
    theme: Theme = LIGHT,
    *,
    scale: Scale = Scale(limit=1),
    causal: bool = False,
    wide: int = WIDE,
    note: str = "",
) -> go.Figure:
    """Draw what goes from each key to each query, in square cells.

    Args:
        values: (query, key).
        queries, keys: tokens.
        causal: cells to the right of the diagonal are hatched: nothing may stand there.
        wide: px that the map fills if its cells may be as wide.
        note: model, text and settings, to stand on the exported picture.
    """
    if not values.size:
        return empty_figure(_("There is nothing to compare yet."), theme)
    later = np.triu(np.ones(values.shape, bool), 1) & causal
    side = _side(len(keys), wide)
    written = _numbers(values) if side >= ROOMY else None
    cells = _cells(np.where(later, np.nan, values), written, side, scale, theme)
    usual = _frame(values.shape, (side, side), queries, note, theme)
    return go.Figure(
        data=[cells, *([hatching(later, theme)] if causal else [])],
        layout=usual
        | {
            "xaxis": _along(keys, side, words=True),
            "yaxis": down(token_axis(queries, range(len(queries))), len(queries)),
            "annotations": [*corner(theme, _("key"), _("query")), *usual["annotations"]],
        },
    )


def _side(n_columns: int, wide: int = WIDE) -> int:
    """Pixels of a cell's width."""
    return max(18, min(64, wide // n_columns))


def _frame(
    shape: tuple[int, ...], cell: tuple[int, int], rows: Sequence[str], note: str, theme: Theme
) -> dict[str, Any]:
    """A map's size, its margins and the line below it.

    Args:
        shape: rows and columns.
        cell: px, width and height.
    """
    left = max(60, round(max(map(label_width, rows))) + 24)
    return layout(
        theme,
        width=cell[0] * shape[1] + left + MARGINS["r"],
        height=cell[1] * shape[0] + MARGINS["t"] + MARGINS["b"],
        margin=MARGINS | {"l": left},
        annotations=note_line(note, theme, xshift=8 - left),
    )


def _cells(
    values: np.ndarray,
    written: Sequence[Sequence[str]] | None,
    side: int,
    scale: Scale,
    theme: Theme,
) -> dict[str, Any]:
    """The cells in their colours, and the bar that shows these.

    Args:
        side: px, width of a cell.
    """
    gap = 1 if side > 20 else 0
    limit = scale.limit if scale.limit is not None else largest(values)
    ticks = [-limit, 0, limit] if scale.signed else [0, limit]
    labels = [f"{tick:.2g}" for tick in ticks]
    labels[-1] += f" {scale.unit}" if scale.unit else ""
    colours = signed_scale(theme, limit) if scale.signed else amount_scale(theme, limit)
    return {
        "type": "heatmap",
        "z": values.astype(np.float32),
        "hoverongaps": False,
        "text": written,
        "texttemplate": "%{text}" if written is not None else None,
        "textfont": {"size": LABEL_SIZE - 2},
        "xgap": gap,
        "ygap": gap,
        "hovertemplate": "<b>%{y}</b> · <b>%{x}</b> %{z:.5f} "
        + escape(scale.unit)
        + "<extra></extra>",
        "colorbar": color_bar(theme, ticks, labels),
        **colours,
    }


def _along(columns: Sequence[str], side: int, *, words: bool) -> dict[str, Any]:
    """The axis of the columns, on top; plain names are turned where they are wider than a cell."""
    axis = token_axis(columns, range(len(columns))) | {"side": "top"}
    if words:
        return axis
    fits = max(map(label_width, columns)) <= side
    return axis | {"ticktext": [escape(c) for c in columns], "tickangle": 0 if fits else -60}


def _down(rows: Sequence[str]) -> dict[str, Any]:
    """The axis of the rows, the first on top."""
    axis = token_axis(rows, range(len(rows)))
    return axis | {
        "range": [len(rows) - 0.5, -0.5],
        "tickangle": 0,
        "ticktext": [f"{escape(name)}  " for name in rows],
    }


def _numbers(values: np.ndarray) -> list[list[str]]:
    return [["" if np.isnan(v) else f"{v:.2f}" for v in row] for row in values]
