"""A figure as it is, only larger: for a screen that is read from far away."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import altair as alt
import numpy as np
import plotly.graph_objects as go

F = TypeVar("F", go.Figure, alt.FacetChart)

# What figures give in px, by name, wherever it stands
PLOTLY = set("size thickness xpad ypad xshift yshift xgap ygap width height min_width".split())
MARGINS = set("l r t b pad".split())
ALTAIR = set("width height fontSize labelFontSize titleFontSize dy".split())
IN_LABELS = re.compile(r"(<span style=.font-size:)(\d+)px")  # of ours: what people typed is escaped


def enlarged(figure: F, size: float) -> F:
    """The same figure with all that is given in px times `size`: type, lines, cells, margins."""
    if isinstance(figure, go.Figure):
        drawn = figure.to_plotly_json()
        traces = [_of_trace(trace, size) for trace in drawn["data"]]
        larger: F = go.Figure(traces, _larger(drawn["layout"], size, PLOTLY))
    else:
        larger = alt.FacetChart.from_dict(_larger(figure.to_dict(), size, ALTAIR))
    return larger


def _of_trace(trace: dict[str, Any], size: float) -> dict[str, Any]:
    """A larger trace; the width of its bars is one of its axis, and no px."""
    kept = {key: trace[key] for key in ("width",) if key in trace}
    return _larger(trace, size, PLOTLY) | kept


def _larger(node: dict[str, Any], size: float, names: set[str]) -> dict[str, Any]:
    found = {}
    for key, value in node.items():
        if key in ("data", "datasets"):
            found[key] = value
        elif key in names or (key == "len" and node.get("lenmode") == "pixels"):
            found[key] = _times(value, size, names)
        elif key == "margin":
            found[key] = _larger(value, size, MARGINS)
        else:
            found[key] = _inside(value, size, names)
    return found


def _inside(value: Any, size: float, names: set[str]) -> Any:
    if isinstance(value, dict):
        return _larger(value, size, names)
    if isinstance(value, list | tuple) and any(isinstance(one, dict | str) for one in value):
        return [_inside(one, size, names) for one in value]
    if isinstance(value, str):
        return IN_LABELS.sub(lambda found: f"{found[1]}{size * int(found[2]):g}px", value)
    return value


def _times(value: Any, size: float, names: set[str]) -> Any:
    if isinstance(value, int | float | np.ndarray) and not isinstance(value, bool):
        return value * size
    if isinstance(value, list | tuple) and all(isinstance(one, int | float) for one in value):
        return [one * size for one in value]
    return _inside(value, size, names)
