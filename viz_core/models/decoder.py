"""GPT-2 style decoder: every word sees itself and the words to its left.

Source: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners"; the block is
Vaswani et al. 2017 with LayerNorm before each part (pre-LayerNorm) and GELU. GPT-2 learns its
positions; the same decoder can be told them in other ways, or not at all (`positions.py`).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu

from viz_core.hooks import HookPoint
from viz_core.models.config import DecoderConfig
from viz_core.models.layers import (
    FeedForward,
    MultiHeadAttention,
    Past,
    causal_mask,
    init_weights,
)
from viz_core.models.positions import ENCODINGS


def gelu_tanh(x: Tensor) -> Tensor:
    """GELU in the tanh form that GPT-2 uses (Hendrycks and Gimpel 2016)."""
    return gelu(x, approximate="tanh")


class DecoderBlock(nn.Module):
    """x + attention(norm(x)), then x + feed-forward(norm(x))."""

    def __init__(self, config: DecoderConfig, layer: int) -> None:
        super().__init__()
        name = f"decoder.{layer}"
        self.norm_1: nn.Module = nn.LayerNorm(config.d_model)
        self.self_attn = MultiHeadAttention(config, f"{name}.self_attn", "text", "text")
        self.norm_2: nn.Module = nn.LayerNorm(config.d_model)
        self.ffn = FeedForward(config, f"{name}.ffn", "text", gelu_tanh)
        self.hook_resid_pre = HookPoint(f"{name}.resid_pre", "pos:text d_model")
        self.hook_norm_1 = HookPoint(f"{name}.norm_1.out", "pos:text d_model")
        self.hook_resid_mid = HookPoint(f"{name}.resid_mid", "pos:text d_model")
        self.hook_norm_2 = HookPoint(f"{name}.norm_2.out", "pos:text d_model")
        self.hook_resid_post = HookPoint(f"{name}.resid_post", "pos:text d_model")

    def forward(
        self,
        x: Tensor,
        mask: Tensor,
        past: Past | None = None,
        angles: Tensor | None = None,
        bias: Tensor | None = None,
    ) -> Tensor:
        x = self.hook_resid_pre(x)  # (batch, pos, d_model)
        normed = self.hook_norm_1(self.norm_1(x))
        x = self.hook_resid_mid(x + self.self_attn(normed, normed, mask, past, angles, bias))
        return self.hook_resid_post(x + self.ffn(self.hook_norm_2(self.norm_2(x))))


class Decoder(nn.Module):
    """Token ids in, a score for every possible next token out, at every position at once."""

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(config.vocab_size, config.d_model)
        self.positions = ENCODINGS[config.positions](config)
        self.blocks = nn.ModuleList(self.block(config, layer) for layer in range(config.n_layer))
        self.norm: nn.Module = nn.LayerNorm(config.d_model)
        self.hook_embed = HookPoint("embed", "pos:text d_model")
        self.hook_mask = HookPoint("decoder.mask", "query:text key:text")
        self.hook_norm = HookPoint("norm.out", "pos:text d_model")
        self.hook_logits = HookPoint("logits", "pos:text vocab")
        init_weights(self, config.n_layer)

    def forward(self, ids: Tensor) -> Tensor:
        """Score every next token.

        Args:
            ids: token ids, (batch, pos), at most n_ctx positions.

        Returns:
            logits, (batch, pos, vocab): row t scores the token at t + 1.
        """
        return self.hook_logits(self.score(self.hidden(ids)))

    def hidden(self, ids: Tensor, past: Past | None = None) -> Tensor:
        """Run the stack: (batch, pos) -> (batch, pos, d_model).

        With a past, `ids` go on where it ends, and what they leave is added to it.
        """
        n_new, n_read = ids.shape[1], past.n_read if past is not None else 0
        x = self.hook_embed(self.embed(ids))  # (batch, pos, d_model)
        x = self.positions.add(x, n_read)
        angles, bias = self.positions.angles(n_read, n_new), self.positions.bias(n_read, n_new)
        mask = self.hook_mask(self.mask(n_new, n_read + n_new, ids.device)[None])
        for block in self.blocks:
            x = block(x, mask, past, angles, bias)
        if past is not None:
            past.n_read += n_new
        return self.hook_norm(self.norm(x))

    def block(self, config: DecoderConfig, layer: int) -> DecoderBlock:
        """One layer of the stack."""
        return DecoderBlock(config, layer)

    def mask(self, n_query: int, n_key: int, device: torch.device) -> Tensor:
        """True where a query may not look. Axes (query, key)."""
        return causal_mask(n_query, n_key, device)

    def score(self, x: Tensor) -> Tensor:
        """Hidden states to logits, tied to the embedding: (..., d_model) -> (..., vocab)."""
        return x @ self.embed.weight.T
