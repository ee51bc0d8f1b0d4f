"""Gated recurrent unit: one state, and two gates that say how much of it is renewed.

Source: Cho et al. 2014, "Learning Phrase Representations using RNN Encoder-Decoder for Statistical
Machine Translation", section 2.3. As in `torch.nn.GRU`, gates stand in the order r z n, and the
reset gate acts on what W_h makes of the state, not on the state before it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from viz_core.hooks import HookPoint
from viz_core.models.config import RecurrentConfig
from viz_core.models.layers import Past, init_recurrent

N_GATE = 3  # reset, update, candidate


class GRULayer(nn.Module):
    """Two gates and a candidate a unit; each sees the word and the state before it."""

    def __init__(self, config: RecurrentConfig, layer: int) -> None:
        super().__init__()
        name, d_hidden = f"gru.{layer}", config.d_hidden
        self.name = name
        self.W_x = nn.Linear(d_hidden, N_GATE * d_hidden)
        self.W_h = nn.Linear(d_hidden, N_GATE * d_hidden)
        self.hook_from_input = HookPoint(f"{name}.from_input", "gate pos:text d_hidden")
        self.hook_from_state = HookPoint(f"{name}.from_state", "gate pos:text d_hidden")
        self.hook_gates = HookPoint(f"{name}.gates", "gate pos:text d_hidden")
        self.hook_h = HookPoint(f"{name}.h", "pos:text d_hidden")

    def remember(self) -> None:
        """Let the update gates begin on the side that keeps, as the LSTM's forget gates do."""
        nn.init.constant_(self.W_x.bias.chunk(N_GATE)[1], 1.0)

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
        from_input = self.W_x(x)  # (batch, pos, gate * d_hidden)
        kept = past.get(self.name) if past is not None else None
        (h,) = kept or (x.new_zeros(x.shape[0], x.shape[2]),)  # (batch, d_hidden)
        from_states, gates, states = [], [], []
        for from_x in from_input.unbind(1):
            from_h = self.W_h(h)  # (batch, gate * d_hidden)
            x_r, x_z, x_n = from_x.chunk(N_GATE, -1)  # (batch, d_hidden) each
            h_r, h_z, h_n = from_h.chunk(N_GATE, -1)
            r = torch.sigmoid(x_r + h_r)  # reset gate: how much of the state is asked (eq. 5)
            z = torch.sigmoid(x_z + h_z)  # update gate: how much of the state is kept (eq. 6)
            n = torch.tanh(x_n + r * h_n)  # candidate: what is new (eq. 8)
            h = z * h + (1 - z) * n  # the hidden state (eq. 7)
            from_states.append(from_h)
            gates.append(torch.stack((r, z, n), 1))  # (batch, gate, d_hidden)
            states.append(h)
        if past is not None:
            past.keep(self.name, h)
        self.hook_from_input(_by_gate(from_input))
        self.hook_from_state(_by_gate(torch.stack(from_states, 1)))
        self.hook_gates(torch.stack(gates, 2))  # (batch, gate, pos, d_hidden)
        return self.hook_h(torch.stack(states, 1))  # (batch, pos, d_hidden)

    def fused(self, x: Tensor) -> Tensor:
        """The same in one call of torch, for training; nothing of it can be recorded."""
        start = x.new_zeros(1, x.shape[0], x.shape[2])
        weights = [self.W_x.weight, self.W_h.weight, self.W_x.bias, self.W_h.bias]
        states, _last = torch.gru(x, start, weights, True, 1, 0.0, True, False, True)
        return states


class GRU(nn.Module):
    """Token ids in, a score for every possible next token out, after each word."""

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(config.vocab_size, config.d_hidden)
        layers = [GRULayer(config, layer) for layer in range(config.n_layer)]
        self.layers = nn.ModuleList(layers)
        self.hook_embed = HookPoint("embed", "pos:text d_hidden")
        self.hook_logits = HookPoint("logits", "pos:text vocab")
        init_recurrent(self)
        for layer in layers:
            layer.remember()

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


def _by_gate(x: Tensor) -> Tensor:
    """(batch, pos, gate * d_hidden) -> (batch, gate, pos, d_hidden)."""
    return x.unflatten(-1, (N_GATE, -1)).transpose(1, 2)
