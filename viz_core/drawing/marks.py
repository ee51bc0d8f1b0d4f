"""What stands on the axes: bars, lines, points and words, each with what it says."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import numpy as np

from viz_core.drawing.arrays import each
from viz_core.drawing.axes import Axis
from viz_core.drawing.canvas import OWN, Drawing, ink_on
from viz_core.drawing.hover import filled, template_of
from viz_core.drawing.symbols import MARKER, look, symbol
from viz_core.drawing.words import Font, plain, width, words

DASHES = {
    "dot": (1, 2), "dash": (4, 3), "longdash": (7, 4), "dashdot": (4, 2, 1, 2),
    "longdashdot": (7, 3, 1, 3),
}  # fmt: skip # in widths of the line


def bars(
    drawing: Drawing,
    trace: Mapping[str, Any],
    x: Axis,
    y: Axis,
    font: Font,
    thick: float,
    base: dict[float, float] | None,
) -> None:
    """Bars of one trace.

    Args:
        thick: of a place's width, that a bar takes.
        base: where stacked bars begin, by place; it is moved on.
    """
    flat = trace.get("orientation") == "h"
    along, beside = (x, y) if flat else (y, x)
    long, place = along.numbers(trace["x" if flat else "y"]), beside.numbers(
        trace["y" if flat else "x"])  # fmt: skip
    n = len(long)
    colours = each((trace.get("marker") or {}).get("color", "#0072B2"), n)
    opacity = float((trace.get("marker") or {}).get("opacity", 1))
    texts, boxes = each(trace.get("text", ""), n), []
    for i in range(n):
        if np.isnan(long[i]) or np.isnan(place[i]):
            boxes.append([0.0, 0.0, 0.0, 0.0])
            continue
        start = 0.0 if base is None else base.get(float(place[i]), 0.0)
        if base is not None:
            base[float(place[i])] = start + float(long[i])
        ends = [float(along.px(v)) for v in (start, start + long[i])]
        sides = [float(beside.px(place[i] + s * thick / 2)) for s in (-1, 1)]
        a, b, c, d = min(ends), max(ends), min(sides), max(sides)
        box = [a, c, b, d] if flat else [c, a, d, b]
        boxes.append([round(v, 1) for v in box])
        seen = "" if opacity == 1 else f' opacity="{opacity:g}"'
        drawing.parts.append(
            f'<rect x="{box[0]:.1f}" y="{box[1]:.1f}" width="{box[2] - box[0]:.1f}" '
            f'height="{box[3] - box[1]:.1f}" fill="{html.escape(str(colours[i]))}"{seen}/>'
        )
        if texts[i]:
            drawing.parts.append(_bar_words(trace, str(texts[i]), box, font, flat))
    if template := template_of(trace):
        drawing.spots.append({"boxes": boxes, "says": _points_say(trace, template, x, y, n)})


def _bar_words(
    trace: Mapping[str, Any], text: str, box: list[float], font: Font, flat: bool
) -> str:
    own = font.but(trace.get("textfont"))
    left, top, right, bottom = box
    middle = ((left + right) / 2, (top + bottom) / 2)
    if trace.get("textposition") == "inside":
        color = str((trace.get("marker") or {}).get("color", "#000"))
        ink = ink_on(color) if color.startswith("#") and len(color) == 7 else own.color
        if flat and width(text, own) > right - left:
            return ""
        return words(text, middle, Font(own.size, ink))
    if flat:
        return words(text, (right + 5, middle[1]), own, anchor="start")
    return words(text, (middle[0], top - 3), own, upright="bottom")


def points(drawing: Drawing, trace: Mapping[str, Any], x: Axis, y: Axis, font: Font) -> None:
    """Lines, points and words."""
    at = np.stack([x.px(x.numbers(trace["x"])), y.px(y.numbers(trace["y"]))], axis=1)
    mode = str(trace.get("mode", "lines"))
    seen = float(trace.get("opacity", 1))
    inside: list[str] = []
    if trace.get("fill") == "toself":
        inside.append(_area(drawing, trace, at))
    elif trace.get("fill"):
        raise ValueError(f"fill {trace['fill']}")
    if "lines" in mode:
        inside.append(_lines(trace, at))
    if "markers" in mode:
        inside += _symbols(trace, at)
    if "text" in mode:
        inside += _words_at(trace, at, font)
    opacity = "" if seen == 1 else f' opacity="{seen:g}"'
    drawing.parts.append(f"<g{opacity}>{''.join(inside)}</g>" if opacity else "".join(inside))
    if template := template_of(trace):
        says = _points_say(trace, template, x, y, len(at))
        there = ~np.isnan(at).any(axis=1)
        drawing.spots.append(
            {
                "points": [[round(float(v), 1) for v in row] for row in at[there]],
                "says": [one for one, known in zip(says, there, strict=True) if known],
            }
        )


def path_of(at: np.ndarray) -> str:
    """Lines from point to point; a gap where one is missing."""
    out, pen = [], "M"
    for px, py in at:
        if np.isnan(px) or np.isnan(py):
            pen = "M"
            continue
        out.append(f"{pen}{px:.1f} {py:.1f}")
        pen = "L"
    return "".join(out)


def _area(drawing: Drawing, trace: Mapping[str, Any], at: np.ndarray) -> str:
    pattern = trace.get("fillpattern")
    if not pattern:
        return f'<path d="{path_of(at)}z" fill="{html.escape(str(trace["fillcolor"]))}"/>'
    name, size = f"hatch{len(drawing.patterns)}", float(pattern.get("size", 7))
    thick = size * float(pattern.get("solidity", 0.12))
    color = html.escape(str(pattern["fgcolor"]))
    drawing.patterns.append(
        f'<pattern id="{OWN}{name}" width="{size:g}" height="{size:g}" '
        f'patternUnits="userSpaceOnUse"><path d="M0 {size:g}L{size:g} 0M{-size / 4:g} '
        f"{size / 4:g}L{size / 4:g} {-size / 4:g}M{size * 3 / 4:g} {size * 5 / 4:g}"
        f'L{size * 5 / 4:g} {size * 3 / 4:g}" stroke="{color}" stroke-width="{thick:.2f}"/>'
        "</pattern>"
    )
    return f'<path d="{path_of(at)}z" fill="url(#{OWN}{name})"/>'


def _lines(trace: Mapping[str, Any], at: np.ndarray) -> str:
    line = trace.get("line") or {}
    thick = float(line.get("width", 2))
    path = path_of(at)
    if not thick or not path:
        return ""
    color = line.get("color") or (trace.get("marker") or {}).get("color") or "#0072B2"
    color = color if isinstance(color, str) else "#0072B2"
    dash = DASHES.get(str(line.get("dash", "solid")), ())
    dashed = f' stroke-dasharray="{" ".join(f"{n * thick:g}" for n in dash)}"' if dash else ""
    return (
        f'<path d="{path}" fill="none" stroke="{html.escape(color)}" stroke-width="{thick:g}" '
        f'stroke-linejoin="round" stroke-linecap="butt"{dashed}/>'
    )


def _symbols(trace: Mapping[str, Any], at: np.ndarray) -> list[str]:
    n, marker = len(at), look(trace)
    rows = zip(at, *(each(marker[name], n) for name in MARKER), strict=True)
    return [
        symbol((float(px), float(py)), **dict(zip(MARKER, how, strict=True)))
        for (px, py), *how in rows
        if not (np.isnan(px) or np.isnan(py))
    ]


def _words_at(trace: Mapping[str, Any], at: np.ndarray, font: Font) -> list[str]:
    n = len(at)
    given = trace.get("textfont") or {}
    colours, sizes = each(given.get("color", font.color), n), each(given.get("size", font.size), n)
    places = each(trace.get("textposition", "middle center"), n)
    out = []
    for (px, py), text, place, color, size in zip(
        at, each(trace.get("text", ""), n), places, colours, sizes, strict=True
    ):
        if np.isnan(px) or np.isnan(py) or not text:
            continue
        upright, across = str(place).split()
        own = Font(float(size), str(color))
        away = 0 if across == "center" else 6 if across == "right" else -6
        lift = {"top": -6, "middle": 0, "bottom": 6}[upright]
        anchor = {"left": "end", "center": "middle", "right": "start"}[across]
        stands = {"top": "bottom", "middle": "middle", "bottom": "top"}[upright]
        out.append(words(text, (px + away, py + lift), own, anchor=anchor, upright=stands))
    return out


def _points_say(trace: Mapping[str, Any], template: str, x: Axis, y: Axis, n: int) -> list[str]:
    row_x, row_y = x.numbers(trace["x"]), y.numbers(trace["y"])
    custom, texts = each(trace.get("customdata"), n), each(trace.get("text", ""), n)

    def value(axis: Axis, counted: float) -> Any:
        known = {round(v, 6): label for v, label in axis.ticks()}
        named = "ticktext" in axis.given or axis.categories
        if named and round(counted, 6) in known:
            return html.escape(plain(known[round(counted, 6)]))
        return 10**counted if axis.logarithmic else counted

    says = []
    for i in range(n):
        known = {
            "x": value(x, float(row_x[i])),
            "y": value(y, float(row_y[i])),
            "customdata": custom[i],
            "text": texts[i],
            "fullData.name": html.escape(str(trace.get("name", ""))),
        }
        says.append(filled(template, known.get))
    return says
