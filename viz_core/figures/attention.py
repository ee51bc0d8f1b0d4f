"""Pictures of attention: who looks at whom, and how much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.analysis.attention import among, is_causal, one_head, ranks
from viz_core.figures.grid import (
    MARGINS,
    amount_scale,
    cell_side,
    color_bar,
    corner,
    down,
    empty_figure,
    frame,
    hatching,
    note_line,
    token_axis,
)
from viz_core.figures.theme import LIGHT, Theme, layout
from viz_core.i18n import _
from viz_core.trace import Record, Tokens


def attention_heatmap(
    record: Record,
    tokens: Mapping[str, Tokens],
    head: int | None,
    theme: Theme = LIGHT,
    *,
    hide_special: bool = False,
    word: int | None = None,
    n_queries: int | None = None,
    note: str = "",
) -> go.Figure:
    """Draw how much each query token attends to each key token.

    Args:
        record: attention weights, axes (head, query, key), each row a probability distribution.
        tokens: the tokens of each stream of the trace.
        head: index of the head to draw, from 0; None draws the mean of all heads.
        hide_special: leave special tokens out and scale each row to sum to 1 again.
        word: index of a query whose row is framed.
        n_queries: draw so many queries and leave the rows of the others empty; by default all.
        note: model, text and settings, to stand on the exported picture.

    Raises:
        ValueError: the record has other axes, or `head` is outside it.

    Source: Vaswani et al. 2017, eq. 1.
    """
    weights = one_head(record, head)  # (query, key)
    queries, keys = (tokens[record.streams[axis]] for axis in ("query", "key"))
    rows, columns = _positions(queries, hide_special), _positions(keys, hide_special)
    if hide_special:
        weights = among(weights, ~np.array(queries.special), ~np.array(keys.special))
        weights = weights[np.ix_(rows, columns)]
    if not weights.size:
        return empty_figure(_("Only special tokens: nothing is left to draw."), theme)
    masked = (rows[:, None] < columns) & is_causal(record.name)  # (query, key)
    later = np.zeros_like(masked) if n_queries is None else rows[:, None] >= n_queries
    weights = np.where(masked | later, np.nan, weights).astype(np.float32)
    side = cell_side(len(columns))
    return go.Figure(
        data=[_cells(weights, theme), *([hatching(masked, theme)] if masked.any() else [])],
        layout=layout(
            theme,
            width=side * len(columns) + MARGINS["l"] + MARGINS["r"],
            height=side * len(rows) + MARGINS["t"] + MARGINS["b"],
            margin=MARGINS,
            xaxis=token_axis([keys.strings[n] for n in columns], columns) | {"side": "top"},
            yaxis=down(token_axis([queries.strings[n] for n in rows], rows), len(rows)),
            annotations=[
                *corner(theme, _("key: looked at →"), _("query: looks ↓")),
                *note_line(note, theme),
            ],
            meta={"cell": _("{row} looks at {column}, {value}")},
            shapes=_row_frame(word, rows, len(columns), theme),
        ),
    )


def _positions(tokens: Tokens, hide_special: bool) -> np.ndarray:
    """The positions of the tokens that are drawn."""
    return np.flatnonzero(~(np.array(tokens.special, bool) & hide_special))


def _cells(weights: np.ndarray, theme: Theme) -> dict[str, Any]:
    """The squares; masked ones are nan and left out."""
    return {
        "type": "heatmap",
        "z": weights,
        **amount_scale(theme),
        "xgap": 1,
        "ygap": 1,
        "hoverongaps": False,
        "customdata": ranks(np.nan_to_num(weights, nan=-1)).astype(
            np.uint8 if weights.shape[1] < 256 else np.uint16
        ),
        "hovertemplate": "<b>%{y}</b> → <b>%{x}</b><br>%{z:.4f}<br>"
        + _("rank {rank} of this query").format(rank="%{customdata}")
        + "<extra></extra>",
        "colorbar": color_bar(theme, [0, 0.5, 1], [_("weight {n}").format(n=0), "0.5", "1"]),
    }


def _row_frame(
    word: int | None, rows: np.ndarray, n_columns: int, theme: Theme
) -> list[dict[str, Any]]:
    """A frame around one query's row, if there is one and it is drawn."""
    if word is None or word not in rows:
        return []
    row = rows.tolist().index(word)
    return [frame(theme, (-0.5, n_columns - 0.5), (row - 0.5, row + 0.5))]
