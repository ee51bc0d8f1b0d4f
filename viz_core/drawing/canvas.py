"""What a picture is made of while it is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

OWN = "\0"  # in names of definitions, until the picture has one of its own


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


def ink_on(colour: str) -> str:
    """Black or white, as Plotly chooses: by brightness."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#000" if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "#fff"
