"""Speed, measured as ratios within one run: machines differ, ratios much less."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from viz_core.bench.drawing import flow_payloads, payload_against_bertviz
from viz_core.bench.large import trace_against_transformers
from viz_core.bench.passes import decoding, every_model, growth, recording_cost
from viz_core.bench.peers import greedy_against_transformers

# part of a figure's name -> whether a value is within the budget
BUDGETS: dict[str, Callable[[float], bool]] = {
    "traced / plain": lambda ratio: ratio <= 1.3,
    "heads, T=64: trace / eager forward": lambda ratio: ratio <= 1.3,
    "bytes beyond one a cell": lambda size: size <= 4096,
    "bertviz / ours: time": lambda ratio: ratio >= 20,
    "bertviz / ours: bytes": lambda ratio: ratio >= 25,
    "all models": lambda ms: ms <= 150,
    "a new token at T=256 / T=32": lambda ratio: ratio <= 2,
    "ours / transformers: tokens per second": lambda ratio: ratio >= 1,
    "flow payload at T=32: bytes": lambda size: size <= 60_000,
}


def measure() -> dict[str, Any]:
    """Every figure that the speed budget names, and how a trace grows with the text."""
    torch.set_num_threads(1)  # as the server runs
    return (
        recording_cost()
        | growth()
        | every_model()
        | decoding()
        | greedy_against_transformers()
        | trace_against_transformers()
        | payload_against_bertviz()
        | flow_payloads()
    )


def over_budget(figures: dict[str, Any]) -> list[str]:
    """The names of the figures that miss their budget."""
    return [
        name
        for name, value in figures.items()
        for part, holds in BUDGETS.items()
        if part in name and not holds(value)
    ]
