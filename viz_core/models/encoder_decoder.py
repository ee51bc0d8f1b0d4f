"""The Transformer of 2017: an encoder reads one text, a decoder writes another.

Source: Vaswani et al. 2017, "Attention Is All You Need": post-LayerNorm, sinusoidal positions,
ReLU, one embedding shared by both stacks and the output layer (section 3.4).
"""

from __future__ import annotations

import math

from torch import Tensor, nn
from torch.nn.functional import relu

from viz_core.hooks import HookPoint
from viz_core.models.config import EncoderDecoderConfig
from viz_core.models.layers import FeedForward, MultiHeadAttention, Past, causal_mask
from viz_core.models.positions import sinusoids


class EncoderLayer(nn.Module):
    """norm(x + attention(x)), then norm(x + feed-forward(x)) (section 3.1)."""

    def __init__(self, config: EncoderDecoderConfig, layer: int) -> None:
        super().__init__()
        name = f"encoder.{layer}"
        self.self_attn = MultiHeadAttention(config, f"{name}.self_attn", "source", "source")
        self.norm_1 = nn.LayerNorm(config.d_model)
        self.ffn = FeedForward(config, f"{name}.ffn", "source", relu)
        self.norm_2 = nn.LayerNorm(config.d_model)
        self.dropout = nn.Dropout(config.dropout)
        self.hook_resid_pre = HookPoint(f"{name}.resid_pre", "pos:source d_model")
        self.hook_resid_mid = HookPoint(f"{name}.resid_mid", "pos:source d_model")
        self.hook_resid_post = HookPoint(f"{name}.resid_post", "pos:source d_model")

    def forward(self, x: Tensor, padding: Tensor | None) -> Tensor:
        x = self.hook_resid_pre(x)  # (batch, source, d_model)
        x = self.hook_resid_mid(self.norm_1(x + self.dropout(self.self_attn(x, x, padding))))
        return self.hook_resid_post(self.norm_2(x + self.dropout(self.ffn(x))))


class DecoderLayer(nn.Module):
    """As the encoder's, with a look at the source between its two parts (section 3.1)."""

    def __init__(self, config: EncoderDecoderConfig, layer: int) -> None:
        super().__init__()
        name = f"decoder.{layer}"
        self.self_attn = MultiHeadAttention(config, f"{name}.self_attn", "target", "target")
        self.norm_1 = nn.LayerNorm(config.d_model)
        self.cross_attn = MultiHeadAttention(config, f"{name}.cross_attn", "target", "source")
        self.norm_2 = nn.LayerNorm(config.d_model)
        self.ffn = FeedForward(config, f"{name}.ffn", "target", relu)
        self.norm_3 = nn.LayerNorm(config.d_model)
        self.dropout = nn.Dropout(config.dropout)
        self.hook_resid_pre = HookPoint(f"{name}.resid_pre", "pos:target d_model")
        self.hook_resid_mid = HookPoint(f"{name}.resid_mid", "pos:target d_model")
        self.hook_resid_cross = HookPoint(f"{name}.resid_cross", "pos:target d_model")
        self.hook_resid_post = HookPoint(f"{name}.resid_post", "pos:target d_model")

    def forward(
        self,
        x: Tensor,
        memory: Tensor,
        mask: Tensor,
        padding: Tensor | None,
        past: Past | None,
    ) -> Tensor:
        x = self.hook_resid_pre(x)  # (batch, target, d_model)
        seen = self.self_attn(x, x, mask, past)
        x = self.hook_resid_mid(self.norm_1(x + self.dropout(seen)))
        asked = self.cross_attn(x, memory, padding, past)
        x = self.hook_resid_cross(self.norm_2(x + self.dropout(asked)))
        return self.hook_resid_post(self.norm_3(x + self.dropout(self.ffn(x))))


class EncoderDecoder(nn.Module):
    """Ids of two texts in, a score for every possible next token of the second out."""

    def __init__(self, config: EncoderDecoderConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(config.vocab_size, config.d_model)
        self.encoder = nn.ModuleList(EncoderLayer(config, n) for n in range(config.n_layer))
        self.decoder = nn.ModuleList(DecoderLayer(config, n) for n in range(config.n_layer))
        self.dropout = nn.Dropout(config.dropout)
        self.hook_embed = HookPoint("embed", "pos:source d_model")
        self.hook_positions = HookPoint("positions", "pos:source d_model")
        self.hook_target_embed = HookPoint("decoder.embed", "pos:target d_model")
        self.hook_target_positions = HookPoint("decoder.positions", "pos:target d_model")
        self.hook_mask = HookPoint("decoder.mask", "query:target key:target")
        self.hook_logits = HookPoint("logits", "pos:target vocab")
        self._init()

    def forward(self, source: Tensor, target: Tensor, padding: Tensor | None = None) -> Tensor:
        """Score every next token of the target.

        Args:
            source: ids of the text to read, (batch, source).
            target: ids of the text written so far, (batch, target).
            padding: True where the source holds no token, (batch, source).

        Returns:
            logits, (batch, target, vocab): row t scores the token at t + 1.
        """
        memory = self.encode(source, padding)
        return self.hook_logits(self.score(self.hidden(target, memory, padding)))

    def encode(self, source: Tensor, padding: Tensor | None = None) -> Tensor:
        """Read the source: (batch, source) -> (batch, source, d_model)."""
        positions = sinusoids(0, source.shape[1], self.config.d_model, source.device)
        x = self.hook_embed(self.embedded(source))  # (batch, source, d_model)
        x = self.dropout(x + self.hook_positions(positions[None]))
        mask = None if padding is None else padding[:, None, None, :]
        for layer in self.encoder:
            x = layer(x, mask)
        return x

    def hidden(
        self,
        target: Tensor,
        memory: Tensor,
        padding: Tensor | None = None,
        past: Past | None = None,
    ) -> Tensor:
        """Read the target beside what the encoder made of the source.

        Args:
            target: ids, (batch, target); with a past, those after what was read before.
            memory: from `encode`, (batch, source, d_model).
            padding: True where the source holds no token, (batch, source).
            past: what was kept of the tokens before; what the new ones leave is added to it.

        Returns:
            hidden states of the given ids, (batch, target, d_model).
        """
        n_new, n_read = target.shape[1], past.n_read if past is not None else 0
        positions = sinusoids(n_read, n_new, self.config.d_model, target.device)
        x = self.hook_target_embed(self.embedded(target))  # (batch, target, d_model)
        x = self.dropout(x + self.hook_target_positions(positions[None]))
        mask = self.hook_mask(causal_mask(n_new, n_read + n_new, target.device)[None])
        source_mask = None if padding is None else padding[:, None, None, :]
        for layer in self.decoder:
            x = layer(x, memory, mask, source_mask, past)
        if past is not None:
            past.n_read += n_new
        return x

    def score(self, x: Tensor) -> Tensor:
        """Hidden states to logits, tied to the embedding: (..., d_model) -> (..., vocab)."""
        return x @ self.embed.weight.T

    def embedded(self, ids: Tensor) -> Tensor:
        """Embeddings times sqrt(d_model), as large as the positions (section 3.4)."""
        return self.embed(ids) * math.sqrt(self.config.d_model)

    def _init(self) -> None:
        """Embeddings of unit size once they are scaled; Glorot and Bengio 2010 for the rest."""
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)
        nn.init.normal_(self.embed.weight, std=self.config.d_model**-0.5)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.zeros_(module.bias)
