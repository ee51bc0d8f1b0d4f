"""What stands on the axes: cells, bars, lines, points and words, each with what it says."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from viz_core.drawing.arrays import each, values
from viz_core.drawing.axes import Axis
from viz_core.drawing.hover import filled, template_of
from viz_core.drawing.words import Font, plain, width, words

SHADES = 256
MOST_SQUARES = 4096  # cells that are drawn one by one: 64 words by 64
OWN = "\0"  # in names of definitions, until the picture has one of its own
NOTHING = -32768  # stands for a gap among packed numbers
DASHES = {
    "dot": (1, 2), "dash": (4, 3), "longdash": (7, 4), "dashdot": (4, 2, 1, 2),
    "longdashdot": (7, 3, 1, 3),
}  # fmt: skip # in widths of the line
SHAPES = {  # corners of a symbol in halves of its size
    "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "diamond": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
    "triangle-up": ((0, -1.2), (1.1, 0.8), (-1.1, 0.8)),
    "triangle-down": ((0, 1.2), (1.1, -0.8), (-1.1, -0.8)),
    "pentagon": ((0, -1.1), (1.05, -0.34), (0.65, 0.9), (-0.65, 0.9), (-1.05, -0.34)),
    "cross": ((-0.4, -1), (0.4, -1), (0.4, -0.4), (1, -0.4), (1, 0.4), (0.4, 0.4),
              (0.4, 1), (-0.4, 1), (-0.4, 0.4), (-1, 0.4), (-1, -0.4), (-0.4, -0.4)),
    "x": ((-1, -0.6), (-0.6, -1), (0, -0.4), (0.6, -1), (1, -0.6), (0.4, 0),
          (1, 0.6), (0.6, 1), (0, 0.4), (-0.6, 1), (-1, 0.6), (-0.4, 0)),
}  # fmt: skip


@dataclass
class Drawing:
    """SVG that grows, and what it says where one points.

    Attributes:
        spots: for the browser: boxes of cells, boxes of bars, places of points, each with words.
        patterns: definitions that shapes are filled with.
    """

    parts: list[str] = field(default_factory=list)
    spots: list[dict[str, Any]] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)


def cells(drawing: Drawing, trace: Mapping[str, Any], x: Axis, y: Axis, font: Font) -> None:
    """A heat map."""
    z = values(trace["z"]).astype(float)
    rows, columns = z.shape
    left, right = (x.px(_starts(trace.get("x"), x, columns) + side) for side in (-0.5, 0.5))
    top, bottom = (y.px(_starts(trace.get("y"), y, rows) + side) for side in (-0.5, 0.5))
    left, right = np.minimum(left, right), np.maximum(left, right)
    top, bottom = np.minimum(top, bottom), np.maximum(top, bottom)
    shade = _shades(z, trace)
    colours = _colour_table(trace["colorscale"])
    if z.size > MOST_SQUARES:
        drawing.parts.append(_image(shade, colours, left, right, top, bottom))
    else:
        drawing.parts += _squares(trace, shade, colours, (left, right, top, bottom))
    _cell_words(drawing, trace, shade, colours, (left + right) / 2, (top + bottom) / 2, font)
    if template := template_of(trace):
        edges = [[round(float(v), 1) for v in one] for one in (left, right, top, bottom)]
        drawing.spots.append({"cells": edges, **_cells_say(trace, template, z, x, y)})


def _squares(
    trace: Mapping[str, Any],
    shade: np.ndarray,
    colours: list[str],
    edges: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
) -> list[str]:
    """Cells as squares, a path a colour."""
    left, right, top, bottom = edges
    out = []
    xgap, ygap = float(trace.get("xgap", 0)) / 2, float(trace.get("ygap", 0)) / 2
    for number in np.unique(shade[shade >= 0]):
        path = "".join(
            f"M{left[c] + xgap:.1f} {top[r] + ygap:.1f}"
            f"h{right[c] - left[c] - 2 * xgap:.1f}v{bottom[r] - top[r] - 2 * ygap:.1f}"
            f"H{left[c] + xgap:.1f}z"
            for r, c in np.argwhere(shade == number)
        )
        crisp = "" if xgap or ygap else ' shape-rendering="crispEdges"'
        out.append(f'<path fill="{colours[number]}"{crisp} d="{path}"/>')
    return out


def _image(
    shade: np.ndarray,
    colours: list[str],
    left: np.ndarray,
    right: np.ndarray,
    top: np.ndarray,
    bottom: np.ndarray,
) -> str:
    """Very many cells as one image, a pixel a cell; gaps are left out."""
    table = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] + [255] for colour in colours]
    pixels = np.array([*table, [0, 0, 0, 0]], np.uint8)[shade]  # -1 is the last: nothing
    turned = pixels[np.argsort(top, kind="stable")]
    out = io.BytesIO()
    Image.fromarray(turned).save(out, "PNG", optimize=True)
    return (
        f'<image x="{left.min():.1f}" y="{top.min():.1f}" width="{right.max() - left.min():.1f}" '
        f'height="{bottom.max() - top.min():.1f}" preserveAspectRatio="none" '
        'style="image-rendering:pixelated" href="data:image/png;base64,'
        f'{base64.b64encode(out.getvalue()).decode()}"/>'
    )


def _starts(given: Any, axis: Axis, n: int) -> np.ndarray:
    return np.arange(n, dtype=float) if given is None else axis.numbers(given)


def _shades(z: np.ndarray, trace: Mapping[str, Any]) -> np.ndarray:
    """The number of each cell's colour; -1 for a gap."""
    low, high = float(trace["zmin"]), float(trace["zmax"])
    share = np.clip((np.nan_to_num(z) - low) / ((high - low) or 1.0), 0, 1)
    return np.where(np.isnan(z), -1, np.round(share * (SHADES - 1))).astype(int)


def _colour_table(scale: Sequence[Sequence[Any]]) -> list[str]:
    at = np.linspace(0, 1, SHADES)
    stops = [float(stop) for stop, _colour in scale]
    parts = [[int(str(colour)[i : i + 2], 16) for i in (1, 3, 5)] for _stop, colour in scale]
    mixed = [np.interp(at, stops, [part[i] for part in parts]) for i in range(3)]
    return [
        "#{:02x}{:02x}{:02x}".format(*(round(float(channel[n])) for channel in mixed))
        for n in range(SHADES)
    ]


def _cell_words(
    drawing: Drawing,
    trace: Mapping[str, Any],
    shade: np.ndarray,
    colours: list[str],
    across: np.ndarray,
    upright: np.ndarray,
    font: Font,
) -> None:
    """What is written in cells, black or white, whichever reads better."""
    if "texttemplate" not in trace:
        return
    own = font.but(trace.get("textfont"))
    for r, row in enumerate(trace["text"]):
        for c, text in enumerate(row):
            if text and shade[r, c] >= 0:
                ink = (trace.get("textfont") or {}).get("color") or _ink_on(colours[shade[r, c]])
                at = (float(across[c]), float(upright[r]))
                drawing.parts.append(words(text, at, Font(own.size, str(ink))))


def _ink_on(colour: str) -> str:
    """Black or white, as Plotly chooses: by brightness."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#000" if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "#fff"


def _cells_say(
    trace: Mapping[str, Any], template: str, z: np.ndarray, x: Axis, y: Axis
) -> dict[str, Any]:
    """What cells say, as what the browser fills in: a map has many of them."""
    custom = trace.get("customdata")
    more = values(custom).tolist() if isinstance(custom, dict) else custom
    rows, columns = _starts(trace.get("y"), y, len(z)), _starts(trace.get("x"), x, z.shape[1])
    said: dict[str, Any] = {
        "template": template,
        "y": [plain(y.label_of(v)) for v in rows],
        "x": [plain(x.label_of(v)) for v in columns],
    }
    if z.size > MOST_SQUARES:
        said |= _packed(z)
    else:
        said["z"] = [[None if np.isnan(v) else float(f"{v:.6g}") for v in row] for row in z]
    if "customdata" in template:
        alike = more is not None and all(one == row[0] for row in more for one in row)
        said["customdata"] = [row[:1] for row in more] if alike and more else more
    if "text" in template:
        said["text"] = trace.get("text")
    return said


def _packed(z: np.ndarray) -> dict[str, Any]:
    """Very many numbers in two bytes each: right to 1/32767 of the largest."""
    limit = float(np.nanmax(np.abs(z), initial=0)) or 1.0
    numbers = np.where(np.isnan(z), NOTHING, np.round(z / limit * 32767)).astype("<i2")
    return {"limit": limit, "packed": base64.b64encode(numbers.tobytes()).decode()}


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
        ink = _ink_on(color) if color.startswith("#") and len(color) == 7 else own.color
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


def _path(at: np.ndarray) -> str:
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
        return f'<path d="{_path(at)}z" fill="{html.escape(str(trace["fillcolor"]))}"/>'
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
    return f'<path d="{_path(at)}z" fill="url(#{OWN}{name})"/>'


def _lines(trace: Mapping[str, Any], at: np.ndarray) -> str:
    line = trace.get("line") or {}
    thick = float(line.get("width", 2))
    path = _path(at)
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
    marker = trace.get("marker") or {}
    n = len(at)
    line = marker.get("line") or {}
    own = marker.get("color") or (trace.get("line") or {}).get("color") or "#0072B2"
    opacity = float(marker.get("opacity", 1))
    out = []
    rows = zip(
        at,
        each(marker.get("size", 6), n),
        each(own, n),
        each(marker.get("symbol", "circle"), n),
        each(line.get("color", own), n),
        each(line.get("width", 0), n),
        strict=True,
    )
    for (px, py), size, color, symbol, edge, thick in rows:
        if np.isnan(px) or np.isnan(py) or not size or not opacity:
            continue
        name, open_, _rest = str(symbol).partition("-open")
        hollow = bool(open_)
        fill = "none" if hollow else html.escape(str(color))
        stroke = html.escape(str(color if hollow else edge))
        wide = (thick or 1.5) if hollow else thick
        drawn = f'fill="{fill}"' + (f' stroke="{stroke}" stroke-width="{wide:g}"' if wide else "")
        drawn += "" if opacity == 1 else f' opacity="{opacity:g}"'
        half = float(size) / 2
        if name == "circle":
            out.append(f'<circle cx="{px:.1f}" cy="{py:.1f}" r="{half:g}" {drawn}/>')
        elif name in SHAPES:
            corners = " ".join(f"{px + a * half:.1f},{py + b * half:.1f}" for a, b in SHAPES[name])
            out.append(f'<polygon points="{corners}" {drawn}/>')
        else:
            raise ValueError(f"symbol {symbol}")
    return out


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
