"""The runner of our models that read from left to right and go on with the text."""

from __future__ import annotations

import torch
from torch import Tensor

from viz_core.models.decoder import Decoder
from viz_core.models.layers import Past
from viz_core.models.llama import Llama
from viz_core.models.lstm import LSTM
from viz_core.models.rnn import RNN
from viz_core.runners.base import Request
from viz_core.runners.writers import LocalPrefix, LocalWriter
from viz_core.tokenizers import END, Encoded, StoryTokenizer


class CausalRunner(LocalWriter):
    """Runs a model that reads from left to right and says what comes next."""

    model: Decoder | Llama | RNN | LSTM
    tokenizer: StoryTokenizer
    cheap = ("gradient", "likelihood", "attention_gradient")

    @property
    def end(self) -> int:
        return self.tokenizer.special_id(END)

    def begin(self, text: str, target: str = "") -> LocalPrefix:
        ids = self.read(Request(text, target or None)).ids
        return LocalPrefix(self.model.hidden, self.model.score, Past(), ids)

    def encode(self, text: str) -> Encoded:
        return self.tokenizer.for_decoder(text)

    def logits(self, encoded: Encoded) -> Tensor:
        logits: Tensor = self.model(torch.tensor([encoded.ids]))[0]
        return logits

    def hidden(self, ids: Tensor, encoded: Encoded) -> Tensor:
        return self.model.hidden(ids)

    def states_at(self, ids: Tensor, encoded: Encoded, row: int, first: int) -> Tensor:
        past = Past()
        if first:  # what is alike is read once
            self.model.hidden(ids[:1, :first], past)
        return self.model.hidden(ids[:, first : row + 1], past.spread(len(ids)))[:, -1]

    def guess_rows(self, encoded: Encoded, everywhere: bool = False) -> list[tuple[int, int]]:
        last = len(encoded.ids) - 1
        return [(n, n + 1) for n in range(0 if everywhere else last, last + 1)]

    def masked_variants(self, encoded: Encoded) -> tuple[Tensor, list[int], list[int]]:
        n = len(encoded.ids)  # it never sees what it predicts: one variant serves all places
        return torch.tensor([encoded.ids]), list(range(n - 1)), list(range(1, n))

    def prediction_variants(self, encoded: Encoded) -> tuple[Tensor, list[int]]:
        n = len(encoded.ids)
        return torch.tensor(encoded.ids).expand(n, n), list(range(n))
