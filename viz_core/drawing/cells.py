"""The cells of heat maps: squares, or one image where there are very many, and what they say."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image

from viz_core.drawing.arrays import values
from viz_core.drawing.axes import Axis
from viz_core.drawing.canvas import Drawing, ink_on
from viz_core.drawing.hover import template_of
from viz_core.drawing.words import Font, plain, words

SHADES = 256
MOST_SQUARES = 4096  # cells that are drawn one by one: 64 words by 64
NOTHING = -32768  # stands for a gap among packed numbers


def cells(drawing: Drawing, trace: Mapping[str, Any], x: Axis, y: Axis, font: Font) -> None:
    """A heat map."""
    z = values(trace["z"]).astype(float)
    rows, columns = z.shape
    left, right = (x.px(_starts(trace.get("x"), x, columns) + side) for side in (-0.5, 0.5))
    top, bottom = (y.px(_starts(trace.get("y"), y, rows) + side) for side in (-0.5, 0.5))
    left, right = np.minimum(left, right), np.maximum(left, right)
    top, bottom = np.minimum(top, bottom), np.maximum(top, bottom)
    shade = shades(z, trace)
    colours = colour_table(trace["colorscale"])
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
    box = left.min(), top.min(), right.max() - left.min(), bottom.max() - top.min()
    turned = shade[np.argsort(top, kind="stable")]
    return picture_of(turned, colours, box, ' style="image-rendering:pixelated"')


def picture_of(
    shade: np.ndarray, colours: list[str], box: tuple[float, float, float, float], style: str = ""
) -> str:
    """An image of a pixel a cell.

    Args:
        shade: number of each pixel's colour, the topmost row first; -1 where there is nothing.
        box: px: left, top, width, height.
    """
    table = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] + [255] for colour in colours]
    pixels = np.array([*table, [0, 0, 0, 0]], np.uint8)[shade]  # -1 is the last: nothing
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", optimize=True)
    left, top, wide, tall = box
    return (
        f'<image x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{tall:.1f}" '
        f'preserveAspectRatio="none"{style} href="data:image/png;base64,'
        f'{base64.b64encode(out.getvalue()).decode()}"/>'
    )


def _starts(given: Any, axis: Axis, n: int) -> np.ndarray:
    return np.arange(n, dtype=float) if given is None else axis.numbers(given)


def shades(z: np.ndarray, trace: Mapping[str, Any]) -> np.ndarray:
    """The number of each cell's colour; -1 for a gap."""
    low, high = float(trace["zmin"]), float(trace["zmax"])
    share = np.clip((np.nan_to_num(z) - low) / ((high - low) or 1.0), 0, 1)
    return np.where(np.isnan(z), -1, np.round(share * (SHADES - 1))).astype(int)


def colour_table(scale: Sequence[Sequence[Any]]) -> list[str]:
    """`SHADES` colours of a scale, from its least to its greatest."""
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
                ink = (trace.get("textfont") or {}).get("color") or ink_on(colours[shade[r, c]])
                at = (float(across[c]), float(upright[r]))
                drawing.parts.append(words(text, at, Font(own.size, str(ink))))


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
