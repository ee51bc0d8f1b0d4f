"""Attention as transformers' models call it, computed where every number can be seen.

transformers asks one table for the function that computes attention, whatever the architecture.
Under the name `IMPLEMENTATION` stands the one below: it computes as their `eager` does and lets
what it computes pass the hook points that were placed on the calling module when it was loaded.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import sdpa_mask

from viz_core.hooks import HookPoint

IMPLEMENTATION = "attention_atlas"
PLACE = "atlas_points"  # attribute of their attention modules that holds what follows


class AttentionPoints:
    """The hook points of one attention module.

    Args:
        name: first part of the records' names, such as `decoder.0.self_attn`.
        query, key: the streams whose tokens ask and answer.
        mask, bias: the stack's own, which all its attentions share; None where it has none.
    """

    def __init__(
        self,
        name: str,
        query: str,
        key: str,
        mask: HookPoint | None = None,
        bias: HookPoint | None = None,
    ) -> None:
        self.q = HookPoint(f"{name}.q", f"head query:{query} d_head")
        self.k = HookPoint(f"{name}.k", f"head key:{key} d_head")
        self.v = HookPoint(f"{name}.v", f"head key:{key} d_head")
        self.scores = HookPoint(f"{name}.scores", f"head query:{query} key:{key}")
        self.weights = HookPoint(f"{name}.weights", f"head query:{query} key:{key}")
        self.mixed = HookPoint(f"{name}.mixed", f"head query:{query} d_head")
        self.mask, self.bias = mask, bias

    @property
    def own(self) -> tuple[HookPoint, ...]:
        """Those that no other attention shares, in the order in which they are passed."""
        return self.q, self.k, self.v, self.scores, self.weights, self.mixed


def attend(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    position_bias: Tensor | None = None,
    **_more: Any,
) -> tuple[Tensor, Tensor]:
    """Scaled dot-product attention (Vaswani et al. 2017, eq. 1), every part of it a hook point.

    Args:
        module: the attention of theirs that asks.
        query: (batch, head, query, d_head); keys and values (batch, kv_head, key, d_head).
        attention_mask: True where a query may look, (batch, 1, query, key).
        scaling: what q k is multiplied with; by default 1 / sqrt(d_head).
        position_bias: what is added to the scores, (1, head, query, key).

    Returns:
        what is mixed, (batch, query, head, d_head), and the weights, (batch, head, query, key).
    """
    points: AttentionPoints = getattr(module, PLACE)
    q, k, v = points.q(query), points.k(key), points.v(value)
    k, v = _shared(k, q.shape[1]), _shared(v, q.shape[1])  # (batch, head, key, d_head)
    scale = q.shape[-1] ** -0.5 if scaling is None else scaling
    scores = q @ k.transpose(-2, -1) * scale  # (batch, head, query, key)
    if position_bias is not None and points.bias is not None:
        scores = scores + points.bias(position_bias)
    if attention_mask is not None:
        unseen = ~attention_mask[:, 0]  # (batch, query, key)
        unseen = unseen if points.mask is None else points.mask(unseen)
        scores = scores.masked_fill(unseen[:, None], -math.inf)
    weights = points.weights(points.scores(scores).softmax(-1))
    mixed = points.mixed(weights @ v)  # (batch, head, query, d_head)
    return mixed.transpose(1, 2).contiguous(), weights


def mask(*args: Any, **more: Any) -> Tensor | None:
    """True where a query may look, (batch, 1, query, key); None where it may look everywhere.

    Theirs leaves a causal mask out where torch's fused attention makes its own; here none does.
    """
    more["allow_is_causal_skip"] = False
    return sdpa_mask(*args, **more)


def register() -> None:
    """Put both functions into transformers' tables; doing it again changes nothing."""
    AttentionInterface.register(IMPLEMENTATION, attend)
    AttentionMaskInterface.register(IMPLEMENTATION, mask)


def _shared(x: Tensor, n_head: int) -> Tensor:
    """Keys or values given out to all heads, (batch, head, key, d_head)."""
    n_sharing = n_head // x.shape[1]
    return x if n_sharing == 1 else torch.repeat_interleave(x, n_sharing, 1)
