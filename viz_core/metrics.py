"""What a checkpoint's metrics.json can hold: which figures, and that they are figures."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

# part -> numbers that it has, if it is there
FIGURES = {
    "perplexity": ("bits_per_char", "perplexity"),
    "kneser_ney_4gram": ("bits_per_char",),
    "masked_token": ("accuracy",),
    "next_sentence": ("accuracy", "n"),
    "translation": ("bleu", "bleu_lowercase", "chrf", "n"),
    "naming": ("accuracy", "low", "high", "n"),
    "neighbours": ("accuracy", "low", "high", "n"),
}
CELL = ("n_facts", "n_between", "accuracy", "low", "high", "chance", "n")  # of `recall`


def fault_of(metrics: Mapping[str, Any]) -> str:
    """Where a figure is missing that pages would show, such as `perplexity.bits_per_char`.

    Nothing if all is well, and nothing of a part that is not there at all.
    """
    if metrics and not isinstance(metrics.get("measured"), str):
        return "measured"
    for part, names in FIGURES.items():
        if part in metrics and (name := _missing(metrics[part], names)):
            return f"{part}.{name}"
    cells = metrics.get("recall", [])
    if not isinstance(cells, list):
        return "recall"
    for n, cell in enumerate(cells):
        if name := _missing(cell, CELL):
            return f"recall.{n}.{name}"
    return ""


def _missing(part: Any, names: tuple[str, ...]) -> str:
    """The first name that stands for no finite number in a part."""
    found = part if isinstance(part, Mapping) else {}
    return next((name for name in names if not _is_number(found.get(name))), "")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
