"""Symbols of points."""

from __future__ import annotations

import html
from collections.abc import Mapping
from math import cos, pi, sin
from typing import Any

_STAR = tuple(
    (round(r * sin(n * pi / 5), 3), round(-r * cos(n * pi / 5), 3))
    for n, r in enumerate((1.4, 0.535) * 5)
)
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
    "star": _STAR,
}  # fmt: skip
THIN = {  # symbols that are nothing but lines, in halves of their size
    "line-ns": ((0, -1.4, 0, 1.4),),
    "line-ew": ((-1.4, 0, 1.4, 0),),
    "x-thin": ((-1, -1, 1, 1), (-1, 1, 1, -1)),
    "cross-thin": ((0, -1.4, 0, 1.4), (-1.4, 0, 1.4, 0)),
}
# what each point of a trace may have its own of
MARKER = ("size", "color", "name", "edge", "thick", "opacity")


def look(trace: Mapping[str, Any]) -> dict[str, Any]:
    """How the points of a trace look: of each of `MARKER` one value, or one a point."""
    marker = trace.get("marker") or {}
    line = marker.get("line") or {}
    own = marker.get("color") or (trace.get("line") or {}).get("color") or "#0072B2"
    return {
        "size": marker.get("size", 6),
        "color": own,
        "name": marker.get("symbol", "circle"),
        "edge": line.get("color", own),
        "thick": line.get("width", 0),
        "opacity": marker.get("opacity", 1),
    }


def symbol(
    at: tuple[float, float],
    *,
    size: float,
    color: str,
    name: str,
    edge: str,
    thick: float,
    opacity: float = 1,
) -> str:
    """One symbol; nothing if it can't be seen.

    Args:
        at, size, thick: px.

    Raises:
        ValueError: there is none of this name.
    """
    if not size or not opacity:
        return ""
    shape, open_, _rest = str(name).partition("-open")
    stroke = html.escape(str(color if open_ else edge))
    wide = (thick or 1.5) if open_ else thick
    drawn = f'fill="{"none" if open_ else html.escape(str(color))}"'
    drawn += f' stroke="{stroke}" stroke-width="{wide:g}"' if wide else ""
    drawn += "" if opacity == 1 else f' opacity="{opacity:g}"'
    (x, y), half = at, float(size) / 2
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{half:g}" {drawn}/>'
    if shape in SHAPES:
        corners = " ".join(f"{x + a * half:.1f},{y + b * half:.1f}" for a, b in SHAPES[shape])
        return f'<polygon points="{corners}" {drawn}/>'
    if shape in THIN:
        path = "".join(
            f"M{x + a * half:.1f} {y + b * half:.1f}L{x + c * half:.1f} {y + d * half:.1f}"
            for a, b, c, d in THIN[shape]
        )
        return f'<path d="{path}" {drawn}/>'
    raise ValueError(f"symbol {name}")
