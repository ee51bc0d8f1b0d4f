"""Runners of our own models that write: from left to right, or one text from another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from viz_core.generate import greedy
from viz_core.hooks import recording
from viz_core.models.decoder import Decoder
from viz_core.models.encoder_decoder import EncoderDecoder
from viz_core.models.layers import Past
from viz_core.models.llama import Llama
from viz_core.models.lstm import LSTM
from viz_core.models.rnn import RNN
from viz_core.runners.base import (
    Prefix,
    Request,
    Writer,
    check_length,
    check_text,
)
from viz_core.runners.local import LocalRunner, tokens_of
from viz_core.tokenizers import (
    END,
    EOS,
    Encoded,
    EncodedPair,
    StoryTokenizer,
    TranslationTokenizer,
)
from viz_core.trace import Tokens


class LocalPrefix(Prefix):
    """A prefix that one of our models has read.

    Args:
        advance: reads ids that go on where a past ends, (1, pos) -> (1, pos, d).
        score: hidden states to logits.
        past: what was kept of the tokens before; it becomes this prefix's own.
        tokens: what is read now, at least one.
    """

    def __init__(
        self,
        advance: Callable[[Tensor, Past], Tensor],
        score: Callable[[Tensor], Tensor],
        past: Past,
        tokens: Sequence[int],
    ) -> None:
        with torch.inference_mode(), recording(("*.weights",)) as tape:
            states = advance(torch.tensor([tokens]), past)  # (1, pos, d)
            self.logits = score(states[0, -1]).numpy()
        self.n_read = past.n_read
        # a copy, because a view would keep the weights of all the other tokens alive
        self.attentions = {name: x[0, :, -1].numpy().copy() for name, (_p, x) in tape.heard.items()}
        self._advance, self._score, self._past = advance, score, past

    def read(self, *tokens: int) -> LocalPrefix:
        return LocalPrefix(self._advance, self._score, self._past.copy(), tokens)


class LocalWriter(LocalRunner, Writer):
    """What our models that write have in common."""

    def decode(self, tokens: Sequence[int]) -> str:
        return self.tokenizer.decode(tokens)

    def encode_text(self, text: str) -> Sequence[int]:
        return self.tokenizer.encode(text)

    def prompt(self, text: str, target: str = "") -> Tokens:
        request = Request(text, target if self.said_stream != self.stream else None)
        return self.tokens(self.read(request))[self.said_stream]


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

    def guessed(self, encoded: Encoded, everywhere: bool = False) -> list[tuple[int, int]]:
        last = len(encoded.ids) - 1
        return [(n, n + 1) for n in range(0 if everywhere else last, last + 1)]

    def blind(self, encoded: Encoded) -> tuple[Tensor, list[int], list[int]]:
        n = len(encoded.ids)  # it never sees what it foresees: one variant serves all places
        return torch.tensor([encoded.ids]), list(range(n - 1)), list(range(1, n))

    def said(self, encoded: Encoded) -> tuple[Tensor, list[int]]:
        n = len(encoded.ids)
        return torch.tensor(encoded.ids).expand(n, n), list(range(n))


class TranslationRunner(LocalWriter):
    """Runs a model that reads one text, the source, and writes another, the target."""

    model: EncoderDecoder
    tokenizer: TranslationTokenizer
    cheap = ("gradient", "likelihood", "attention_gradient")
    stream, said_stream = "source", "target"

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
            written = greedy(self, self._beginning(source, self.tokenizer.for_target("")))
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

    def foreseen(self, encoded: Encoded) -> Sequence[int]:
        return _pair(encoded).target.ids

    def logits(self, encoded: Encoded) -> Tensor:
        target = torch.tensor([self.foreseen(encoded)])
        logits: Tensor = self.model(torch.tensor([encoded.ids]), target)[0]
        return logits

    def hidden(self, ids: Tensor, encoded: Encoded) -> Tensor:
        target = torch.tensor(self.foreseen(encoded)).expand(len(ids), -1)
        return self.model.hidden(target, self.model.encode(ids))

    def guessed(self, encoded: Encoded, everywhere: bool = False) -> list[tuple[int, int]]:
        last = len(self.foreseen(encoded)) - 1
        return [(n, n + 1) for n in range(0 if everywhere else last, last + 1)]

    def blind(self, encoded: Encoded) -> tuple[Tensor, list[int], list[int]]:
        n = len(self.foreseen(encoded))
        return torch.tensor([encoded.ids]), list(range(n - 1)), list(range(1, n))

    def said(self, encoded: Encoded) -> tuple[Tensor, list[int]]:
        n = len(self.foreseen(encoded))
        return torch.tensor(encoded.ids).expand(n, len(encoded.ids)), list(range(n))


def _pair(encoded: Encoded) -> EncodedPair:
    assert isinstance(encoded, EncodedPair)
    return encoded
