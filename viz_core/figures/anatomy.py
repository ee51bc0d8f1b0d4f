"""The block diagram of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go

from viz_core.analysis.anatomy import Box, Column
from viz_core.figures.grid import empty_figure, note_line
from viz_core.figures.theme import LABEL_SIZE, LIGHT, Theme, escape, layout
from viz_core.i18n import _

WIDE, HIGH, GAP = 230, 44, 16  # px: a box, the space to the next one
FOOT = 34.0  # px at the foot of a column, for its name
MARGIN = 70  # px at both sides
ASIDE = 130  # px between two columns
COLORS = {
    "embedding": "#009E73",
    "positions": "#56B4E9",
    "attention": "#0072B2",
    "cross-attention": "#CC79A7",
    "feed-forward": "#E69F00",
    "norms": "#999999",
    "output head": "#D55E00",
    "recurrent layers": "#D55E00",
}


def block_diagram(
    columns: Sequence[Column], names: Mapping[str, str], theme: Theme = LIGHT, *, note: str = ""
) -> go.Figure:
    """Draw a model's stacks from the words upwards, boxes in the order in which data passes them.

    Args:
        names: what each box is called, for people.
    """
    if not columns:
        return empty_figure(_("There is nothing to compare yet."), theme)
    sheet = Sheet(names, theme)
    height = 0.0
    tops = []
    for index, column in enumerate(columns):
        left = index * (WIDE + ASIDE)
        sheet.write(f"<b>{escape(names[column.name])}</b>", left + WIDE / 2, 14)
        first = sheet.stack(column.entrance, left, FOOT)
        top = sheet.stack(column.block, left, first)
        sheet.frame(column.n_block, left, first - GAP / 2, top - GAP / 2)
        tops.append(top)
        height = max(height, sheet.stack(column.end, left, top))
    bridges = [_bridge(tops[0])] if len(columns) > 1 else []
    width = len(columns) * WIDE + (len(columns) - 1) * ASIDE
    hidden = {"visible": False, "fixedrange": True}
    return go.Figure(
        layout=layout(
            theme,
            width=width + 2 * MARGIN + 20,
            height=int(height) + 60,
            margin={"l": 10, "r": 10, "t": 10, "b": 50},
            xaxis=hidden | {"range": [-MARGIN, width + MARGIN]},
            yaxis=hidden | {"range": [0, height]},
            shapes=sheet.shapes,
            annotations=[
                *sheet.texts,
                *bridges,
                *note_line(note, theme, yshift=-40, xshift=0),
            ],
        )
    )


@dataclass
class Sheet:
    """What is drawn so far of a diagram; lengths in px from its lower left corner.

    Attributes:
        names: what each box is called, for people.
    """

    names: Mapping[str, str]
    theme: Theme
    shapes: list[dict[str, Any]] = field(default_factory=list)
    texts: list[dict[str, Any]] = field(default_factory=list)

    def stack(self, boxes: Sequence[Box], left: float, y: float) -> float:
        """Draw boxes above each other, an arrow between; the height that is free above them."""
        for box in boxes:
            self.box(box, left, y)
            y += HIGH + GAP
        return y

    def box(self, box: Box, left: float, y: float) -> None:
        """A box with its name and parameters; what adds has its residual line at the side."""
        color = COLORS.get(box.part, self.theme.muted)
        middle = left + WIDE / 2
        muted = f"<span style='color:{self.theme.muted}'>{box.n_params:,}</span>"
        self.shapes.append(
            _rect(left, left + WIDE, y, y + HIGH, {"color": color, "width": 2})
            | {"fillcolor": color, "opacity": 0.22 if box.part else 0.1, "layer": "below"}
        )
        self.write(
            escape(self.names[box.name]) + (f" {muted}" if box.n_params else ""),
            middle,
            y + HIGH / 2,
        )
        self.line(middle, y - GAP, middle, y)
        if box.adds:
            self.residual(middle, y - box.past * (HIGH + GAP) - GAP / 2, y + HIGH + GAP / 2)

    def residual(self, middle: float, low: float, high: float) -> None:
        """The line past a box, and the plus where it comes back."""
        side = middle + WIDE / 2 + 14
        self.line(middle, low, side, low)
        self.line(side, low, side, high)
        self.line(middle, high, side, high)
        self.texts.append(_text("+", middle + 14, high, self.theme.mark))

    def frame(self, n_block: int, left: float, low: float, high: float) -> None:
        """A frame around a block, and how many of them there are."""
        line = {"color": self.theme.faint, "width": 2, "dash": "dot"}
        self.shapes.append(_rect(left - 22, left + WIDE + 24, low, high, line))
        self.write(f"× {n_block}", left + WIDE + 46, (low + high) / 2)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        line = {"color": self.theme.muted, "width": 1.5}
        self.shapes.append({"type": "line", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "line": line})

    def write(self, text: str, x: float, y: float) -> None:
        self.texts.append(_text(text, x, y, self.theme.text))


def _bridge(top: float) -> dict[str, Any]:
    """From the top of the encoder to the decoder's cross-attention."""
    return {
        "x": WIDE + ASIDE,
        "y": FOOT + 4.5 * (HIGH + GAP),
        "ax": WIDE / 2,
        "ay": top - GAP,
        "axref": "x",
        "ayref": "y",
        "text": "",
        "showarrow": True,
        "arrowhead": 2,
        "arrowwidth": 2,
        "arrowcolor": COLORS["cross-attention"],
    }


def _rect(x0: float, x1: float, y0: float, y1: float, line: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rect", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "line": line}


def _text(text: str, x: float, y: float, color: str) -> dict[str, Any]:
    return {
        "text": text,
        "x": x,
        "y": y,
        "showarrow": False,
        "font": {"size": LABEL_SIZE, "color": color},
    }
