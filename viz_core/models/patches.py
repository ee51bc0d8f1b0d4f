"""Pictures are tokens too: what makes a vector of a patch, beside the table that does it for words.

Source: Dosovitskiy et al. 2021, eq. 1 (a linear map of the patch's numbers).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding

from viz_core.pictures import DARKEST, PATCH


class PatchOrWord(nn.Module):
    """A vector for each token: of a word a row of a table, of a patch a map of its numbers.

    Args:
        vocab_size: ids from there on are patches, by their numbers; see `viz_core.pictures`.
    """

    def __init__(self, vocab_size: int, d_model: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(vocab_size, d_model))
        self.patch = nn.Linear(PATCH * PATCH, d_model)

    def forward(self, ids: Tensor) -> Tensor:
        """(batch, pos) -> (batch, pos, d_model)."""
        numbers = ids - len(self.weight)
        is_patch = numbers >= 0
        words = embedding(ids.masked_fill(is_patch, 0), self.weight)  # (batch, pos, d_model)
        if not is_patch.any():
            return words
        seen = self.patch(numbers_of(numbers.clamp(min=0)))  # (batch, pos, d_model)
        return torch.where(is_patch[..., None], seen, words)

    def blank(self) -> Tensor:
        """The vector of a patch without a mark, (d_model,)."""
        return self.patch.bias


def numbers_of(patches: Tensor) -> Tensor:
    """The four numbers of each patch, from 0 for blank paper to 1: (...) -> (..., 4)."""
    powers = (DARKEST + 1) ** torch.arange(PATCH * PATCH, device=patches.device)
    return (patches[..., None] // powers % (DARKEST + 1)) / DARKEST
