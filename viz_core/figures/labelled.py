"""Maps whose rows and columns have names, and lines along names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.grid import (
    MARGINS,
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
LINES = 360  # px, height of a chart of lines
LABEL = 7.5  # px a letter of a row's name takes
SHADES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")


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
    end = limit if limit is not None else largest(values)
    side = max(18, min(64, wide // n_columns))
    if text is not None:
        side = max(side, 84)
    high = side if square else SIDE
    left = max(60, round(max(len(r) for r in rows) * LABEL) + 24)
    roomy = side >= ROOMY
    shown = text if text is not None else _numbers(values) if roomy else None
    scale = (
        signed_scale(theme, end)
        if signed
        else {"zmin": 0, "zmax": end, "colorscale": theme.colorscale}
    )
    ticks = [-end, 0, end] if signed else [0, end]
    labels = [f"{tick:.2g}" for tick in ticks]
    labels[-1] += f" {unit}" if unit else ""
    down = token_axis(rows, range(n_rows)) | {"range": [n_rows - 0.5, -0.5], "tickangle": 0}
    along = token_axis(columns, range(n_columns))
    if not words:
        fits = max(map(len, columns)) * LABEL <= side
        along |= {"ticktext": [escape(c) for c in columns], "tickangle": 0 if fits else -60}
    if not square:
        down["ticktext"] = [f"{escape(name)}  " for name in rows]
    values = np.where(np.triu(np.ones(values.shape, bool), 1), np.nan, values) if causal else values
    data: list[dict[str, Any]] = [
        {
            "type": "heatmap",
            "z": values.astype(np.float32),
            "hoverongaps": False,
            "text": shown,
            "texttemplate": "%{text}" if shown is not None else None,
            "textfont": {"size": LABEL_SIZE - 2},
            "xgap": 1 if side > 20 else 0,
            "ygap": 1 if side > 20 else 0,
            "hovertemplate": "<b>%{y}</b> · <b>%{x}</b> %{z:.5f} "
            + escape(unit)
            + "<extra></extra>",
            "colorbar": color_bar(theme, ticks, labels),
            **scale,
        }
    ]
    if causal:
        data.append(hatching(np.triu(np.ones((n_rows, n_columns), bool), 1), theme))
    shapes = []
    if column is not None:
        shapes.append(frame(theme, (column - 0.5, column + 0.5), (-0.5, n_rows - 0.5)))
    return go.Figure(
        data=data,
        layout=layout(
            theme,
            width=side * n_columns + left + MARGINS["r"],
            height=high * n_rows + MARGINS["t"] + MARGINS["b"],
            margin=MARGINS | {"l": left},
            xaxis=along | {"side": "top"},
            yaxis=down,
            shapes=shapes,
            annotations=[
                *(corner(theme, *map(escape, corner_names)) if any(corner_names) else []),
                *([note_line(note, theme, xshift=8 - left)] if note else []),
            ],
        ),
    )


def _numbers(values: np.ndarray) -> list[list[str]]:
    return [["" if np.isnan(v) else f"{v:.2f}" for v in row] for row in values]


def line_chart(
    lines: Sequence[tuple[str, np.ndarray]],
    x: Sequence[float],
    theme: Theme = LIGHT,
    *,
    x_name: str = "",
    y_name: str = "",
    note: str = "",
) -> go.Figure:
    """Draw lines over a shared axis, each named at its end.

    Args:
        lines: name and values of each, as long as x.
    """
    if not lines:
        return empty_figure(_("There is nothing to compare yet."), theme)
    data = []
    for index, (name, values) in enumerate(lines):
        color = SHADES[index % len(SHADES)]
        ends = [""] * (len(x) - 1) + [f" {escape(name)}"]
        data.append(
            {
                "type": "scatter",
                "mode": "lines+text",
                "x": list(x),
                "y": np.asarray(values, np.float32),
                "text": ends,
                "textposition": "middle right",
                "textfont": {"color": color, "size": LABEL_SIZE},
                "line": {"color": color, "width": 2.5},
                "cliponaxis": False,
                "hovertemplate": f"{escape(name)} <b>%{{y:.4f}}</b><extra></extra>",
            }
        )
    axis = {"showgrid": False, "zeroline": False, "fixedrange": True, "linecolor": theme.faint}
    right = 40 + round(max(len(name) for name, _values in lines) * LABEL)
    return go.Figure(
        data=data,
        layout=layout(
            theme,
            height=LINES,
            margin={"l": 70, "r": right, "t": 20, "b": 80},
            meta={"min_width": 480},
            hovermode="x",
            xaxis=axis | {"title": {"text": escape(x_name)}, "automargin": True},
            yaxis=axis | {"title": {"text": escape(y_name)}, "showline": True},
            annotations=[note_line(note, theme, yshift=-76, xshift=-60)] if note else [],
        ),
    )
