"""Pictures of the nearest neighbours: a plane of flowers, and how far the nearest are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from viz_core.figures.grid import note_line, row_axis
from viz_core.figures.theme import COLOURS, LABEL_SIZE, LIGHT, Theme, escape, label_width, layout
from viz_core.foundations.neighbours import Flowers, Regions, Vote
from viz_core.i18n import _

PLANE = 430  # px, height of the plane
ROW = 26  # px, of a bar
SHOWN = 12  # bars
# of a species, in their order: colour, sign
SIGNS = (
    (COLOURS["bluish green"], "circle"),
    (COLOURS["orange"], "square"),
    (COLOURS["blue"], "diamond"),
)
MARGIN = {"l": 56, "r": 16, "t": 40, "b": 70}


def neighbour_map(
    flowers: Flowers,
    features: tuple[str, str],
    regions: Regions,
    flower: np.ndarray,
    vote: Vote,
    metric: str,
    names: Sequence[str],
    axes: tuple[str, str],
    theme: Theme = LIGHT,
    *,
    note: str = "",
) -> go.Figure:
    """Draw flowers by two of their measures, and one with lines to those that vote on it.

    Args:
        features: what is drawn across and up.
        flower: the one that is asked for, (2,).
        metric: by which the lines lead: straight, or along the axes.
        names: of the species.
        axes: what both axes are called.
        note: data and settings, to stand on the exported picture.
    """
    points = flowers.measures(*features)
    grounds = [_ground(regions, n) for n in range(len(names))]
    signs = [_flowers(points, flowers.species, n, name) for n, name in enumerate(names)]
    ends = [(float(axis[0]), float(axis[-1])) for axis in (regions.across, regions.up)]
    return go.Figure(
        data=[
            *grounds,
            _ways(flower, points[vote.neighbours], metric, theme),
            *signs,
            _asked(points, vote, theme),
            _star(flower, vote, names, theme),
        ],
        layout=layout(
            theme,
            height=PLANE,
            margin=MARGIN,
            showlegend=True,
            legend={"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"},
            xaxis=_axis(axes[0], ends[0], theme),
            yaxis=_axis(axes[1], ends[1], theme),
            annotations=note_line(note, theme, yshift=-66, xshift=-48),
        ),
    )


def distance_bars(
    vote: Vote,
    species: np.ndarray,
    names: Sequence[str],
    theme: Theme = LIGHT,
    *,
    note: str = "",
) -> go.Figure:
    """Draw how far the nearest neighbours are, at most `SHOWN` of them.

    Args:
        species: of every flower.
        names: of the species.
        note: data and settings, to stand on the exported picture.
    """
    shown = vote.neighbours[:SHOWN]
    kinds = [int(species[n]) for n in shown]
    labels = [f"{escape(names[kind])} {n}" for kind, n in zip(kinds, shown, strict=True)]
    far = vote.distances[: len(shown)]
    more = len(vote.neighbours) - len(shown)
    left = 20 + round(max(map(label_width, labels)))
    return go.Figure(
        data=[
            {
                "type": "bar",
                "orientation": "h",
                "x": far,
                "y": list(range(len(shown))),
                "width": 0.6,
                "marker": {"color": [SIGNS[kind][0] for kind in kinds]},
                "text": [f" {value:.3g}" for value in far],
                "textposition": "outside",
                "cliponaxis": False,
                "hovertemplate": "%{x:.4f} cm<extra></extra>",
            }
        ],
        layout=layout(
            theme,
            height=ROW * len(shown) + 110,
            margin={"l": left, "r": 60, "t": 10, "b": 90},
            xaxis={
                "title": {"text": _("distance (cm)"), "standoff": 4},
                "rangemode": "tozero",
                "showgrid": False,
                "zeroline": True,
                "zerolinecolor": theme.faint,
                "fixedrange": True,
                "tickfont": {"size": LABEL_SIZE - 2, "color": theme.muted},
            },
            yaxis=row_axis(labels),
            annotations=[
                *note_line(note, theme, yshift=-82, xshift=8 - left),
                *([_more(more, theme)] if more else []),
            ],
        ),
    )


def _more(n: int, theme: Theme) -> dict[str, Any]:
    """That there are more bars than are drawn."""
    return {
        "text": _("and {n} more").format(n=n),
        "xref": "paper",
        "yref": "paper",
        "x": 1,
        "y": 0,
        "yshift": -44,
        "xanchor": "right",
        "yanchor": "middle",
        "showarrow": False,
        "font": {"color": theme.muted},
    }


def _axis(title: str, ends: tuple[float, float], theme: Theme) -> dict[str, Any]:
    return {
        "title": {"text": escape(title), "standoff": 6},
        "range": list(ends),
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": theme.faint,
        "fixedrange": True,
        "tickfont": {"size": LABEL_SIZE - 2, "color": theme.muted},
    }


def _ground(regions: Regions, species: int) -> dict[str, Any]:
    """Where a species would win; Plotly paints what a constraint keeps out."""
    red, green, blue = (int(SIGNS[species][0][at : at + 2], 16) for at in (1, 3, 5))
    return {
        "type": "contour",
        "x": regions.across,
        "y": regions.up,
        "z": (regions.species == species).astype(np.int8),
        "contours": {"type": "constraint", "operation": "<", "value": 0.5},
        "fillcolor": f"rgba({red},{green},{blue},0.16)",
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _flowers(points: np.ndarray, species: np.ndarray, n: int, name: str) -> dict[str, Any]:
    """The flowers of one species."""
    own = np.flatnonzero(species == n)
    color, sign = SIGNS[n]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": escape(name),
        "x": points[own, 0],
        "y": points[own, 1],
        "customdata": own,
        "marker": {"color": color, "symbol": sign, "size": 9, "opacity": 0.85},
        "hovertemplate": f"{escape(name)} %{{customdata}}<br>%{{x:g}}, %{{y:g}} cm<extra></extra>",
    }


def _ways(flower: np.ndarray, neighbours: np.ndarray, metric: str, theme: Theme) -> dict[str, Any]:
    """From the flower to each that votes: straight, or along one axis and then the other."""
    x: list[float | None] = []
    y: list[float | None] = []
    for to in neighbours:
        corner = [to[0]] if metric == "manhattan" else []
        x += [flower[0], *corner, to[0], None]
        y += [flower[1], *([flower[1]] if corner else []), to[1], None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": theme.muted, "width": 1.2},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _asked(points: np.ndarray, vote: Vote, theme: Theme) -> dict[str, Any]:
    """A ring around each flower that votes."""
    own = points[vote.neighbours]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": own[:, 0],
        "y": own[:, 1],
        "marker": {
            "symbol": "circle-open",
            "size": 14,
            "color": theme.text,
            "line": {"width": 1.5},
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _star(flower: np.ndarray, vote: Vote, names: Sequence[str], theme: Theme) -> dict[str, Any]:
    """The flower that is asked for, in the colour of the answer."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [flower[0]],
        "y": [flower[1]],
        "name": _("your flower"),
        "marker": {
            "symbol": "star",
            "size": 17,
            "color": SIGNS[vote.species][0],
            "line": {"color": theme.text, "width": 1.5},
        },
        "hovertemplate": f"{escape(names[vote.species])}<br>%{{x:g}}, %{{y:g}} cm<extra></extra>",
    }
