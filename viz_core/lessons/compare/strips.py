"""Which words each model's guess rests on: one strip a model, all on one scale."""

from __future__ import annotations

from viz_core.ui.readings import Comparison
from viz_core.ui.rests import show_rests


def show(comparison: Comparison) -> None:
    """The influence of every word on every model's likeliest word."""
    show_rests(
        "compare-strips",
        comparison.readings,
        comparison.measure,
        comparison.theme,
        comparison.note,
    )
