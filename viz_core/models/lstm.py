"""Long short-term memory: a cell that gates write, keep and read.

Source: Hochreiter and Schmidhuber 1997, "Long Short-Term Memory", with the forget gate of Gers,
Schmidhuber and Cummins 2000. Gates stand in the order i f g o, as in `torch.nn.LSTM`.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from viz_core.hooks import HookPoint
from viz_core.models.config import RecurrentConfig
from viz_core.models.layers import Past, init_recurrent

N_GATE = 4  # input, forget, candidate, output


class LSTMLayer(nn.Module):
    """Four gates a unit; each sees the word and the state before it."""

    def __init__(self, config: RecurrentConfig, layer: int) -> None:
        super().__init__()
        name, d_hidden = f"lstm.{layer}", config.d_hidden
        self.name = name
        self.W_x = nn.Linear(d_hidden, N_GATE * d_hidden)
        self.W_h = nn.Linear(d_hidden, N_GATE * d_hidden)
        self.hook_from_input = HookPoint(f"{name}.from_input", "gate pos:text d_hidden")
        self.hook_from_state = HookPoint(f"{name}.from_state", "gate pos:text d_hidden")
        self.hook_gates = HookPoint(f"{name}.gates", "gate pos:text d_hidden")
        self.hook_c = HookPoint(f"{name}.c", "pos:text d_hidden")
        self.hook_h = HookPoint(f"{name}.h", "pos:text d_hidden")

    def remember(self) -> None:
        """Let the forget gates begin open (Jozefowicz et al. 2015, section 2.2)."""
        nn.init.constant_(self.W_x.bias.chunk(N_GATE)[1], 1.0)

    def forward(self, x: Tensor, past: Past | None = None) -> Tensor:
        """Read word after word, from the states 0 on or from those that were kept.

        Args:
            x: (batch, pos, d_hidden).
            past: state and cell after the words before x; those after x take their place.

        Returns:
            h, the state after each word, (batch, pos, d_hidden).
        """
        if self.training:
            return self.fused(x)
        from_input = self.W_x(x)  # (batch, pos, gate * d_hidden)
        kept = past.get(self.name) if past is not None else None
        h, c = kept or (x.new_zeros(x.shape[0], x.shape[2]),) * 2  # (batch, d_hidden)
        from_states, gates, cells, states = [], [], [], []
        for from_x in from_input.unbind(1):
            from_h = self.W_h(h)  # (batch, gate * d_hidden)
            a_i, a_f, a_g, a_o = (from_x + from_h).chunk(N_GATE, -1)  # (batch, d_hidden) each
            i = torch.sigmoid(a_i)  # input gate: how much is written
            f = torch.sigmoid(a_f)  # forget gate: how much is kept (Gers et al. 2000, eq. 3.1)
            g = torch.tanh(a_g)  # candidate: what is written
            o = torch.sigmoid(a_o)  # output gate: how much is shown
            c = f * c + i * g  # the cell
            h = o * torch.tanh(c)  # the hidden state
            from_states.append(from_h)
            gates.append(torch.stack((i, f, g, o), 1))  # (batch, gate, d_hidden)
            cells.append(c)
            states.append(h)
        if past is not None:
            past.keep(self.name, h, c)
        self.hook_from_input(_by_gate(from_input))
        self.hook_from_state(_by_gate(torch.stack(from_states, 1)))
        self.hook_gates(torch.stack(gates, 2))  # (batch, gate, pos, d_hidden)
        self.hook_c(torch.stack(cells, 1))  # (batch, pos, d_hidden)
        return self.hook_h(torch.stack(states, 1))  # (batch, pos, d_hidden)

    def fused(self, x: Tensor) -> Tensor:
        """The same in one call of torch, for training; nothing of it can be recorded."""
        start = x.new_zeros(1, x.shape[0], x.shape[2])
        weights = [self.W_x.weight, self.W_h.weight, self.W_x.bias, self.W_h.bias]
        states, _h, _c = torch.lstm(x, (start, start), weights, True, 1, 0.0, True, False, True)
        return states


class LSTM(nn.Module):
    """Token ids in, a score for every possible next token out, after each word."""

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(config.vocab_size, config.d_hidden)
        layers = [LSTMLayer(config, layer) for layer in range(config.n_layer)]
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
