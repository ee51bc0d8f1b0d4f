"""A whole figure as SVG: its room, its axes, its marks, its words and frames."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from itertools import count
from typing import Any

import numpy as np

from viz_core.drawing import cells, heights, marks
from viz_core.drawing.arrays import values
from viz_core.drawing.axes import Axis, drawn
from viz_core.drawing.canvas import OWN, Drawing
from viz_core.drawing.notes import annotation, legend, scale, shape
from viz_core.drawing.words import Font

USUAL = 700  # px, the width of a figure that says none
LEAST = 480  # px, to which it shrinks where there is less room
KNOWN = {"heatmap", "contour", "bar", "scatter"}
MARGIN = {"l": 80, "r": 80, "t": 100, "b": 80}  # Plotly's own
_numbers = count()


class UndrawnError(ValueError):
    """A figure has something that is not drawn here."""


def draw(figure: Mapping[str, Any], alt: str = "", wide: float | None = None) -> str:
    """A figure as SVG, with what it says where one points in `data-spots`.

    Args:
        figure: `data` and `layout`, as Plotly's JSON has them.
        alt: the figure in words.
        wide: px, for a figure that says no width of its own.

    Raises:
        UndrawnError: it has a part that is not drawn here.
    """
    try:
        return _draw(figure, alt, wide)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise UndrawnError(f"{type(error).__name__}: {error}") from error


def _draw(figure: Mapping[str, Any], alt: str, wide: float | None) -> str:
    layout, traces = figure["layout"], [t for t in figure["data"] if t.get("visible", True)]
    if unknown := {str(trace.get("type", "scatter")) for trace in traces} - KNOWN:
        raise ValueError(f"traces {sorted(unknown)}")
    least = float((layout.get("meta") or {}).get("min_width", 0))
    whole = float(layout.get("width") or max(wide or USUAL, least)), float(layout["height"])
    font = Font().but(layout.get("font"))
    axes = _axes(layout, traces)
    frame = _frame(layout, whole, axes, font)
    _place(axes, layout, frame)
    drawing = Drawing()
    for axis in axes.values():
        drawing.parts.append(drawn(axis, _partner(axis, axes), font, frame))
    shapes = layout.get("shapes") or []
    for one in shapes:
        if one.get("layer") == "below":
            drawing.parts.append(shape(one, axes, frame))
    _marks(drawing, traces, axes, font, layout)
    for one in shapes:
        if one.get("layer") != "below":
            drawing.parts.append(shape(one, axes, frame))
    for trace in traces:
        if trace.get("type") == "heatmap" and trace.get("showscale", True):
            drawing.parts.append(scale(drawing, trace, frame, font))
    if layout.get("showlegend"):
        drawing.parts.append(legend(traces, layout.get("legend") or {}, frame, font))
    for note in layout.get("annotations") or []:
        drawing.parts.append(annotation(note, axes, frame, font))
    return _svg(drawing, whole, layout, alt)


def _svg(drawing: Drawing, whole: tuple[float, float], layout: Mapping[str, Any], alt: str) -> str:
    mark = f"f{next(_numbers)}"
    family = html.escape(str((layout.get("font") or {}).get("family", "sans-serif")), quote=True)
    body = "".join((*(f"<defs>{p}</defs>" for p in drawing.patterns), *drawing.parts))
    paper = html.escape(str(layout.get("paper_bgcolor", "#fff")))
    spots = json.dumps(drawing.spots, ensure_ascii=False, separators=(",", ":"))
    title = f"<title>{html.escape(alt)}</title>" if alt else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole[0]:g} {whole[1]:g}" '
        f'width="{whole[0]:g}" height="{whole[1]:g}"{_shrinks(layout)} role="img" '
        f'font-family="{family}" '
        f'data-spots="{html.escape(spots, quote=True)}">{title}'
        f'<rect width="100%" height="100%" fill="{paper}"/>{body.replace(OWN, mark)}</svg>'
    )


def _shrinks(layout: Mapping[str, Any]) -> str:
    """How far a picture that says no width becomes smaller with its frame."""
    if layout.get("width"):
        return ""
    least = float((layout.get("meta") or {}).get("min_width", LEAST))
    return f' style="max-width:max(100%,{least:g}px);height:auto"'


def _axes(layout: Mapping[str, Any], traces: list[Mapping[str, Any]]) -> dict[str, Axis]:
    """Every axis, its categories and its range."""
    names = {f"{key[0]}{key[5:]}" for key in layout if key[1:5] == "axis"} | {"x", "y"}
    axes = {name: Axis(name, layout.get(f"{name[0]}axis{name[1:]}") or {}) for name in names}
    ends: dict[str, list[float]] = {name: [] for name in axes}
    stood: set[str] = set()
    for trace in traces:
        for side in "xy":
            axis = axes[trace.get(f"{side}axis", side)]
            if trace.get("type") == "heatmap":
                n = values(trace["z"]).shape[1 if side == "x" else 0]
                ends[axis.name] += [-0.5, n - 0.5]
                continue
            found = values(trace[side])
            if found.dtype.kind in "US":
                for one in found:
                    axis.categories.setdefault(str(one), len(axis.categories))
            row = axis.numbers(trace[side])
            row = row[np.isfinite(row)]
            ends[axis.name] += row.tolist()
            if trace.get("type") == "bar":
                if (trace.get("orientation") == "h") == (side == "x"):
                    ends[axis.name].append(0.0)
                    stood.add(axis.name)
                else:
                    ends[axis.name] += [row.min() - 0.5, row.max() + 0.5] if row.size else []
    for name, axis in axes.items():
        found_ends = ends[name] or [0.0, 1.0]
        axis.fit(min(found_ends), max(found_ends), name in stood)
    return axes


def _frame(
    layout: Mapping[str, Any],
    whole: tuple[float, float],
    axes: Mapping[str, Axis],
    font: Font,
) -> tuple[float, float, float, float]:
    """px of the plot: left, top, right, bottom; margins grow where an axis asks for it."""
    margin = {**MARGIN, **(layout.get("margin") or {})}
    for axis in axes.values():
        if axis.given.get("automargin"):
            side = ("t" if axis.top else "b") if axis.across else ("r" if axis.top else "l")
            margin[side] = max(margin[side], axis.room(font) + 4)
    return (
        float(margin["l"]),
        float(margin["t"]),
        whole[0] - float(margin["r"]),
        whole[1] - float(margin["b"]),
    )


def _place(
    axes: Mapping[str, Axis],
    layout: Mapping[str, Any],
    frame: tuple[float, float, float, float],
) -> None:
    """Give each axis its px; square cells stay square."""
    left, top, right, bottom = frame
    for axis in axes.values():
        low, high = axis.given.get("domain", (0, 1))
        if axis.across:
            axis.start, axis.end = left + (right - left) * low, left + (right - left) * high
        else:
            axis.start, axis.end = bottom - (bottom - top) * low, bottom - (bottom - top) * high
    for axis in axes.values():
        if other := axes.get(str(axis.given.get("scaleanchor", ""))):
            _square(axis, other)


def _square(axis: Axis, other: Axis) -> None:
    """As many px a unit on both axes: the one that has more gives room away around its middle."""
    sizes = [abs((one.end - one.start) / ((one.high - one.low) or 1)) for one in (axis, other)]
    for one, size in zip((axis, other), sizes, strict=True):
        if size > min(sizes) * 1.0001:
            middle, half = (one.start + one.end) / 2, (one.end - one.start) / 2
            half *= min(sizes) / size
            one.start, one.end = middle - half, middle + half


def _partner(axis: Axis, axes: Mapping[str, Axis]) -> Axis:
    usual = f"{'y' if axis.across else 'x'}{axis.name[1:]}"
    asked = str(axis.given.get("anchor", usual))
    return axes.get(asked) or axes.get(usual) or axes["y" if axis.across else "x"]


def _marks(
    drawing: Drawing,
    traces: list[Mapping[str, Any]],
    axes: Mapping[str, Axis],
    font: Font,
    layout: Mapping[str, Any],
) -> None:
    bases: dict[tuple[str, str], dict[float, float]] = {}
    stacked = layout.get("barmode") == "stack"
    for trace in traces:
        pair = str(trace.get("xaxis", "x")), str(trace.get("yaxis", "y"))
        x, y = axes[pair[0]], axes[pair[1]]
        if trace.get("type") == "heatmap":
            cells.cells(drawing, trace, x, y, font)
        elif trace.get("type") == "contour":
            heights.heights(drawing, trace, x, y)
        elif trace.get("type") == "bar":
            base = bases.setdefault(pair, {}) if stacked else None
            thick = 1 - float(layout.get("bargap", 0.2))
            marks.bars(drawing, trace, x, y, font, thick, base)
        else:
            marks.points(drawing, trace, x, y, font)
