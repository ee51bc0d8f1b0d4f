"""Pictures of single vectors: strips of cells, one under the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.grid import (
    amount_scale,
    empty_figure,
    frame,
    largest,
    note_line,
    signed_scale,
    token_axis,
)
from viz_core.figures.theme import LABEL_SIZE, LIGHT, ROLES, Theme, escape, layout
from viz_core.i18n import _

ROW, GAP, LABELS = 34, 16, 44  # px: a strip, the space to the next one, its words if it has some
WIDE = 940  # px, what strips fill
LEFT, RIGHT, TOP, BOTTOM = 150, 150, 14, 40  # px around the strips
ROOMY = 46  # px, narrowest cell in which a number is written


@dataclass(frozen=True)
class VectorStrip:
    """One vector as a row of cells.

    Attributes:
        name: its symbol, in HTML that this project wrote.
        values: (dimension,), -inf or nan where there is none.
        role: query, key, value, output, or empty; decides the colour of the mark before the name.
        amounts: from 0 to 1 instead of signed.
        tokens: what the cells stand for, if they are words.
    """

    name: str
    values: np.ndarray
    role: str = ""
    amounts: bool = False
    tokens: Sequence[str] = ()


def vector_strips(
    strips: Sequence[VectorStrip],
    theme: Theme = LIGHT,
    *,
    cell: int | None = None,
    note: str = "",
) -> go.Figure:
    """Draw vectors as strips, each as wide as the picture, each on a scale of its own.

    Args:
        cell: a cell that is framed in the strips whose cells are words.
        note: model and settings, to stand on the exported picture.
    """
    if not strips:
        return empty_figure(_("There is nothing to compare yet."), theme)
    heights = [ROW + (LABELS if strip.tokens else 0) + GAP for strip in strips]
    inner = sum(heights) - GAP
    axes: dict[str, Any] = {}
    data, notes, shapes = [], [], []
    top = inner
    for index, (strip, height) in enumerate(zip(strips, heights, strict=True)):
        key = "" if index == 0 else str(index + 1)
        axes |= _axes(strip, key, [max(0.0, (top - ROW) / inner), top / inner])
        data.append(_cells(strip, theme) | {"xaxis": f"x{key}", "yaxis": f"y{key}"})
        notes += _ends(strip, (top - ROW / 2) / inner, theme)
        if cell is not None and strip.tokens:
            shapes.append(
                frame(theme, (cell - 0.5, cell + 0.5), (-0.5, 0.5), xref=f"x{key}", yref=f"y{key}")
            )
        top -= height
    return go.Figure(
        data=data,
        layout=layout(
            theme,
            height=inner + TOP + BOTTOM,
            width=WIDE + LEFT + RIGHT,
            margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM},
            annotations=[*notes, *note_line(note, theme, yshift=-36, xshift=-LEFT + 8)],
            shapes=shapes,
            **axes,
        ),
    )


def _axes(strip: VectorStrip, key: str, domain: list[float]) -> dict[str, Any]:
    """The axes of a strip, the one along it with words if its cells are words.

    Args:
        key: what tells them from those of the other strips.
        domain: lower and upper edge, as shares of the height.
    """
    n = len(strip.values)
    hidden = {"visible": False, "fixedrange": True}
    along = token_axis(strip.tokens, range(n)) if strip.tokens else hidden
    return {
        f"yaxis{key}": hidden | {"domain": domain, "range": [-0.5, 0.5]},
        f"xaxis{key}": along | {"range": [-0.5, n - 0.5], "anchor": f"y{key}"},
    }


def _cells(strip: VectorStrip, theme: Theme) -> dict[str, Any]:
    values = np.where(np.isfinite(strip.values), strip.values, np.nan).astype(np.float32)
    scale = (
        amount_scale(theme)
        if strip.amounts
        else signed_scale(theme, largest(values[np.isfinite(values)]))
    )
    roomy = len(values) * ROOMY <= WIDE
    where = "%{x}" if strip.tokens else _("dimension {n}").format(n="%{x}")
    return {
        "type": "heatmap",
        "z": values[None],
        "y": [0],
        "hoverongaps": False,
        "xgap": 1 if len(values) <= WIDE // 6 else 0,
        "text": [["−∞" if np.isnan(v) else f"{v:.2f}" for v in values]] if roomy else None,
        "texttemplate": "%{text}" if roomy else None,
        "textfont": {"size": LABEL_SIZE - 2},
        "hovertemplate": f"{where} <b>%{{z:.6f}}</b><extra></extra>",
        "showscale": False,
        **scale,
    }


def _ends(strip: VectorStrip, y: float, theme: Theme) -> list[dict[str, Any]]:
    """The strip's name at its left, its length and range at its right."""
    finite = strip.values[np.isfinite(strip.values)]
    limit = largest(finite)
    span = "0 … 1" if strip.amounts else f"±{limit:.2g}"
    color = ROLES.get(strip.role)
    mark = f"<span style='color:{color}'>■</span> " if color else ""
    base = {
        "xref": "paper",
        "yref": "paper",
        "y": y,
        "yanchor": "middle",
        "showarrow": False,
        "font": {"size": LABEL_SIZE, "color": theme.text},
    }
    size = escape(f"{len(strip.values)} · {span}")
    return [
        base | {"text": f"{mark}{strip.name}", "x": 0, "xanchor": "right", "xshift": -10},
        base
        | {
            "text": f"<span style='color:{theme.muted}'>{size}</span>",
            "x": 1,
            "xanchor": "left",
            "xshift": 10,
        },
    ]
