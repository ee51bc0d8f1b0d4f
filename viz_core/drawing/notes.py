"""What stands over a picture: frames, annotations, the scale of colours, the legend."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from viz_core.drawing.axes import Axis
from viz_core.drawing.canvas import OWN, Drawing
from viz_core.drawing.marks import DASHES
from viz_core.drawing.symbols import look, symbol
from viz_core.drawing.words import Font, height, width, words

Frame = tuple[float, float, float, float]  # px: left, top, right, bottom


def _at(
    value: Any, ref: str, axes: Mapping[str, Axis], frame: Frame,
    across: bool, counted: bool,
) -> float:  # fmt: skip
    """px of a value that a shape or a note says, on an axis or on the whole plot.

    Args:
        counted: a logarithmic axis gets logarithms.
    """
    if ref == "paper":
        left, top, right, bottom = frame
        return float(left + (right - left) * value if across else bottom - (bottom - top) * value)
    axis = axes[ref.split()[0]]
    return float(axis.px(value if counted else axis.numbers([value])[0]))


def shape(
    given: Mapping[str, Any],
    axes: Mapping[str, Axis],
    frame: Frame,
) -> str:
    """A frame or a line, in the numbers of its axes."""
    x0, x1 = (_at(given[k], given.get("xref", "x"), axes, frame, True, False) for k in ("x0", "x1"))
    y0, y1 = (
        _at(given[k], given.get("yref", "y"), axes, frame, False, False) for k in ("y0", "y1")
    )
    line = given.get("line") or {}
    thick = float(line.get("width", 2))
    color = html.escape(str(line.get("color", "#444")))
    dash = DASHES.get(str(line.get("dash", "solid")), ())
    dashed = f' stroke-dasharray="{" ".join(f"{n * thick:g}" for n in dash)}"' if dash else ""
    edge = f'stroke="{color}" stroke-width="{thick:g}"{dashed}' if thick else 'stroke="none"'
    seen = f' opacity="{given["opacity"]:g}"' if "opacity" in given else ""
    if given["type"] == "line":
        return f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" {edge}{seen}/>'
    if given["type"] != "rect":
        raise ValueError(f"shape {given['type']}")
    fill = html.escape(str(given.get("fillcolor", "none")))
    return (
        f'<rect x="{min(x0, x1):.1f}" y="{min(y0, y1):.1f}" width="{abs(x1 - x0):.1f}" '
        f'height="{abs(y1 - y0):.1f}" fill="{fill}" {edge}{seen}/>'
    )


def annotation(
    note: Mapping[str, Any],
    axes: Mapping[str, Axis],
    frame: Frame,
    font: Font,
) -> str:
    """A text at a place, on an axis or on the whole plot, with a line to what it means."""
    text, own = str(note.get("text", "")), font.but(note.get("font"))
    refs = str(note.get("xref", "x")), str(note.get("yref", "y"))
    x = _at(note["x"], refs[0], axes, frame, True, True) + float(note.get("xshift", 0))
    y = _at(note["y"], refs[1], axes, frame, False, True) - float(note.get("yshift", 0))
    arrow, out = note.get("showarrow", True), ""
    if arrow:
        end = x + float(note.get("ax", -10)), y + float(note.get("ay", -30))
        color = html.escape(str(note.get("arrowcolor", own.color)))
        out = (
            f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" '
            f'stroke="{color}" stroke-width="{float(note.get("arrowwidth", 1)):g}"/>'
        )
        x, y = end
    across = _side(note.get("xanchor"), note["x"], refs[0] == "paper" and not arrow, "left right")
    upright = _side(note.get("yanchor"), note["y"], refs[1] == "paper" and not arrow, "bottom top")
    anchor = {"left": "start", "center": "middle", "right": "end"}[across]
    upright = "middle" if upright == "center" else upright
    if note.get("bgcolor"):
        wide, tall = width(text, own), height(text, own)
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        top = y - {"top": 0.0, "middle": tall / 2, "bottom": tall}[upright]
        paper = html.escape(str(note["bgcolor"]))
        out += (
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{tall:.1f}" '
            f'fill="{paper}"/>'
        )
    return out + words(text, (x, y), own, anchor=anchor, upright=upright)


def _side(asked: Any, at: Any, nearest: bool, ends: str) -> str:
    """Which side of a text stands at its point."""
    if asked and asked != "auto":
        return "center" if asked == "middle" else str(asked)
    first, last = ends.split()
    if not nearest or 1 / 3 < at < 2 / 3:
        return "center"
    return first if at <= 1 / 3 else last


def scale(
    drawing: Drawing,
    trace: Mapping[str, Any],
    frame: Frame,
    font: Font,
) -> str:
    """The colours of a heat map and what they stand for."""
    bar = trace.get("colorbar") or {}
    if bar.get("orientation") != "h" or bar.get("lenmode") != "pixels":
        raise ValueError("an upright colour bar")
    left, top, right, bottom = frame
    x = left + (right - left) * float(bar["x"])
    y = bottom - (bottom - top) * float(bar["y"]) + float(bar.get("ypad", 10))
    wide, tall = float(bar["len"]), float(bar["thickness"])
    name = f"scale{len(drawing.patterns)}"
    stops = "".join(
        f'<stop offset="{float(at):.4f}" stop-color="{html.escape(str(colour))}"/>'
        for at, colour in trace["colorscale"]
    )
    drawing.patterns.append(f'<linearGradient id="{OWN}{name}">{stops}</linearGradient>')
    own, low, high = font.but(bar.get("tickfont")), float(trace["zmin"]), float(trace["zmax"])
    labels = [
        words(text, (x + wide * (float(at) - low) / ((high - low) or 1), y + tall + 3), own,
              upright="top")
        for at, text in zip(bar["tickvals"], bar["ticktext"], strict=True)
    ]  # fmt: skip
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:g}" height="{tall:g}" '
        f'fill="url(#{OWN}{name})"/>' + "".join(labels)
    )


def legend(
    traces: list[Mapping[str, Any]],
    legend: Mapping[str, Any],
    frame: Frame,
    font: Font,
) -> str:
    """What colours stand for, in a row above the plot."""
    if legend.get("orientation") != "h":
        raise ValueError("an upright legend")
    left, top, right, bottom = frame
    x = left + (right - left) * float(legend.get("x", 0))
    y = bottom - (bottom - top) * float(legend.get("y", 1)) - font.size
    out, at = [], x
    for trace in traces:
        if not trace.get("name") or trace.get("showlegend") is False:
            continue
        long = 18 + width(trace["name"], font) + 14
        if at + long > right and at > x:
            at, y = x, y - font.size * 1.4
        out.append(_sign(trace, (at + 6, y)))
        out.append(words(str(trace["name"]), (at + 18, y), font, anchor="start"))
        at += long
    return "".join(out)


def _sign(trace: Mapping[str, Any], at: tuple[float, float]) -> str:
    """What a trace looks like, in a square of 12 px: its line, its symbol, or its colour."""
    how, mode, out = look(trace), str(trace.get("mode", "")), ""
    first = {name: one[0] if isinstance(one, list) else one for name, one in how.items()}
    color = html.escape(str(first["color"]))
    if "lines" in mode:
        line = trace.get("line") or {}
        own, thick = html.escape(str(line.get("color", color))), float(line.get("width", 2))
        dash = DASHES.get(str(line.get("dash", "solid")), ())
        dashed = f' stroke-dasharray="{" ".join(f"{n * thick:g}" for n in dash)}"' if dash else ""
        out = (
            f'<line x1="{at[0] - 7:.1f}" y1="{at[1]:.1f}" x2="{at[0] + 7:.1f}" y2="{at[1]:.1f}" '
            f'stroke="{own}" stroke-width="{thick:g}"{dashed}/>'
        )
    if "markers" in mode:
        out += symbol(at, **first | {"size": 10, "opacity": 1})
    usual = f'<rect x="{at[0] - 6:.1f}" y="{at[1] - 6:.1f}" width="12" height="12" fill="{color}"/>'
    return out or usual
