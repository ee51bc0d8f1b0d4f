"""Pictures of attention: who looks at whom, and how much."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.analysis.attention import among, is_causal, one_head, ranks
from viz_core.figures.theme import LABEL_SIZE, LIGHT, Theme, escape, layout, tick_labels
from viz_core.i18n import _
from viz_core.trace import Record, Tokens

CELL = (15, 64)  # px, smallest and largest side of a cell
MAP_SIDE = 520  # px, what a map fills if its cells may be as large
MARGINS = {"l": 120, "r": 20, "t": 95, "b": 75}  # px, around the cells
UPRIGHT = 10  # so many labels stand upright; more are turned
DENSE = 24  # more labels than this are set smaller


def attention_heatmap(
    record: Record,
    tokens: dict[str, Tokens],
    head: int | None,
    theme: Theme = LIGHT,
    *,
    hide_special: bool = False,
    word: int | None = None,
    note: str = "",
) -> go.Figure:
    """Draw how much each query token attends to each key token.

    Args:
        record: attention weights, axes (head, query, key), each row a probability distribution.
        tokens: the tokens of each stream of the trace.
        head: index of the head to draw, from 0; None draws the mean of all heads.
        hide_special: leave special tokens out and scale each row to sum to 1 again.
        word: index of a query whose row is framed.
        note: model, text and settings, to stand on the exported picture.

    Raises:
        ValueError: the record has other axes, or `head` is outside it.

    Source: Vaswani et al. 2017, eq. 1.
    """
    weights = one_head(record, head)  # (query, key)
    queries, keys = (tokens[record.streams[axis]] for axis in ("query", "key"))
    rows, columns = np.arange(len(queries)), np.arange(len(keys))
    if hide_special and len(queries) == len(keys):
        kept = ~np.array(keys.special)
        weights = among(weights, kept)[np.ix_(kept, kept)]
        rows, columns = rows[kept], columns[kept]
    if not weights.size:
        return empty_figure(_("Only special tokens: nothing is left to draw."), theme)
    masked = (rows[:, None] < columns) & is_causal(record.name)  # (query, key)
    weights = np.where(masked, np.nan, weights).astype(np.float32)
    side = int(np.clip(MAP_SIDE / len(columns), *CELL))
    return go.Figure(
        data=[
            _cells(weights, theme),
            *([_hatching(masked, theme)] if masked.any() else []),
        ],
        layout=layout(
            theme,
            width=side * len(columns) + MARGINS["l"] + MARGINS["r"],
            height=side * len(rows) + MARGINS["t"] + MARGINS["b"],
            margin=MARGINS,
            xaxis=token_axis([keys.strings[n] for n in columns], columns, theme) | {"side": "top"},
            yaxis=token_axis([queries.strings[n] for n in rows], rows, theme)
            | {
                "range": [len(rows) - 0.5, -0.5],
                "tickangle": 0,
                "scaleanchor": "x",
            },
            annotations=[*_axis_names(theme), *([_note(note, theme)] if note else [])],
            shapes=[_frame(rows.tolist().index(word), len(columns), theme)]
            if word is not None and word in rows
            else [],
        ),
    )


def _cells(weights: np.ndarray, theme: Theme) -> dict[str, Any]:
    """The squares; masked ones are nan and left out."""
    return {
        "type": "heatmap",
        "z": weights,
        "zmin": 0,
        "zmax": 1,
        "colorscale": theme.colorscale,
        "xgap": 1,
        "ygap": 1,
        "hoverongaps": False,
        "customdata": ranks(np.nan_to_num(weights, nan=-1)).astype(
            np.uint8 if weights.shape[1] < 256 else np.uint16
        ),
        "hovertemplate": "<b>%{y}</b> → <b>%{x}</b><br>%{z:.4f}<br>"
        + _("rank {rank} of this query").format(rank="%{customdata}")
        + "<extra></extra>",
        "colorbar": {
            "orientation": "h",
            "thickness": 8,
            "lenmode": "pixels",
            "len": 150,
            "x": 0,
            "xanchor": "left",
            "y": 0,
            "yanchor": "top",
            "ypad": 8,
            "xpad": 0,
            "outlinewidth": 0,
            "tickvals": [0, 0.5, 1],
            "ticktext": [_("weight {n}").format(n=0), "0.5", "1"],
            "tickfont": {"color": theme.muted, "size": 13},
        },
    }


def _hatching(masked: np.ndarray, theme: Theme) -> dict[str, Any]:
    """One polygon over the cells that the mask hides, a stair from the top right."""
    n = masked.shape[1]
    x: list[float] = []
    y: list[float] = []
    for row, hidden in enumerate(masked):
        first = n - int(hidden.sum()) - 0.5
        x += [first, first]
        y += [row - 0.5, row + 0.5]
    return {
        "type": "scatter",
        "x": [*x, n - 0.5, n - 0.5],
        "y": [*y, len(masked) - 0.5, -0.5],
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": "rgba(0,0,0,0)",
        "fillpattern": {"shape": "/", "size": 7, "solidity": 0.12, "fgcolor": theme.muted},
        "hoverinfo": "skip",
    }


def token_axis(tokens: list[str], positions: np.ndarray, theme: Theme) -> dict[str, Any]:
    """An axis that counts tokens and names them; twins bear their position in small type."""
    labels = [
        f"{label}<sub>{position}</sub>" if tokens.count(token) > 1 else label
        for label, token, position in zip(tick_labels(tokens), tokens, positions, strict=True)
    ]
    return {
        "tickmode": "array",
        "tickvals": list(range(len(tokens))),
        "ticktext": labels,
        "tickangle": 0 if len(tokens) <= UPRIGHT else -60,
        "tickfont": {"size": LABEL_SIZE if len(tokens) <= DENSE else LABEL_SIZE - 1},
        "range": [-0.5, len(tokens) - 0.5],
        "constrain": "domain",
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "ticklabeloverflow": "allow",  # else Plotly measures each label: 70 ms at 64 tokens
        "fixedrange": True,
    }


def _frame(row: int, n_columns: int, theme: Theme) -> dict[str, Any]:
    """A frame around one query's row."""
    return {
        "type": "rect",
        "x0": -0.5,
        "x1": n_columns - 0.5,
        "y0": row - 0.5,
        "y1": row + 0.5,
        "line": {"color": theme.mark, "width": 2},
    }


def _axis_names(theme: Theme) -> list[dict[str, Any]]:
    """What rows and columns are, in the corner where they meet."""
    base = {
        "xref": "paper",
        "yref": "paper",
        "showarrow": False,
        "x": 0,
        "y": 1,
        "font": {"size": LABEL_SIZE - 1, "color": theme.muted},
    }
    return [
        base | {"text": _("key: looked at →"), "xanchor": "left", "yshift": 62},
        base | {"text": _("query: looks ↓"), "xanchor": "right", "xshift": -8, "yshift": 24},
    ]


def _note(note: str, theme: Theme) -> dict[str, Any]:
    """A line under the picture that makes it explain itself on a slide."""
    return {
        "text": escape(note if len(note) <= 72 else note[:71] + "…"),
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 0,
        "yshift": -66,
        "xshift": -112,
        "xanchor": "left",
        "showarrow": False,
        "font": {"size": 12, "color": theme.muted},
    }


def empty_figure(message: str, theme: Theme = LIGHT) -> go.Figure:
    """A figure that says why there is nothing to draw."""
    axis = {"visible": False}
    text = {"text": escape(message), "showarrow": False, "x": 0.5, "y": 0.5}
    return go.Figure(layout=layout(theme, xaxis=axis, yaxis=axis, height=160, annotations=[text]))
