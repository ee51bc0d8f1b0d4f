"""Ways to tell a decoder where its words stand. Shapes stand at the end of each line.

Without any, attention sees a set of words, not a row: a causal mask is all that is left of order.
An encoding can say the place of a word in three ways: it adds to the embedding, it turns queries
and keys, or it lowers the scores of far words.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from viz_core.hooks import HookPoint
from viz_core.models.config import DecoderConfig, TransformerConfig

SIZE = 0.02  # root mean square of embeddings before training, so of sinusoids beside them


def sinusoids(first: int, n_pos: int, d_model: int, device: torch.device | None = None) -> Tensor:
    """Positional encodings of the places from `first` on, (pos, d_model).

    Even dimensions are sines and odd ones cosines, their wavelengths growing from 2 pi to
    10,000 x 2 pi (Vaswani et al. 2017, section 3.5).
    """
    where = torch.arange(first, first + n_pos, device=device)[:, None]  # (pos, 1)
    rate = 10_000 ** (-torch.arange(0, d_model, 2, device=device) / d_model)  # (d_model / 2)
    angles = where * rate  # (pos, d_model / 2)
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)[:, :d_model]


def turned(x: Tensor, angles: Tensor) -> Tensor:
    """Turn dimensions n and n + d_head / 2 of each row together, as a point in the plane.

    Source: Su et al. 2021 (RoFormer), eq. 34; dimensions are paired as in Llama's published code.

    Args:
        x: (batch, head, pos, d_head).
        angles: in radians, the second half like the first, (pos, d_head).
    """
    first, second = x.chunk(2, -1)  # (batch, head, pos, d_head / 2)
    return x * angles.cos() + torch.cat([-second, first], -1) * angles.sin()


class Positions:
    """What an attention can be told of places; this one tells nothing."""

    def add(self, x: Tensor, first: int) -> Tensor:
        """Put the places from `first` on into embeddings, (batch, pos, d_model)."""
        return x

    def angles(self, first: int, n_pos: int) -> Tensor | None:
        """By how much queries and keys are turned, (pos, d_head)."""
        return None

    def bias(self, first: int, n_pos: int) -> Tensor | None:
        """What is added to scores, (1, head, pos, first + pos)."""
        return None


class NoPositions(Positions, nn.Module):
    """No encoding at all."""

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()


class Learned(Positions, nn.Embedding):
    """A vector for each place, learned like a word's (Radford et al. 2018)."""

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__(config.n_ctx, config.d_model)
        self.hook = HookPoint("positions", "pos:text d_model")

    def add(self, x: Tensor, first: int) -> Tensor:
        where = torch.arange(first, first + x.shape[1], device=x.device)
        return x + self.hook(self(where)[None])  # (batch, pos, d_model)


class Sinusoidal(Positions, nn.Module):
    """Waves of many lengths, as large as embeddings are at first (Vaswani et al. 2017)."""

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        self.hook = HookPoint("positions", "pos:text d_model")

    def add(self, x: Tensor, first: int) -> Tensor:
        waves = sinusoids(first, x.shape[1], x.shape[2], x.device)  # (pos, d_model)
        return x + self.hook(SIZE * 2**0.5 * waves[None])  # (batch, pos, d_model)


class Rotary(Positions, nn.Module):
    """Queries and keys turn with their place, so a score knows how far apart they are.

    Source: Su et al. 2021 (RoFormer).
    """

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        if config.d_head % 2:
            raise ValueError(f"d_head={config.d_head} must be even to be turned in pairs")
        self.d_head = config.d_head
        self.hook = HookPoint("positions.angles", "pos:text d_head")

    def angles(self, first: int, n_pos: int) -> Tensor:
        where = torch.arange(first, first + n_pos)[:, None]  # (pos, 1)
        rate = 10_000 ** (-torch.arange(0, self.d_head, 2) / self.d_head)  # (d_head / 2)
        return self.hook((where * rate).repeat(1, 2)[None])[0]  # (pos, d_head)


class Alibi(Positions, nn.Module):
    """A score falls in a line with distance, in each head at a rate of its own.

    Source: Press et al. 2022 (ALiBi), section 3.
    """

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        self.n_head = config.n_head
        self.hook = HookPoint("positions.bias", "head query:text key:text")

    def bias(self, first: int, n_pos: int) -> Tensor:
        queries = torch.arange(first, first + n_pos)[:, None]  # (query, 1)
        distance = (queries - torch.arange(first + n_pos)).clamp(min=0)  # (query, key)
        slopes = 2 ** (-8 * torch.arange(1, self.n_head + 1) / self.n_head)  # (head)
        return self.hook(-slopes[:, None, None] * distance[None, None])  # (1, head, query, key)


ENCODINGS: dict[str, type[NoPositions | Learned | Sinusoidal | Rotary | Alibi]] = {
    "none": NoPositions,
    "learned": Learned,
    "sinusoidal": Sinusoidal,
    "rotary": Rotary,
    "alibi": Alibi,
}
