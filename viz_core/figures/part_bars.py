"""A model's parameters by part, as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from viz_core.figures.anatomy import COLORS
from viz_core.figures.grid import empty_figure, note_line
from viz_core.figures.numbers import percent
from viz_core.figures.theme import LABEL_SIZE, LIGHT, Theme, escape, layout
from viz_core.i18n import _

ROOMY = 0.12  # share of a bar from which on a part's name is written in it


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
    parts = [part for part in COLORS if any(part in n_params for _name, n_params in rows)]
    totals = [sum(n_params.values()) for _name, n_params in rows]
    return go.Figure(
        data=[
            _bars(part, names[part], [n_params.get(part, 0) for _name, n_params in rows], totals)
            for part in parts
        ],
        layout=layout(
            theme,
            height=46 * len(rows) + 70,
            margin={"l": 10, "r": 140, "t": 5, "b": 50},
            meta={"min_width": 560},
            barmode="stack",
            bargap=0.3,
            xaxis={"visible": False, "range": [0, 1], "fixedrange": True},
            yaxis={
                "tickmode": "array",
                "tickvals": list(range(len(rows))),
                "ticktext": [f"{escape(name)}  " for name, _n_params in rows],
                "tickfont": {"size": LABEL_SIZE},
                "range": [len(rows) - 0.5, -0.5],
                "automargin": True,
                "fixedrange": True,
                "ticks": "",
            },
            annotations=[
                *(_total(n, row, theme) for row, n in enumerate(totals)),
                *note_line(note, theme, yshift=-44, xshift=-4),
            ],
        ),
    )


def _bars(part: str, name: str, n_params: Sequence[int], totals: Sequence[int]) -> dict[str, Any]:
    """A part's piece of every model's bar, with its name where there is room."""
    shares = [n / total for n, total in zip(n_params, totals, strict=True)]
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "x": shares,
        "y": list(range(len(shares))),
        "customdata": [
            (f"{n:,}", percent(share, short=True))
            for n, share in zip(n_params, shares, strict=True)
        ],
        "marker": {"color": COLORS[part]},
        "text": [escape(name) if share > ROOMY else "" for share in shares],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "hovertemplate": escape(name)
        + " <b>%{customdata[0]}</b> (%{customdata[1]})<extra></extra>",
    }


def _total(n_params: int, row: int, theme: Theme) -> dict[str, Any]:
    """A model's parameters in all, at the right end of its bar."""
    return {
        "x": 1,
        "y": row,
        "text": f"{n_params:,}",
        "xanchor": "left",
        "xshift": 8,
        "showarrow": False,
        "font": {"size": LABEL_SIZE, "color": theme.text},
    }
