"""What all maps over tokens share: axes that name words, cells, frames, the line underneath."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.theme import (
    LABEL_SIZE,
    LIGHT,
    Theme,
    escape,
    layout,
    tick_labels,
    visible,
)
from viz_core.figures.tokens import byte_groups

CELL = (15, 64)  # px, smallest and largest side of a cell
MAP_SIDE = 520  # px, what a map fills if its cells may be as large
MARGINS = {"l": 120, "r": 20, "t": 95, "b": 75}  # px, around the cells
UPRIGHT = 10  # so many labels stand upright; more are turned
DENSE = 24  # more labels than this are set smaller
LONGEST_NOTE = 72  # characters
BETWEEN = 20  # px from name to name where names stand above each other


def cell_side(n: int, side: int = MAP_SIDE) -> int:
    """Pixels of a square cell where n of them stand beside each other."""
    return int(np.clip(side / max(1, n), *CELL))


def token_axis(tokens: Sequence[str], positions: Sequence[int] | np.ndarray) -> dict[str, Any]:
    """An axis that counts tokens and names them.

    Twins bear their position in small type; the first of the bytes that spell a character bears
    that character.
    """
    tokens = list(tokens)
    labels = [
        f"{label}<sub>{position}</sub>" if tokens.count(token) > 1 else label
        for label, token, position in zip(tick_labels(tokens), tokens, positions, strict=True)
    ]
    for first, _after, character in byte_groups(tokens):
        labels[first] = f"{escape(visible(character))} {labels[first]}"
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


def down(axis: dict[str, Any], n: int) -> dict[str, Any]:
    """The axis read downwards, beside square cells."""
    return axis | {"range": [n - 0.5, -0.5], "tickangle": 0, "scaleanchor": "x"}


def row_axis(labels: Sequence[str]) -> dict[str, Any]:
    """A vertical axis that names rows, the first on top.

    Args:
        labels: already escaped.
    """
    return {
        "tickmode": "array",
        "tickvals": list(range(len(labels))),
        "ticktext": list(labels),
        "tickfont": {"size": LABEL_SIZE},
        "range": [len(labels) - 0.5, -0.5],
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "fixedrange": True,
    }


def color_bar(theme: Theme, ticks: Sequence[float], labels: Sequence[str]) -> dict[str, Any]:
    """The scale of a map, lying under its lower left corner."""
    return {
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
        "tickvals": list(ticks),
        "ticktext": [escape(label) for label in labels],
        "tickfont": {"color": theme.muted, "size": 13},
    }


def signed_bar(theme: Theme, limit: float, unit: str) -> dict[str, Any]:
    """The scale of a map of values from -limit to limit, its ends to two figures that count."""
    return color_bar(theme, [-limit, 0, limit], [f"−{limit:.2g}", "0", f"+{limit:.2g} {unit}"])


def signed_scale(theme: Theme, limit: float) -> dict[str, Any]:
    """Colours of a heat map of values from -limit to limit, neutral at 0."""
    return {"zmin": -limit, "zmax": limit, "colorscale": theme.signed_scale}


def amount_scale(theme: Theme, limit: float = 1) -> dict[str, Any]:
    """Colours of a heat map of values from 0 to limit."""
    return {"zmin": 0, "zmax": limit, "colorscale": theme.colorscale}


def largest(values: np.ndarray) -> float:
    """The largest absolute value, for a scale; never 0."""
    return float(np.abs(values[np.isfinite(values)]).max(initial=0)) or 1.0


def hatching(masked: np.ndarray, theme: Theme) -> dict[str, Any]:
    """One polygon over the cells that a causal mask hides, a stair from the top right."""
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


def frame(
    theme: Theme, x: tuple[float, float], y: tuple[float, float], **on: str
) -> dict[str, Any]:
    """A frame around cells.

    Args:
        x, y: first and last edge, in the axes' numbers.
        on: other axes than the first ones, such as `yref="y2"`.
    """
    return {
        "type": "rect",
        "x0": x[0],
        "x1": x[1],
        "y0": y[0],
        "y1": y[1],
        "line": {"color": theme.mark, "width": 2},
        **on,
    }


def corner(theme: Theme, columns: str, rows: str) -> list[dict[str, Any]]:
    """What columns and rows are, in the corner where they meet."""
    base = {
        "xref": "paper",
        "yref": "paper",
        "showarrow": False,
        "x": 0,
        "y": 1,
        "font": {"size": LABEL_SIZE - 1, "color": theme.muted},
    }
    return [
        base | {"text": columns, "xanchor": "left", "yshift": 62},
        base | {"text": rows, "xanchor": "right", "xshift": -8, "yshift": 24},
    ]


def apart(at: Sequence[float], tall: float) -> list[float]:
    """Heights of names in px, in order, moved so that two are at least `BETWEEN` apart.

    Args:
        tall: px, the highest that a name may stand.
    """
    places: list[float] = []
    for height in at:
        places.append(max(height, places[-1] + BETWEEN) if places else height)
    top = tall
    for n in range(len(places) - 1, -1, -1):
        places[n] = min(places[n], top)
        top = places[n] - BETWEEN
    return places


def note_line(
    note: str, theme: Theme, yshift: int = -66, xshift: int = -112
) -> list[dict[str, Any]]:
    """A line under the picture that makes it explain itself on a slide; none for an empty note.

    Args:
        yshift, xshift: px from the lower left corner of the cells.
    """
    if not note:
        return []
    return [
        {
            "text": escape(note if len(note) <= LONGEST_NOTE else note[: LONGEST_NOTE - 1] + "…"),
            "xref": "paper",
            "yref": "paper",
            "x": 0,
            "y": 0,
            "yshift": yshift,
            "xshift": xshift,
            "xanchor": "left",
            "showarrow": False,
            "font": {"size": 12, "color": theme.muted},
        }
    ]


def empty_figure(message: str, theme: Theme = LIGHT) -> go.Figure:
    """A figure that says why there is nothing to draw."""
    axis = {"visible": False}
    text = {"text": escape(message), "showarrow": False, "x": 0.5, "y": 0.5}
    return go.Figure(layout=layout(theme, xaxis=axis, yaxis=axis, height=160, annotations=[text]))
