"""BERT style encoder: every word sees every other word, left and right.

Source: Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers"; the block is
Vaswani et al. 2017 with LayerNorm after each sum (post-LayerNorm), learned positions and GELU.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu

from viz_core.hooks import HookPoint
from viz_core.models.config import EncoderConfig
from viz_core.models.layers import FeedForward, MultiHeadAttention, init_weights

NORM_EPS = 1e-12  # as published with BERT


class EncoderBlock(nn.Module):
    """norm(x + attention(x)), then norm(x + feed-forward(x))."""

    def __init__(self, config: EncoderConfig, layer: int) -> None:
        super().__init__()
        name = f"encoder.{layer}"
        self.self_attn = MultiHeadAttention(config, f"{name}.self_attn", "text", "text")
        self.norm_1 = nn.LayerNorm(config.d_model, eps=NORM_EPS)
        self.ffn = FeedForward(config, f"{name}.ffn", "text", gelu)
        self.norm_2 = nn.LayerNorm(config.d_model, eps=NORM_EPS)
        self.hook_resid_pre = HookPoint(f"{name}.resid_pre", "pos:text d_model")
        self.hook_resid_mid = HookPoint(f"{name}.resid_mid", "pos:text d_model")
        self.hook_resid_post = HookPoint(f"{name}.resid_post", "pos:text d_model")

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        x = self.hook_resid_pre(x)  # (batch, pos, d_model)
        x = self.hook_resid_mid(self.norm_1(x + self.self_attn(x, x, mask)))
        return self.hook_resid_post(self.norm_2(x + self.ffn(x)))


class MaskedHead(nn.Module):
    """From a hidden state to a score for every token that may stand there (BERT, appendix A)."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.dense = nn.Linear(config.d_model, config.d_model)
        self.norm = nn.LayerNorm(config.d_model, eps=NORM_EPS)
        self.bias = nn.Parameter(torch.zeros(config.vocab_size))

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        x = self.norm(gelu(self.dense(x)))  # (..., d_model)
        return x @ embedding.T + self.bias  # tied to the embedding: (..., vocab)


class NextSentenceHead(nn.Module):
    """From the hidden state of [CLS] to: does the second sentence follow the first? (0: yes)."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.pooler = nn.Linear(config.d_model, config.d_model)
        self.classifier = nn.Linear(config.d_model, 2)

    def forward(self, cls: Tensor) -> Tensor:
        return self.classifier(torch.tanh(self.pooler(cls)))  # (batch, 2)


class EncoderOutput(NamedTuple):
    """logits (batch, pos, vocab) and next-sentence logits (batch, 2)."""

    logits: Tensor
    next_sentence: Tensor


class Encoder(nn.Module):
    """Token ids in, a score for every token at every position out."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(config.vocab_size, config.d_model)
        self.positions = nn.Embedding(config.n_ctx, config.d_model)
        self.segments = nn.Embedding(2, config.d_model)
        self.norm = nn.LayerNorm(config.d_model, eps=NORM_EPS)
        self.blocks = nn.ModuleList(EncoderBlock(config, layer) for layer in range(config.n_layer))
        self.masked_head = MaskedHead(config)
        self.next_sentence_head = NextSentenceHead(config)
        self.hook_embed = HookPoint("embed", "pos:text d_model")
        self.hook_positions = HookPoint("positions", "pos:text d_model")
        self.hook_segments = HookPoint("segments", "pos:text d_model")
        self.hook_logits = HookPoint("logits", "pos:text vocab")
        self.hook_next_sentence = HookPoint("next_sentence.logits", "class")
        init_weights(self, config.n_layer)

    def hidden(self, ids: Tensor, segments: Tensor, padding: Tensor | None = None) -> Tensor:
        """Run the stack.

        Args:
            ids: token ids, (batch, pos), at most n_ctx positions.
            segments: 0 for the first sentence, 1 for the second, (batch, pos).
            padding: True where a position holds no word, (batch, pos).

        Returns:
            hidden states, (batch, pos, d_model).
        """
        where = torch.arange(ids.shape[1], device=ids.device)
        x = self.hook_embed(self.embed(ids))  # (batch, pos, d_model)
        x = x + self.hook_segments(self.segments(segments))
        x = self.norm(x + self.hook_positions(self.positions(where)[None]))
        mask = None if padding is None else padding[:, None, None, :]
        for block in self.blocks:
            x = block(x, mask)
        return x

    def forward(self, ids: Tensor, segments: Tensor) -> EncoderOutput:
        """Score every token at every position, and whether sentence two follows sentence one."""
        x = self.hidden(ids, segments)
        logits = self.hook_logits(self.score(x))  # (batch, pos, vocab)
        next_sentence = self.hook_next_sentence(self.next_sentence_head(x[:, 0]))  # (batch, 2)
        return EncoderOutput(logits, next_sentence)

    def score(self, x: Tensor) -> Tensor:
        """Hidden states to logits of the token there: (..., d_model) -> (..., vocab)."""
        logits: Tensor = self.masked_head(x, self.embed.weight)
        return logits
