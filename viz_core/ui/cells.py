"""Heat maps by keyboard and ear."""

from __future__ import annotations

import plotly.graph_objects as go

from viz_core.i18n import _
from viz_core.ui.browser import view

_cells = view(
    "cells",
    '<div class="cells" tabindex="0" role="application"><div class="cell" hidden></div></div>\n'
    '<div class="said" aria-live="polite"></div>',
)


def cell_cursor(figure: go.Figure, summary: str, name: str) -> None:
    """Arrow keys move from cell to cell of a heat map, and each is told; nothing for others.

    Args:
        summary: what the figure says, in words.
        name: of the picture, which stands in the same container.
    """
    if not any(trace.type == "heatmap" for trace in figure.data):
        return
    meta = figure.layout.meta or {}
    data = {
        "name": name,
        "label": " ".join(filter(None, (summary, _("Arrow keys move from cell to cell.")))),
        "says": meta.get("cell") or _("{row}, {column}: {value}"),
        "hidden": _("hidden"),
        "mark": figure.layout.font.color,
    }
    _cells(f"cells_{name}", data=data)
