"""Elman network: one hidden state, handed on from word to word.

Source: Elman 1990, "Finding Structure in Time", with tanh; as `torch.nn.RNN` counts its biases.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from viz_core.hooks import HookPoint
from viz_core.models.config import RecurrentConfig
from viz_core.models.layers import Past, init_recurrent


class RNNLayer(nn.Module):
    """h_t = tanh(W_x x_t + b_x + W_h h_{t-1} + b_h)."""

    def __init__(self, config: RecurrentConfig, layer: int) -> None:
        super().__init__()
        name = f"rnn.{layer}"
        self.name = name
        self.W_x = nn.Linear(config.d_hidden, config.d_hidden)
        self.W_h = nn.Linear(config.d_hidden, config.d_hidden)
        self.hook_from_input = HookPoint(f"{name}.from_input", "pos:text d_hidden")
        self.hook_from_state = HookPoint(f"{name}.from_state", "pos:text d_hidden")
        self.hook_h = HookPoint(f"{name}.h", "pos:text d_hidden")

    def forward(self, x: Tensor, past: Past | None = None) -> Tensor:
        """Read word after word, from the state 0 on or from the one that was kept.

        Args:
            x: (batch, pos, d_hidden).
            past: the state after the words before x; the one after x takes its place.

        Returns:
            h, the state after each word, (batch, pos, d_hidden).
        """
        if self.training:
            return self.fused(x)
        from_input = self.hook_from_input(self.W_x(x))  # (batch, pos, d_hidden)
        kept = past.get(self.name) if past is not None else None
        (h,) = kept or (x.new_zeros(x.shape[0], x.shape[2]),)  # (batch, d_hidden)
        from_states, states = [], []
        for from_x in from_input.unbind(1):
            from_h = self.W_h(h)  # (batch, d_hidden)
            h = torch.tanh(from_x + from_h)  # Elman's hidden units
            from_states.append(from_h)
            states.append(h)
        if past is not None:
            past.keep(self.name, h)
        self.hook_from_state(torch.stack(from_states, 1))  # (batch, pos, d_hidden)
        return self.hook_h(torch.stack(states, 1))  # (batch, pos, d_hidden)

    def fused(self, x: Tensor) -> Tensor:
        """The same in one call of torch, for training; nothing of it can be recorded."""
        h = x.new_zeros(1, x.shape[0], x.shape[2])
        weights = [self.W_x.weight, self.W_h.weight, self.W_x.bias, self.W_h.bias]
        states, _last = torch.rnn_tanh(x, h, weights, True, 1, 0.0, True, False, True)
        return states


class RNN(nn.Module):
    """Token ids in, a score for every possible next token out, after each word."""

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(config.vocab_size, config.d_hidden)
        self.layers = nn.ModuleList(RNNLayer(config, layer) for layer in range(config.n_layer))
        self.hook_embed = HookPoint("embed", "pos:text d_hidden")
        self.hook_logits = HookPoint("logits", "pos:text vocab")
        init_recurrent(self)

    def forward(self, ids: Tensor) -> Tensor:
        """Score every next token.

        Args:
            ids: token ids, (batch, pos).

        Returns:
            logits, (batch, pos, vocab): row t scores the token at t + 1.
        """
        return self.hook_logits(self.score(self.hidden(ids)))

    def hidden(self, ids: Tensor, past: Past | None = None) -> Tensor:
        """Run the layers: (batch, pos) -> (batch, pos, d_hidden).

        With a past, `ids` go on where it ends, and what they leave is added to it.
        """
        x = self.hook_embed(self.embed(ids))  # (batch, pos, d_hidden)
        for layer in self.layers:
            x = layer(x, past)
        if past is not None:
            past.n_read += ids.shape[1]
        return x

    def score(self, x: Tensor) -> Tensor:
        """Hidden states to logits, tied to the embedding: (..., d_hidden) -> (..., vocab)."""
        return x @ self.embed.weight.T
