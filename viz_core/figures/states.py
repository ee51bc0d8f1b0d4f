"""Pictures of recurrent states: units downwards, the words along the top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.grid import cell_side, frame, largest, note_line, signed_scale, token_axis
from viz_core.figures.theme import LABEL_SIZE, LIGHT, Theme, escape, layout
from viz_core.i18n import _
from viz_core.trace import Tokens

WIDE = 520  # px, what a state map fills if its cells may be as wide
TALL = 170  # px of one map among several; a single one is twice as tall
LEFT, RIGHT, TOP, BOTTOM = 80, 140, 95, 40  # px around the maps
TITLE = 30  # px between two maps, where the lower one's name stands


@dataclass(frozen=True)
class StateMap:
    """One of the maps that are drawn under each other.

    Attributes:
        name: of the state or gate, for people.
        values: (pos, unit).
        signed: -1 to 1 around 0, otherwise 0 to 1; a cell state may go beyond.
        color: of the mark before its name, None for no mark.
        own_scale: the scale ends at the largest value even if that is below 1.
    """

    name: str
    values: np.ndarray
    signed: bool
    color: str | None = None
    own_scale: bool = False

    @property
    def limit(self) -> float:
        """The end of the scale."""
        found = largest(self.values)
        return found if self.own_scale else max(1.0, found)


def state_maps(
    maps: Sequence[StateMap],
    tokens: Tokens,
    order: np.ndarray,
    theme: Theme = LIGHT,
    *,
    word: int | None = None,
    unit: int | None = None,
    tick_every: int = 1,
    note: str = "",
) -> go.Figure:
    """Draw states and gates after each word, one under the other, with one cursor through all.

    Args:
        maps: what to draw, all of the same words and units.
        order: units from top to bottom.
        word, unit: a column that is framed in every map, a row that is marked at the left.
        tick_every: of so many columns one is named.
        note: model, text and settings, to stand on the exported picture.
    """
    n = len(tokens)
    tall = 2 * TALL if len(maps) == 1 else TALL
    inner = len(maps) * tall + (len(maps) - 1) * TITLE
    width = min(WIDE, cell_side(n, WIDE) * n)
    axes: dict[str, Any] = {}
    shapes, notes, data = [], [], []
    row = int(np.flatnonzero(order == unit)[0]) if unit is not None else None
    for index, one in enumerate(maps):
        key = "" if index == 0 else str(index + 1)
        top = 1 - index * (tall + TITLE) / inner
        bottom = top - tall / inner
        axes[f"yaxis{key}"] = _unit_axis(order, row, unit) | {"domain": [max(0.0, bottom), top]}
        data.append(_map(one, order, theme) | {"yaxis": f"y{key}"})
        notes.append(_name(one, top, theme))
        if word is not None:
            edges = ((word - 0.5, word + 0.5), (-0.5, len(order) - 0.5))
            shapes.append(frame(theme, *edges, yref=f"y{key}"))
    x = token_axis(tokens.strings, range(n)) | {
        "side": "top",
        "anchor": "y",
        "constrain": "range",
        "showspikes": True,
        "spikemode": "across",
        "spikesnap": "data",
        "spikethickness": 1,
        "spikedash": "solid",
        "spikecolor": theme.mark,
    }
    if tick_every > 1:
        ticks = {key: x[key][::tick_every] for key in ("tickvals", "ticktext")}
        x |= ticks | {"tickangle": 0}
    notes += note_line(note, theme, yshift=-34, xshift=-LEFT + 8)
    return go.Figure(
        data=data,
        layout=layout(
            theme,
            width=width + LEFT + RIGHT,
            height=inner + TOP + BOTTOM,
            margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM},
            xaxis=x,
            annotations=notes,
            shapes=shapes,
            **axes,
        ),
    )


def _map(one: StateMap, order: np.ndarray, theme: Theme) -> dict[str, Any]:
    values = one.values.T[order].astype(np.float32)  # (unit, pos)
    limit = one.limit
    scale = (
        signed_scale(theme, limit)
        if one.signed
        else {"zmin": 0, "zmax": 1, "colorscale": theme.colorscale}
    )
    return {
        "type": "heatmap",
        "z": values,
        "customdata": np.repeat(order[:, None], values.shape[1], axis=1).astype(np.uint16),
        "hovertemplate": "<b>%{x}</b> · "
        + _("unit {unit}").format(unit="%{customdata}")
        + f"<br>{escape(one.name)} %{{z:.4f}}<extra></extra>",
        "showscale": False,
        **scale,
    }


def _unit_axis(order: np.ndarray, row: int | None, unit: int | None) -> dict[str, Any]:
    return {
        "range": [len(order) - 0.5, -0.5],
        "tickmode": "array",
        "tickvals": [] if row is None else [row],
        "ticktext": [] if row is None else [_("unit {unit}").format(unit=unit) + " ▸"],
        "tickfont": {"size": LABEL_SIZE - 1},
        "ticklabelposition": "outside",
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "ticks": "",
    }


def _name(one: StateMap, top: float, theme: Theme) -> dict[str, Any]:
    """A map's name at its right, a mark in its colour before it, its range underneath."""
    limit = one.limit
    span = f"−{limit:.2g} … {limit:.2g}" if one.signed else "0 … 1"
    mark = f"<span style='color:{one.color}'>■</span> " if one.color else ""
    return {
        "text": f"{mark}{escape(one.name)}<br><span style='color:{theme.muted}'>{span}</span>",
        "xref": "paper",
        "yref": "paper",
        "x": 1,
        "y": top,
        "xanchor": "left",
        "yanchor": "top",
        "xshift": 10,
        "align": "left",
        "showarrow": False,
        "font": {"size": LABEL_SIZE - 1, "color": theme.text},
    }
