"""Heights over a plane: painted between their points, with lines of equal height, or as an area."""

from __future__ import annotations

import html
from collections.abc import Mapping
from math import floor, log10
from typing import Any, cast

import numpy as np
from contourpy import FillType, LineType, contour_generator

from viz_core.drawing.arrays import values
from viz_core.drawing.axes import Axis
from viz_core.drawing.canvas import Drawing
from viz_core.drawing.cells import colour_table, picture_of, shades
from viz_core.drawing.hover import template_of
from viz_core.drawing.marks import path_of

Areas = tuple[list[np.ndarray], list[np.ndarray]]  # points of each, and where its lines begin
SIDE = 160  # pixels of a painted plane
USUAL = 15  # lines, about, where a figure says no number


def heights(drawing: Drawing, trace: Mapping[str, Any], x: Axis, y: Axis) -> None:
    """A map of heights with lines of equal height, or the area where they reach a value.

    Raises:
        ValueError: it is of a kind that is not drawn here.
    """
    across, up = x.px(x.numbers(trace["x"])), y.px(y.numbers(trace["y"]))
    z = values(trace["z"]).astype(float)
    asked = trace.get("contours") or {}
    if asked.get("type") == "constraint":
        drawing.parts.append(_area(trace, asked, across, up, z))
        return
    if asked.get("coloring") != "heatmap" or trace.get("showscale", True):
        raise ValueError("heights that are not painted as a map without a scale")
    drawing.parts.append(_painted(trace, across, up, z))
    drawing.parts.append(_equal(trace, across, up, z))
    if template := template_of(trace):
        drawing.spots.append(_says(trace, template, (across, up), (x, y)))


def _area(
    trace: Mapping[str, Any],
    asked: Mapping[str, Any],
    across: np.ndarray,
    up: np.ndarray,
    z: np.ndarray,
) -> str:
    """Plotly paints what a constraint keeps out."""
    if asked.get("operation") != "<" or (trace.get("line") or {}).get("width"):
        raise ValueError("a constraint with an edge, or of another kind than <")
    made = contour_generator(across, up, z, fill_type=FillType.OuterOffset)
    areas = cast(Areas, made.filled(float(asked["value"]), np.inf))
    path = "".join(
        path_of(one) + "z"
        for points, offsets in zip(*areas, strict=True)
        for one in np.split(points, offsets[1:-1])
    )
    color = html.escape(str(trace["fillcolor"]))
    return f'<path fill="{color}" fill-rule="evenodd" d="{path}"/>'


def _painted(trace: Mapping[str, Any], across: np.ndarray, up: np.ndarray, z: np.ndarray) -> str:
    """The plane as an image, its colours mixed between the points."""
    whole = {"zmin": float(np.nanmin(z)), "zmax": float(np.nanmax(z)), **trace}
    columns = np.linspace(0, len(across) - 1, SIDE)
    rows = np.linspace(0, len(up) - 1, SIDE)
    wide = np.stack([np.interp(columns, np.arange(len(across)), row) for row in z])
    fine = np.stack([np.interp(rows, np.arange(len(up)), column) for column in wide.T], axis=1)
    left, right = np.linspace(across[0], across[-1], SIDE + 1)[[0, -1]]
    bottom, top = up[0], up[-1]
    return picture_of(
        shades(fine[::-1] if bottom > top else fine, whole),
        colour_table(trace["colorscale"]),
        (min(left, right), min(top, bottom), abs(right - left), abs(bottom - top)),
    )


def _equal(trace: Mapping[str, Any], across: np.ndarray, up: np.ndarray, z: np.ndarray) -> str:
    """Lines of equal height, at round numbers."""
    line = trace.get("line") or {}
    made = contour_generator(across, up, z, line_type=LineType.Separate)
    path = "".join(
        path_of(one)
        for level in levels(float(np.nanmin(z)), float(np.nanmax(z)), trace.get("ncontours", USUAL))
        for one in cast(list[np.ndarray], made.lines(level))
    )
    return (
        f'<path fill="none" stroke="{html.escape(str(line.get("color", "#444")))}" '
        f'stroke-width="{float(line.get("width", 0.5)):g}" d="{path}"/>'
    )


def levels(low: float, high: float, most: int) -> list[float]:
    """Round numbers between two heights, as Plotly chooses them: at most so many."""
    rough = (high - low) / most
    if rough <= 0:
        return []
    base = 10.0 ** floor(log10(rough))
    step = next(base * n for n in (1, 2, 5, 10) if base * n >= rough * (1 - 1e-9))
    first = floor(low / step) + 1
    return [n * step for n in range(first, first + most + 1) if n * step < high]


def _says(
    trace: Mapping[str, Any],
    template: str,
    px: tuple[np.ndarray, np.ndarray],
    axes: tuple[Axis, Axis],
) -> dict[str, Any]:
    """What each point of the plane says, as `cells` has it: a cell reaches half way to the next."""
    edges = []
    for at in px:
        half = np.abs(np.gradient(at)) / 2
        edges += [[round(float(v), 1) for v in side] for side in (at - half, at + half)]
    numbers = [[float(f"{v:.6g}") for v in axis.numbers(trace[axis.name[0]])] for axis in axes]
    said: dict[str, Any] = {"cells": edges, "template": template, "x": numbers[0], "y": numbers[1]}
    for name, key in (("z", "z"), ("customdata", "customdata")):
        if name in template or name == "z":
            said[key] = [[float(f"{v:.4g}") for v in row] for row in values(trace[key])]
    return said
