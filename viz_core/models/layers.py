"""Parts that the Transformers share. Shapes stand at the end of each line that changes them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from viz_core.hooks import HookPoint, is_recording
from viz_core.models.config import TransformerConfig
from viz_core.models.positions import turned


def causal_mask(n_query: int, n_key: int, device: torch.device | None = None) -> Tensor:
    """True where a query may not look: at keys to its right. Axes (query, key)."""
    ones = torch.ones(n_query, n_key, dtype=torch.bool, device=device)
    return ones.triu(1 + n_key - n_query)


class Past:
    """What a model keeps of the tokens that it has read, so that a new one costs its own work.

    An attention keeps keys and values, each (batch, head, key, d_head); a recurrent layer its
    states, each (batch, d_hidden). A copy goes its own way: what it reads is not in the original,
    so one beginning can have several continuations.
    """

    def __init__(
        self, n_read: int = 0, kept: Mapping[str, tuple[Tensor, ...]] | None = None
    ) -> None:
        self.n_read = n_read
        self._kept = dict(kept or {})

    def copy(self) -> Past:
        return Past(self.n_read, self._kept)

    def spread(self, n: int) -> Past:
        """The same beginning for n continuations at once."""
        kept = {
            name: tuple(x.expand(n, *x.shape[1:]) for x in tensors)
            for name, tensors in self._kept.items()
        }
        return Past(self.n_read, kept)

    @property
    def kept(self) -> Mapping[str, tuple[Tensor, ...]]:
        """What each layer keeps, by its name."""
        return self._kept

    def get(self, name: str) -> tuple[Tensor, ...] | None:
        """What a layer kept last, or None before the first token."""
        return self._kept.get(name)

    def keep(self, name: str, *tensors: Tensor) -> tuple[Tensor, ...]:
        """Keep what a layer will need when the next token comes."""
        self._kept[name] = tensors
        return tensors


class MultiHeadAttention(nn.Module):
    """Scaled dot-product attention, n_head times side by side.

    Source: Vaswani et al. 2017, eq. 1 and section 3.2.2; heads that share keys and values: Ainslie
    et al. 2023 (grouped-query attention).

    Args:
        config: sizes.
        name: first part of the record names, such as `decoder.0.self_attn`.
        query, key: the streams whose tokens ask and answer; the same one in self-attention.
        n_kv_head: pairs of keys and values, each for as many heads; by default one a head.
        bias: whether the four linear maps add a bias.
    """

    def __init__(
        self,
        config: TransformerConfig,
        name: str,
        query: str,
        key: str,
        n_kv_head: int | None = None,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.name, self.grows = name, query == key  # a source of another stream is read at once
        self.d_head = config.d_head
        self.n_sharing = config.n_head // (n_kv_head or config.n_head)  # heads of one key
        d_kv = config.d_model // self.n_sharing
        self.W_q = nn.Linear(config.d_model, config.d_model, bias)
        self.W_k = nn.Linear(config.d_model, d_kv, bias)
        self.W_v = nn.Linear(config.d_model, d_kv, bias)
        self.W_o = nn.Linear(config.d_model, config.d_model, bias)
        self.hook_q = HookPoint(f"{name}.q", f"head query:{query} d_head")
        self.hook_k = HookPoint(f"{name}.k", f"head key:{key} d_head")
        self.hook_v = HookPoint(f"{name}.v", f"head key:{key} d_head")
        self.hook_scores = HookPoint(f"{name}.scores", f"head query:{query} key:{key}")
        self.hook_weights = HookPoint(f"{name}.weights", f"head query:{query} key:{key}")
        self.hook_mixed = HookPoint(f"{name}.mixed", f"head query:{query} d_head")
        self.hook_out = HookPoint(f"{name}.out", f"pos:{query} d_model")

    def forward(
        self,
        x: Tensor,
        source: Tensor,
        mask: Tensor | None = None,
        past: Past | None = None,
        angles: Tensor | None = None,
        bias: Tensor | None = None,
    ) -> Tensor:
        """Let each row of x gather from the rows of source.

        Args:
            x: what asks, (batch, query, d_model).
            source: what answers, (batch, key, d_model).
            mask: True where a query may not look, broadcastable to (batch, head, query, key).
            past: keys and values of the tokens before x; those of x are added to it.
            angles: by which q and k of x are turned, (query, d_head).
            bias: added to the scores, broadcastable to (batch, head, query, key).
        """
        q = self.hook_q(self._split(self.W_q(x), angles))  # (batch, head, query, d_head)
        k, v = (
            self._keys_values(source, angles)
            if past is None
            else self._recall(source, past, angles)
        )
        k, v = self._shared(k), self._shared(v)  # (batch, head, key, d_head)
        if self.training and not is_recording():
            return self.W_o(self._fused(q, k, v, mask, bias).transpose(1, 2).flatten(2))
        scores = q @ k.transpose(-2, -1) / math.sqrt(self.d_head)  # (batch, head, query, key)
        if bias is not None:
            scores = scores + bias
        if mask is not None:
            scores = scores.masked_fill(mask, -math.inf)
        weights = self.hook_weights(self.hook_scores(scores).softmax(-1))  # eq. 1
        mixed = self.hook_mixed(weights @ v)  # (batch, head, query, d_head)
        return self.hook_out(self.W_o(mixed.transpose(1, 2).flatten(2)))  # (batch, query, d_model)

    def _fused(
        self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, bias: Tensor | None
    ) -> Tensor:
        """Eq. 1 in one call of torch, for training: no map of scores or weights is kept."""
        seen = None if mask is None else ~mask  # torch asks where a query may look
        if bias is not None:
            seen = bias if mask is None else bias.masked_fill(mask, -math.inf)
        return scaled_dot_product_attention(q, k, v, None if seen is None else _four(seen))

    def _keys_values(self, source: Tensor, angles: Tensor | None) -> tuple[Tensor, Tensor]:
        k = self.hook_k(self._split(self.W_k(source), angles))  # (batch, kv_head, key, d_head)
        v = self.hook_v(self._split(self.W_v(source)))  # (batch, kv_head, key, d_head)
        return k, v

    def _recall(self, source: Tensor, past: Past, angles: Tensor | None) -> tuple[Tensor, ...]:
        """Keys and values of all tokens so far, of which only the new ones are computed."""
        kept = past.get(self.name)
        if kept is None:
            return past.keep(self.name, *self._keys_values(source, angles))
        if not self.grows:
            return kept
        both = zip(kept, self._keys_values(source, angles), strict=True)
        return past.keep(self.name, *(torch.cat(pair, -2) for pair in both))

    def _split(self, x: Tensor, angles: Tensor | None = None) -> Tensor:
        """(batch, pos, heads * d_head) -> (batch, heads, pos, d_head), turned if told how far."""
        heads = x.unflatten(-1, (-1, self.d_head)).transpose(1, 2)
        return heads if angles is None else turned(heads, angles)

    def _shared(self, x: Tensor) -> Tensor:
        """(batch, kv_head, key, d_head) -> (batch, head, key, d_head)."""
        return x if self.n_sharing == 1 else x.repeat_interleave(self.n_sharing, 1)


def _four(x: Tensor) -> Tensor:
    """(query, key) or (1, query, key) -> (1, 1, query, key), as the fused call is fast with."""
    return x.reshape(*(1,) * (4 - x.dim()), *x.shape)


class FeedForward(nn.Module):
    """Position-wise feed-forward network: widen, bend, narrow, each position alone.

    Source: Vaswani et al. 2017, eq. 2, with the given function in place of max(0, x).
    """

    def __init__(
        self,
        config: TransformerConfig,
        name: str,
        stream: str,
        activation: Callable[[Tensor], Tensor],
    ) -> None:
        super().__init__()
        self.W_in = nn.Linear(config.d_model, config.d_ff)
        self.W_out = nn.Linear(config.d_ff, config.d_model)
        self.activation = activation
        self.hook_act = HookPoint(f"{name}.act", f"pos:{stream} d_ff")
        self.hook_out = HookPoint(f"{name}.out", f"pos:{stream} d_model")

    def forward(self, x: Tensor) -> Tensor:
        act = self.hook_act(self.activation(self.W_in(x)))  # (batch, pos, d_ff)
        return self.hook_out(self.W_out(act))  # (batch, pos, d_model)


def init_weights(model: nn.Module, n_layer: int, std: float = 0.02) -> None:
    """Normal weights, zero biases; what writes to the residual stream is scaled by 1/sqrt(2N).

    Source: Radford et al. 2019 (GPT-2), section 2.3.
    """
    for name, parameter in model.named_parameters():
        if parameter.dim() == 1:
            continue  # biases and gains keep the 0 and 1 that they are made with
        writes = name.endswith(("W_o.weight", "W_out.weight"))
        nn.init.normal_(parameter, std=std / math.sqrt(2 * n_layer) if writes else std)
    for module in model.modules():
        if isinstance(module, nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)


def init_recurrent(model: nn.Module, std: float = 0.02) -> None:
    """Normal embedding, uniform input weights, orthogonal recurrent weights, zero biases.

    An orthogonal W_h neither shrinks nor stretches the state at first, so that what is forgotten
    is forgotten by training, not by initialisation (Saxe et al. 2014).
    """
    for name, parameter in model.named_parameters():
        if parameter.dim() == 1:
            nn.init.zeros_(parameter)
        elif name.endswith("W_h.weight"):
            for square in parameter.split(parameter.shape[1]):  # one a gate
                nn.init.orthogonal_(square)
        elif name.endswith("W_x.weight"):
            nn.init.xavier_uniform_(parameter)
        else:
            nn.init.normal_(parameter, std=std)
