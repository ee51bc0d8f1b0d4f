"""What a picture says where one points at it: Plotly's templates, filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from viz_core.drawing.words import plain

FIELD = re.compile(r"%\{([^}:]+)(?::([^}]*))?\}")
INDEX = re.compile(r"\[(\d+)\]")

Look = Callable[[str], Any]


def filled(template: str, look: Look) -> str:
    """A template's words for one point, without tags.

    Args:
        look: the value of a name, such as `x` or `customdata`.
    """

    def value(field: re.Match[str]) -> str:
        name, form = field[1], field[2]
        found = look(name.split("[")[0])
        for index in INDEX.findall(name):
            found = found[int(index)] if found is not None and len(found) > int(index) else ""
        return _written(found, form)

    return plain(FIELD.sub(value, template))


def _written(value: Any, form: str | None) -> str:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return "–"
    if form and isinstance(value, int | float):
        text = format(value, form)
        return text.replace("-", "−") if text.startswith("-") else text
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def template_of(trace: Mapping[str, Any]) -> str:
    """What a trace says where one points; nothing if it is passed over."""
    return "" if trace.get("hoverinfo") in ("skip", "none") else str(trace.get("hovertemplate", ""))
