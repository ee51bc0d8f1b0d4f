"""The block diagram of a model, and its parameters by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from viz_core.analysis.anatomy import Box, Column
from viz_core.figures.grid import empty_figure, note_line
from viz_core.figures.theme import LABEL_SIZE, LIGHT, Theme, escape, layout
from viz_core.i18n import _

WIDE, HIGH, GAP = 230, 44, 16  # px: a box, the space to the next one
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
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    height = 0.0
    tops = []
    for index, column in enumerate(columns):
        left = index * (WIDE + ASIDE)
        y = _words(column.name, left, names, notes, theme)
        y = _boxes(column.entrance, left, y, names, shapes, notes, theme)
        begin = y - GAP / 2
        y = _boxes(column.block, left, y, names, shapes, notes, theme)
        _frame(column, left, begin, y - GAP / 2, shapes, notes, theme)
        tops.append(y)
        y = _boxes(column.end, left, y, names, shapes, notes, theme)
        height = max(height, y)
    if len(columns) > 1:
        notes.append(_bridge(tops[0], theme))
    width = len(columns) * WIDE + (len(columns) - 1) * ASIDE
    bare_axis = {"visible": False, "fixedrange": True}
    return go.Figure(
        layout=layout(
            theme,
            width=width + 2 * MARGIN + 20,
            height=int(height) + 60,
            margin={"l": 10, "r": 10, "t": 10, "b": 50},
            xaxis=bare_axis | {"range": [-MARGIN, width + MARGIN]},
            yaxis=bare_axis | {"range": [0, height]},
            shapes=shapes,
            annotations=[
                *notes,
                *note_line(note, theme, yshift=-40, xshift=0),
            ],
        )
    )


def _words(
    name: str, left: float, names: Mapping[str, str], notes: list[dict[str, Any]], theme: Theme
) -> float:
    """The stack's name at the foot of its column."""
    notes.append(_text(f"<b>{escape(names[name])}</b>", left + WIDE / 2, 14, theme.text))
    return 34.0


def _boxes(
    boxes: Sequence[Box],
    left: float,
    y: float,
    names: Mapping[str, str],
    shapes: list[dict[str, Any]],
    notes: list[dict[str, Any]],
    theme: Theme,
) -> float:
    """Boxes above each other, an arrow between; what adds has its residual line at the side."""
    for box in boxes:
        color = COLORS.get(box.part, theme.muted)
        shapes.append(
            {
                "type": "rect",
                "x0": left,
                "x1": left + WIDE,
                "y0": y,
                "y1": y + HIGH,
                "line": {"color": color, "width": 2},
                "fillcolor": color,
                "opacity": 0.22 if box.part else 0.1,
                "layer": "below",
            }
        )
        size = f" <span style='color:{theme.muted}'>{box.n_params:,}</span>" if box.n_params else ""
        notes.append(
            _text(escape(names[box.name]) + size, left + WIDE / 2, y + HIGH / 2, theme.text)
        )
        middle = left + WIDE / 2
        shapes.append(_line(middle, y - GAP, middle, y, theme))
        if box.adds:
            side = left + WIDE + 14
            low, high = y - box.past * (HIGH + GAP) - GAP / 2, y + HIGH + GAP / 2
            shapes += [
                _line(middle, low, side, low, theme),
                _line(side, low, side, high, theme),
                _line(middle, high, side, high, theme),
            ]
            notes.append(_text("+", middle + 14, high, theme.mark))
        y += HIGH + GAP
    return y


def _frame(
    column: Column,
    left: float,
    begin: float,
    end: float,
    shapes: list[dict[str, Any]],
    notes: list[dict[str, Any]],
    theme: Theme,
) -> None:
    """A frame around one block, and how many of them there are."""
    shapes.append(
        {
            "type": "rect",
            "x0": left - 22,
            "x1": left + WIDE + 24,
            "y0": begin,
            "y1": end,
            "line": {"color": theme.faint, "width": 2, "dash": "dot"},
        }
    )
    notes.append(_text(f"× {column.n_block}", left + WIDE + 46, (begin + end) / 2, theme.text))


def _bridge(top: float, theme: Theme) -> dict[str, Any]:
    """From the top of the encoder to the decoder's cross-attention."""
    return {
        "x": WIDE + ASIDE,
        "y": 34 + 4.5 * (HIGH + GAP),
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


def _line(x0: float, y0: float, x1: float, y1: float, theme: Theme) -> dict[str, Any]:
    line = {"color": theme.muted, "width": 1.5}
    return {"type": "line", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "line": line}


def _text(text: str, x: float, y: float, color: str) -> dict[str, Any]:
    return {
        "text": text,
        "x": x,
        "y": y,
        "showarrow": False,
        "font": {"size": LABEL_SIZE, "color": color},
    }


def part_bars(
    rows: Sequence[tuple[str, Mapping[str, int]]],
    names: Mapping[str, str],
    theme: Theme = LIGHT,
    *,
    note: str = "",
) -> go.Figure:
    """Draw the share of each part in a model's parameters, a bar a model.

    Args:
        rows: a model's name, and its parameters by part.
        names: of the parts, for people.
    """
    if not rows:
        return empty_figure(_("There is nothing to compare yet."), theme)
    parts = [part for part in COLORS if any(part in counted for _name, counted in rows)]
    totals = [sum(counted.values()) for _name, counted in rows]
    data = []
    for part in parts:
        numbers = [counted.get(part, 0) for _name, counted in rows]
        shares = [n / total for n, total in zip(numbers, totals, strict=True)]
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": names[part],
                "x": shares,
                "y": list(range(len(rows))),
                "customdata": numbers,
                "marker": {"color": COLORS[part]},
                "text": [escape(names[part]) if share > 0.12 else "" for share in shares],
                "textposition": "inside",
                "insidetextanchor": "middle",
                "hovertemplate": escape(names[part])
                + " <b>%{customdata:,}</b> (%{x:.1%})<extra></extra>",
            }
        )
    return go.Figure(
        data=data,
        layout=layout(
            theme,
            height=46 * len(rows) + 70,
            margin={"l": 10, "r": 120, "t": 5, "b": 50},
            meta={"min_width": 560},
            barmode="stack",
            bargap=0.3,
            xaxis={"visible": False, "range": [0, 1], "fixedrange": True},
            yaxis={
                "tickmode": "array",
                "tickvals": list(range(len(rows))),
                "ticktext": [f"{escape(name)}  " for name, _counted in rows],
                "tickfont": {"size": LABEL_SIZE},
                "range": [len(rows) - 0.5, -0.5],
                "automargin": True,
                "fixedrange": True,
                "ticks": "",
            },
            annotations=[
                {
                    "x": 1,
                    "y": n,
                    "text": f"{total:,}",
                    "xanchor": "left",
                    "xshift": 8,
                    "showarrow": False,
                    "font": {"size": LABEL_SIZE, "color": theme.text},
                }
                for n, total in enumerate(totals)
            ]
            + (note_line(note, theme, yshift=-44, xshift=-4)),
        ),
    )
