"""Pictures of pictures: what a model reads of one, and how much of something each patch has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.grid import amount_scale, note_line
from viz_core.figures.theme import LIGHT, Theme, escape, layout
from viz_core.i18n import _
from viz_core.pictures import DARKEST, GRID, PATCH, SIDE, patches

CELL = 36  # px, a number's square
BELOW = 40  # px under a picture, for its note
TINY = 17  # px, a number's square in the row of patches


def patch_map(
    numbers: np.ndarray,
    amounts: np.ndarray,
    theme: Theme = LIGHT,
    *,
    own: int | None = None,
    signed: bool = False,
    what: str = "",
    note: str = "",
) -> go.Figure:
    """Draw a picture over its patches, each shaded by an amount.

    Args:
        numbers: (SIDE, SIDE), from 0 to `DARKEST`.
        amounts: (N_PATCHES,), patches row by row.
        own: a patch that is framed, such as the one that looks.
        signed: amounts have signs: neutral in the middle, and as far to both sides as the largest.
        what: an amount is, for people.
    """
    grid = amounts.reshape(GRID, GRID)
    most = float(np.abs(grid).max()) or 1.0
    scale: dict[str, Any] = amount_scale(theme) | {"zmax": most}
    if signed:
        scale = {"colorscale": theme.signed_scale, "zmin": -most, "zmax": most}
    axis = {"visible": False, "fixedrange": True, "range": [0, SIDE]}
    side = CELL * SIDE
    return go.Figure(
        data=[
            {
                "type": "heatmap",
                "z": grid.astype(np.float32),
                "x0": PATCH / 2,
                "dx": PATCH,
                "y0": PATCH / 2,
                "dy": PATCH,
                "xgap": 2,
                "ygap": 2,
                "showscale": False,
                "customdata": np.arange(grid.size).reshape(grid.shape) + 1,
                "hovertemplate": _("patch {n}").format(n="%{customdata}")
                + f": <b>%{{z:.3f}}</b> {escape(what)}<extra></extra>",
                **scale,
            },
            _ink(numbers, grid / most, theme, signed),
        ],
        layout=layout(
            theme,
            width=side + 8,
            height=side + 8 + (BELOW if note else 0),
            margin={"l": 4, "r": 4, "t": 4, "b": 4 + (BELOW if note else 0)},
            xaxis=axis,
            yaxis=axis | {"range": [SIDE, 0]},
            shapes=[] if own is None else [_frame(own, theme)],
            annotations=note_line(note, theme, yshift=-34, xshift=0),
        ),
    )


def _ink(numbers: np.ndarray, shares: np.ndarray, theme: Theme, signed: bool) -> dict[str, Any]:
    """The digit itself, in whichever of black and white reads better on each patch."""
    rows, columns = np.nonzero(numbers)
    dark = "#000000" if theme.name == "light" else "#ffffff"
    inks = [
        dark if signed else theme.shade(float(shares[row // PATCH, column // PATCH]))[1]
        for row, column in zip(rows, columns, strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": columns + 0.5,
        "y": rows + 0.5,
        "marker": {
            "symbol": "square",
            "size": CELL * 0.62,
            "color": inks,
            "opacity": (numbers[rows, columns] / DARKEST).tolist(),
            "line": {"width": 0},
        },
        "hoverinfo": "skip",
    }


def _frame(own: int, theme: Theme) -> dict[str, Any]:
    row, column = divmod(own, GRID)
    return {
        "type": "rect",
        "x0": column * PATCH,
        "x1": (column + 1) * PATCH,
        "y0": row * PATCH,
        "y1": (row + 1) * PATCH,
        "line": {"color": theme.mark, "width": 4},
    }


def patch_row(
    numbers: np.ndarray, theme: Theme = LIGHT, *, words: Sequence[str] = (), note: str = ""
) -> go.Figure:
    """Draw the patches of a picture beside each other, as a model reads them: a row of tokens.

    Args:
        numbers: (SIDE, SIDE), from 0 to `DARKEST`.
        words: what each patch is called, (N_PATCHES,); by default its number, from 1.
    """
    cut = patches(numbers).reshape(-1, PATCH, PATCH)
    step = PATCH + 1
    row = np.full((PATCH, len(cut) * step - 1), np.nan, np.float32)
    for n, patch in enumerate(cut):
        row[:, n * step : n * step + PATCH] = patch
    names = list(words) or [str(n + 1) for n in range(len(cut))]
    axis = {"showgrid": False, "zeroline": False, "fixedrange": True, "showline": False}
    width = TINY * row.shape[1] + 16
    frames = [
        {
            "type": "rect",
            "x0": n * step - 0.5,
            "x1": n * step + PATCH - 0.5,
            "y0": -0.5,
            "y1": PATCH - 0.5,
            "line": {"color": theme.muted, "width": 1},
        }
        for n in range(len(cut))
    ]
    return go.Figure(
        data=[
            {
                "type": "heatmap",
                "z": row,
                "zmin": 0,
                "zmax": DARKEST,
                "colorscale": [[0, theme.background], [1, theme.text]],
                "showscale": False,
                "hoverongaps": False,
                "hovertemplate": "%{z} / " + f"{DARKEST}<extra></extra>",
            }
        ],
        layout=layout(
            theme,
            width=width,
            height=TINY * PATCH + 52,
            margin={"l": 8, "r": 8, "t": 6, "b": 46},
            xaxis=axis
            | {
                "tickvals": [n * step + 0.5 for n in range(len(cut))],
                "ticktext": [escape(name) for name in names],
            },
            yaxis=axis | {"showticklabels": False, "ticks": "", "range": [PATCH - 0.5, -0.5]},
            shapes=frames,
            annotations=note_line(note, theme, yshift=-40, xshift=0),
        ),
    )
