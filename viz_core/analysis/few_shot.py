"""Where the tokens of a prompt look among its parts: first token, examples, question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from viz_core.trace import Record


def part_shares(records: Sequence[Record], starts: Sequence[int]) -> np.ndarray:
    """How much of its attention each query gives to each part, (layer, head, query, part).

    Args:
        records: weights layer by layer, axes (head, query, key).
        starts: the key at which each part begins, rising from 0.
    """
    weights = np.stack([record.values for record in records]).astype(np.float64)
    shares: np.ndarray = np.add.reduceat(weights, list(starts), axis=-1)
    return shares


def telling_look(
    shares: np.ndarray, queries: Sequence[int], example: int | None = None
) -> tuple[int, int, int]:
    """The layer, head and query that look most at an example, or at any single one.

    Args:
        shares: (layer, head, query, part), the first token before the examples, the question
            behind them.
        queries: that may look.
        example: from 0; by default any.
    """
    examples = shares[:, :, list(queries), 1:-1]
    if example is not None:
        examples = examples[..., [example]]
    if not examples.size:
        return 0, 0, queries[-1]
    layer, head, at, _part = np.unravel_index(examples.argmax(), examples.shape)
    return int(layer), int(head), queries[int(at)]
