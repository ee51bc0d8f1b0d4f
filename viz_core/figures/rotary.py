"""A picture of rotary positions: two dimensions as a point that turns."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.grid import note_line
from viz_core.figures.theme import LABEL_SIZE, LIGHT, ROLES, Theme, escape, layout
from viz_core.i18n import _

SIDE = 420  # px of the square


def turning_points(
    query: np.ndarray,
    key_points: np.ndarray,
    at: tuple[int, int],
    names: tuple[str, str],
    theme: Theme = LIGHT,
    *,
    note: str = "",
) -> go.Figure:
    """Draw two dimensions of a query and of a key at every place where they could stand.

    Args:
        query, key_points: the point at each place, (pos, 2).
        at: the places where the two words really stand.
        names: the two words, as visible text.
        note: model and settings, to stand on the exported picture.

    Source: Su et al. 2021 (RoFormer), figure 1.
    """
    size = 1.2 * max(float(np.abs(query).max()), float(np.abs(key_points).max()), 1e-9)
    axis = {
        "range": [-size, size],
        "showgrid": False,
        "zerolinecolor": theme.faint,
        "fixedrange": True,
        "tickfont": {"size": LABEL_SIZE - 2, "color": theme.muted},
    }
    return go.Figure(
        data=[
            *_turns(query, at[0], f"q {escape(names[0])}", ROLES["query"]),
            *_turns(key_points, at[1], f"k {escape(names[1])}", ROLES["key"]),
        ],
        layout=layout(
            theme,
            width=SIDE + 60,
            height=SIDE + 90,
            margin={"l": 50, "r": 10, "t": 10, "b": 80},
            xaxis=axis,
            yaxis=axis | {"scaleanchor": "x"},
            annotations=note_line(note, theme, yshift=-74, xshift=-40),
        ),
    )


def _turns(points: np.ndarray, place: int, name: str, color: str) -> list[dict[str, Any]]:
    """A point for each place, and a line to the one where the word really stands.

    Args:
        points: (pos, 2).
    """
    everywhere = {
        "type": "scatter",
        "mode": "markers",
        "x": points[:, 0],
        "y": points[:, 1],
        "customdata": list(range(len(points))),
        "marker": {"color": color, "size": 6, "opacity": 0.35},
        "hovertemplate": _("place {n}").format(n="%{customdata}")
        + " (%{x:.3f}, %{y:.3f})<extra></extra>",
    }
    here = {
        "type": "scatter",
        "mode": "lines+markers+text",
        "x": [0, points[place, 0]],
        "y": [0, points[place, 1]],
        "text": ["", name],
        "textposition": "top center",
        "textfont": {"size": LABEL_SIZE, "color": color},
        "line": {"color": color, "width": 3},
        "marker": {"size": [0, 10], "color": color},
        "hoverinfo": "skip",
    }
    return [everywhere, here]
