"""Plotly's typed arrays, read back."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np


def values(given: Any) -> np.ndarray:
    """A row of numbers, words or nothing, as a trace has it; nan for what is missing."""
    if isinstance(given, dict):
        flat = np.frombuffer(base64.b64decode(given["bdata"]), given["dtype"])
        shape = [int(n) for n in str(given.get("shape", flat.size)).split(",")]
        return flat.reshape(shape)
    found = np.array(given)
    if found.dtype == object and not any(isinstance(one, str) for one in found.flat):
        return np.array([[np.nan if v is None else v for v in row] if isinstance(row, list)
                         else np.nan if row is None else row for row in given], float)  # fmt: skip
    return found


def each(given: Any, n: int) -> list[Any]:
    """A value for each of n points: the same one for all, or a row of them."""
    if isinstance(given, dict):
        given = values(given).tolist()
    if isinstance(given, np.ndarray):
        given = given.tolist()
    return list(given) if isinstance(given, list | tuple) else [given] * n
