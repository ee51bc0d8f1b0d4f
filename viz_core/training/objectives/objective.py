"""What an objective is, and what all of them share: parts of a step, and padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor, nn

Ids = Sequence[int] | np.ndarray


class Part(NamedTuple):
    """One batch of a step: summed loss, number of targets it sums, tokens the model read."""

    loss: Tensor
    n_targets: float
    n_tokens: int


class Objective(Protocol):
    """Something to train a model for."""

    def parts(self, model: nn.Module, step: int, n_steps: int) -> Iterator[Part]:
        """The batches of one step, each already run through the model."""
        ...

    def valid_loss(self, model: nn.Module) -> float:
        """Mean loss per target on the same held-out stories every time."""
        ...


def pad(rows: Sequence[Ids | Sequence[float]], value: float) -> Tensor:
    """Rows of different lengths as one tensor of the value's type, (row, longest)."""
    out = torch.full((len(rows), max(map(len, rows))), value)
    for n, row in enumerate(rows):
        out[n, : len(row)] = torch.as_tensor(np.asarray(row)).to(out.dtype)
    return out
