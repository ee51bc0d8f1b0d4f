"""Pictures of recurrent states: units downwards, the words along the top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.grid import (
    amount_scale,
    cell_side,
    frame,
    largest,
    note_line,
    signed_scale,
    token_axis,
)
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
        limit = largest(self.values)
        return limit if self.own_scale else max(1.0, limit)


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
    tall = 2 * TALL if len(maps) == 1 else TALL
    inner = len(maps) * tall + (len(maps) - 1) * TITLE
    width = min(WIDE, cell_side(len(tokens), WIDE) * len(tokens))
    unit_axis = _unit_axis(order, unit)
    axes: dict[str, Any] = {}
    shapes, notes, data = [], [], []
    for index, state in enumerate(maps):
        key = "" if index == 0 else str(index + 1)
        top = 1 - index * (tall + TITLE) / inner
        axes[f"yaxis{key}"] = unit_axis | {"domain": [max(0.0, top - tall / inner), top]}
        data.append(_map(state, order, theme) | {"yaxis": f"y{key}"})
        notes.append(_name(state, top, theme))
        if word is not None:
            edges = ((word - 0.5, word + 0.5), (-0.5, len(order) - 0.5))
            shapes.append(frame(theme, *edges, yref=f"y{key}"))
    return go.Figure(
        data=data,
        layout=layout(
            theme,
            width=width + LEFT + RIGHT,
            height=inner + TOP + BOTTOM,
            margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM},
            xaxis=_word_axis(tokens, tick_every, theme),
            annotations=[*notes, *note_line(note, theme, yshift=-34, xshift=-LEFT + 8)],
            shapes=shapes,
            **axes,
        ),
    )


def _word_axis(tokens: Tokens, tick_every: int, theme: Theme) -> dict[str, Any]:
    """The words along the top, with a line through all maps where the mouse is."""
    axis = token_axis(tokens.strings, range(len(tokens))) | {
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
    if tick_every == 1:
        return axis
    ticks = {key: axis[key][::tick_every] for key in ("tickvals", "ticktext")}
    return axis | ticks | {"tickangle": 0}


def _map(state: StateMap, order: np.ndarray, theme: Theme) -> dict[str, Any]:
    values = state.values.T[order].astype(np.float32)  # (unit, pos)
    return {
        "type": "heatmap",
        "z": values,
        "customdata": np.repeat(order[:, None], values.shape[1], axis=1).astype(np.uint16),
        "hovertemplate": "<b>%{x}</b> · "
        + _("unit {unit}").format(unit="%{customdata}")
        + f"<br>{escape(state.name)} %{{z:.4f}}<extra></extra>",
        "showscale": False,
        **(signed_scale(theme, state.limit) if state.signed else amount_scale(theme)),
    }


def _unit_axis(order: np.ndarray, unit: int | None) -> dict[str, Any]:
    """The units downwards, one of them marked at the left."""
    row = int(np.flatnonzero(order == unit)[0]) if unit is not None else None
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


def _name(state: StateMap, top: float, theme: Theme) -> dict[str, Any]:
    """A map's name at its right, a mark in its colour before it, its range underneath."""
    limit = state.limit
    span = f"−{limit:.2g} … {limit:.2g}" if state.signed else "0 … 1"
    mark = f"<span style='color:{state.color}'>■</span> " if state.color else ""
    return {
        "text": f"{mark}{escape(state.name)}<br><span style='color:{theme.muted}'>{span}</span>",
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
