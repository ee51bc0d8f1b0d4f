"""Llama style decoder: RMSNorm, rotary positions, gated feed-forward, keys that heads share.

Source: Touvron et al. 2023, "LLaMA: Open and Efficient Foundation Language Models", section 2.2;
grouped-query attention as in Llama 2 (Touvron et al. 2023b; Ainslie et al. 2023). Scores are tied
to the embedding, as in the small models of Llama 3.2.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import silu

from viz_core.hooks import HookPoint
from viz_core.models.config import LlamaConfig
from viz_core.models.layers import MultiHeadAttention, Past, causal_mask, init_weights
from viz_core.models.positions import Rotary

NORM_EPS = 1e-5


class RMSNorm(nn.Module):
    """Divide by the root mean square; no mean is taken away, nothing is added.

    Source: Zhang and Sennrich 2019, eq. 4.
    """

    def __init__(self, d_model: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d_model))

    def forward(self, x: Tensor) -> Tensor:
        return self.weight * x * (x.square().mean(-1, keepdim=True) + NORM_EPS).rsqrt()


class SwiGLU(nn.Module):
    """Feed-forward network whose every neuron has a gate (Shazeer 2020, eq. 6)."""

    def __init__(self, config: LlamaConfig, name: str) -> None:
        super().__init__()
        self.W_gate = nn.Linear(config.d_model, config.d_ff, bias=False)
        self.W_in = nn.Linear(config.d_model, config.d_ff, bias=False)
        self.W_out = nn.Linear(config.d_ff, config.d_model, bias=False)
        self.hook_act = HookPoint(f"{name}.act", "pos:text d_ff")
        self.hook_out = HookPoint(f"{name}.out", "pos:text d_model")

    def forward(self, x: Tensor) -> Tensor:
        act = self.hook_act(silu(self.W_gate(x)) * self.W_in(x))  # (batch, pos, d_ff)
        return self.hook_out(self.W_out(act))  # (batch, pos, d_model)


class LlamaBlock(nn.Module):
    """x + attention(norm(x)), then x + feed-forward(norm(x))."""

    def __init__(self, config: LlamaConfig, layer: int) -> None:
        super().__init__()
        name = f"decoder.{layer}"
        self.norm_1 = RMSNorm(config.d_model)
        self.self_attn = MultiHeadAttention(
            config, f"{name}.self_attn", "text", "text", config.n_kv_head, bias=False
        )
        self.norm_2 = RMSNorm(config.d_model)
        self.ffn = SwiGLU(config, f"{name}.ffn")
        self.hook_resid_pre = HookPoint(f"{name}.resid_pre", "pos:text d_model")
        self.hook_norm_1 = HookPoint(f"{name}.norm_1.out", "pos:text d_model")
        self.hook_resid_mid = HookPoint(f"{name}.resid_mid", "pos:text d_model")
        self.hook_norm_2 = HookPoint(f"{name}.norm_2.out", "pos:text d_model")
        self.hook_resid_post = HookPoint(f"{name}.resid_post", "pos:text d_model")

    def forward(self, x: Tensor, mask: Tensor, angles: Tensor, past: Past | None) -> Tensor:
        x = self.hook_resid_pre(x)  # (batch, pos, d_model)
        normed = self.hook_norm_1(self.norm_1(x))
        x = self.hook_resid_mid(x + self.self_attn(normed, normed, mask, past, angles))
        normed = self.hook_norm_2(self.norm_2(x))
        return self.hook_resid_post(x + self.ffn(normed))


class Llama(nn.Module):
    """Token ids in, a score for every possible next token out, at every position at once."""

    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(config.vocab_size, config.d_model)
        self.positions = Rotary(config)
        self.blocks = nn.ModuleList(LlamaBlock(config, layer) for layer in range(config.n_layer))
        self.norm = RMSNorm(config.d_model)
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
        angles = self.positions.angles(n_read, n_new)  # (pos, d_head)
        mask = self.hook_mask(causal_mask(n_new, n_read + n_new, ids.device)[None])
        for block in self.blocks:
            x = block(x, mask, angles, past)
        if past is not None:
            past.n_read += n_new
        return self.hook_norm(self.norm(x))

    def score(self, x: Tensor) -> Tensor:
        """Hidden states to logits, tied to the embedding: (..., d_model) -> (..., vocab)."""
        return x @ self.embed.weight.T
