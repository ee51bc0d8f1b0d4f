"""The runner of our models that read one text and write another."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from viz_core.generate import greedy, limits
from viz_core.models.encoder_decoder import EncoderDecoder
from viz_core.models.layers import Past
from viz_core.runners.base import Request
from viz_core.runners.checks import check_length, check_text
from viz_core.runners.local import tokens_of
from viz_core.runners.writers import LocalPrefix, LocalWriter
from viz_core.tokenizers import EOS, Encoded, EncodedPair, TranslationTokenizer
from viz_core.trace import Tokens


class TranslationRunner(LocalWriter):
    """Runs a model that reads one text, the source, and writes another, the target."""

    model: EncoderDecoder
    tokenizer: TranslationTokenizer
    cheap = ("gradient", "likelihood", "attention_gradient")
    stream, predicted_stream = "source", "target"

    @property
    def end(self) -> int:
        return self.tokenizer.special_id(EOS)

    @property
    def mean_embedding(self) -> Tensor:
        return self.model.embedded(torch.arange(self.card.vocab_size)).mean(0)

    def read(self, request: Request) -> EncodedPair:
        """Source and target; without a target, what the model writes itself."""
        check_text(request.text)
        source = self.encode(request.text)
        check_length(len(source.ids), self.card.n_ctx)
        if request.target is None:
            beginning = self._beginning(source, self.tokenizer.for_target(""))
            written = greedy(self, beginning, limits.LONGEST)
            target = self.tokenizer.continued(self.tokenizer.for_target(""), written)
        else:
            if request.target:
                check_text(request.target)
            target = self.tokenizer.for_target(request.target)
        check_length(len(target.ids), self.card.n_ctx)
        return EncodedPair(**vars(source), target=target)

    def begin(self, text: str, target: str = "") -> LocalPrefix:
        pair = self.read(Request(text, target))
        return self._beginning(pair, pair.target)

    def _beginning(self, source: Encoded, target: Encoded) -> LocalPrefix:
        with torch.inference_mode():
            memory = self.model.encode(torch.tensor([source.ids]))  # (1, source, d_model)

        def advance(ids: Tensor, past: Past) -> Tensor:
            return self.model.hidden(ids, memory, past=past)

        return LocalPrefix(advance, self.model.score, Past(), target.ids)

    def encode(self, text: str) -> Encoded:
        return self.tokenizer.for_source(text)

    def tokens(self, encoded: Encoded) -> dict[str, Tokens]:
        return super().tokens(encoded) | {"target": tokens_of(_pair(encoded).target)}

    def predicted_ids(self, encoded: Encoded) -> Sequence[int]:
        return _pair(encoded).target.ids

    def logits(self, encoded: Encoded) -> Tensor:
        target = torch.tensor([self.predicted_ids(encoded)])
        logits: Tensor = self.model(torch.tensor([encoded.ids]), target)[0]
        return logits

    def hidden(self, ids: Tensor, encoded: Encoded) -> Tensor:
        target = torch.tensor(self.predicted_ids(encoded)).expand(len(ids), -1)
        return self.model.hidden(target, self.model.encode(ids))

    def guess_rows(self, encoded: Encoded, everywhere: bool = False) -> list[tuple[int, int]]:
        last = len(self.predicted_ids(encoded)) - 1
        return [(n, n + 1) for n in range(0 if everywhere else last, last + 1)]

    def masked_variants(self, encoded: Encoded) -> tuple[Tensor, list[int], list[int]]:
        n = len(self.predicted_ids(encoded))
        return torch.tensor([encoded.ids]), list(range(n - 1)), list(range(1, n))

    def prediction_variants(self, encoded: Encoded) -> tuple[Tensor, list[int]]:
        n = len(self.predicted_ids(encoded))
        return torch.tensor(encoded.ids).expand(n, len(encoded.ids)), list(range(n))


def _pair(encoded: Encoded) -> EncodedPair:
    assert isinstance(encoded, EncodedPair)
    return encoded
