"""What pictures cost on their way to the browser: bytes, and the time to make them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from viz_core import registry
from viz_core.analysis.flow import flow
from viz_core.bench.timing import WORDS, request_of, timed
from viz_core.lessons.home.payload import flow_payload
from viz_core.runners.local import LocalRunner
from viz_core.trace import Record, Tokens
from viz_core.ui.payload import head_grid_numbers, head_grid_payload


def payload_against_bertviz(
    n_tokens: int = 64, n_layer: int = 12, n_head: int = 12
) -> dict[str, Any]:
    """The all-heads payload beside bertviz's model view of the same weights.

    Budget: at most T x T x heads + 4,096 bytes, 1/20 of bertviz's time, 1/25 of its bytes.
    """
    shape = (n_head, n_tokens, n_tokens)
    rng = np.random.default_rng(0)
    weights = [
        rng.dirichlet(np.ones(n_tokens), shape[:2]).astype(np.float32) for _ in range(n_layer)
    ]
    records = [
        Record(f"encoder.{n}.self_attn.weights", w, ("head", "query", "key"), {})
        for n, w in enumerate(weights)
    ]
    words = (WORDS * n_tokens).split()[:n_tokens]
    tokens = Tokens(tuple(words), tuple(range(n_tokens)), (False,) * n_tokens)
    labels = {"amounts": ["#000000"] * 8, "label": "", "name": "", "measures": [""] * 5}

    def make() -> bytes:
        return head_grid_payload(records, head_grid_numbers(records, tokens), (0, 0), labels)

    ours, size = min(timed(make) for _ in range(5)), len(make())
    cells = n_tokens * n_tokens * n_layer * n_head
    figures: dict[str, Any] = {
        f"all heads, 144 x T={n_tokens}: bytes beyond one a cell": size - cells,
        f"all heads, 144 x T={n_tokens}: ms": ours * 1e3,
    }
    try:
        import torch
        from bertviz import model_view
    except ImportError:
        return figures | {"bertviz": "not installed: make bench installs it"}
    attention = [torch.from_numpy(w.copy())[None] for w in weights]
    html: list[Any] = []
    theirs = min(
        timed(lambda: html.append(model_view(attention, words, html_action="return")))
        for _ in range(2)
    )
    their_size = len(html[-1].data.encode())
    return figures | {
        "bertviz model view: ms": theirs * 1e3,
        "bertviz / ours: time": theirs / ours,
        "bertviz / ours: bytes": their_size / size,
    }


def flow_payloads(n_tokens: int = 32) -> dict[str, float]:
    """Bytes of the flow's numbers and words by length, and milliseconds to make them.

    Budget: 60,000 bytes at 32 tokens. The sentences of the page are not counted; they take some
    6,000 bytes whatever the text is.
    """
    figures = {}
    for model_id in registry.model_ids():
        runner = registry.load(model_id)
        if not isinstance(runner, LocalRunner):
            continue
        for n in (n_tokens, 2 * n_tokens, 4 * n_tokens):
            request = replace(request_of(runner, n), everywhere=True)
            trace = runner.run(request)
            place = () if runner.card.traits.recurrent else (runner.card.n_layer - 1, 0)
            make = partial(
                lambda trace, place: flow_payload(flow(trace, *place), 0, {}), trace, place
            )
            figures[f"{model_id}: flow payload at T={n}: bytes"] = float(len(make()))
            seconds = min(timed(make) for _ in range(5))
            figures[f"{model_id}: flow payload at T={n}: ms"] = seconds * 1e3
    return figures
