"""Where the last place of a prompt looks among its parts: first token, examples, question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from viz_core.analysis.attention import one_head
from viz_core.trace import Record


def part_shares(records: Sequence[Record], starts: Sequence[int]) -> np.ndarray:
    """How much of its attention the last query gives to each part, (layer, head, part).

    Args:
        records: weights layer by layer, axes (head, query, key).
        starts: the key at which each part begins, rising from 0.
    """
    rows = np.stack([record.values[:, -1].astype(np.float64) for record in records])
    shares: np.ndarray = np.add.reduceat(rows, list(starts), axis=-1)
    return shares


def telling_head(shares: np.ndarray, example: int | None = None) -> tuple[int, int]:
    """The layer and the head that look most at an example, or at any single one.

    Args:
        shares: (layer, head, part), the first token before the examples, the question behind them.
        example: from 0; by default any.
    """
    examples = shares[:, :, 1:-1] if example is None else shares[:, :, 1:-1][:, :, [example]]
    if not examples.size:
        return 0, 0
    layer, head, _part = np.unravel_index(examples.argmax(), examples.shape)
    return int(layer), int(head)


def last_row(record: Record, head: int | None) -> np.ndarray:
    """The weights of the last query, of one head or the mean of all, (key,)."""
    row: np.ndarray = one_head(record, head)[-1]
    return row
