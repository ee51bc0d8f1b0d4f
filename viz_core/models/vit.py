"""Vision Transformer: an encoder that reads patches of a picture in place of words.

Source: Dosovitskiy et al. 2021, "An Image is Worth 16x16 Words"; LayerNorm stands before each part
and once at the end, positions are learned, and a token of its own asks what the picture shows.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu

from viz_core.hooks import HookPoint
from viz_core.models.config import EncoderConfig
from viz_core.models.layers import FeedForward, MultiHeadAttention, init_weights
from viz_core.models.patches import PatchOrWord

NORM_EPS = 1e-6


class ViTBlock(nn.Module):
    """x + attention(norm(x)), then x + feed-forward(norm(x)) (eq. 2 and 3)."""

    def __init__(self, config: EncoderConfig, layer: int) -> None:
        super().__init__()
        name = f"encoder.{layer}"
        self.norm_1 = nn.LayerNorm(config.d_model, eps=NORM_EPS)
        self.self_attn = MultiHeadAttention(config, f"{name}.self_attn", "text", "text")
        self.norm_2 = nn.LayerNorm(config.d_model, eps=NORM_EPS)
        self.ffn = FeedForward(config, f"{name}.ffn", "text", gelu)
        self.hook_resid_pre = HookPoint(f"{name}.resid_pre", "pos:text d_model")
        self.hook_norm_1 = HookPoint(f"{name}.norm_1.out", "pos:text d_model")
        self.hook_resid_mid = HookPoint(f"{name}.resid_mid", "pos:text d_model")
        self.hook_norm_2 = HookPoint(f"{name}.norm_2.out", "pos:text d_model")
        self.hook_resid_post = HookPoint(f"{name}.resid_post", "pos:text d_model")

    def forward(self, x: Tensor) -> Tensor:
        x = self.hook_resid_pre(x)  # (batch, pos, d_model)
        normed = self.hook_norm_1(self.norm_1(x))
        x = self.hook_resid_mid(x + self.self_attn(normed, normed))
        return self.hook_resid_post(x + self.ffn(self.hook_norm_2(self.norm_2(x))))


class ViT(nn.Module):
    """Patches in, a score for every name of the picture out, at every position.

    Only what stands at the first position, that of the asking token, is trained to be right.
    """

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = PatchOrWord(config.vocab_size, config.d_model)
        self.positions = nn.Embedding(config.n_ctx, config.d_model)
        self.blocks = nn.ModuleList(ViTBlock(config, layer) for layer in range(config.n_layer))
        self.norm = nn.LayerNorm(config.d_model, eps=NORM_EPS)
        self.head = nn.Linear(config.d_model, config.vocab_size)
        self.hook_embed = HookPoint("embed", "pos:text d_model")
        self.hook_positions = HookPoint("positions", "pos:text d_model")
        self.hook_norm = HookPoint("norm.out", "pos:text d_model")
        self.hook_logits = HookPoint("logits", "pos:text vocab")
        init_weights(self, config.n_layer)

    def forward(self, ids: Tensor) -> Tensor:
        """Score every name: (batch, pos) -> (batch, pos, vocab)."""
        return self.hook_logits(self.score(self.hidden(ids)))

    def hidden(self, ids: Tensor) -> Tensor:
        """Run the stack: (batch, pos) -> (batch, pos, d_model)."""
        where = torch.arange(ids.shape[1], device=ids.device)
        x = self.hook_embed(self.embed(ids))  # (batch, pos, d_model)
        x = x + self.hook_positions(self.positions(where)[None])  # eq. 1
        for block in self.blocks:
            x = block(x)
        return self.hook_norm(self.norm(x))  # eq. 4

    def score(self, x: Tensor) -> Tensor:
        """Hidden states to scores of names: (..., d_model) -> (..., vocab)."""
        scores: Tensor = self.head(x)
        return scores
