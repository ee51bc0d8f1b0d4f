"""Runners of our own models in this process."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from viz_core.hooks import Tape, hook_points, recording
from viz_core.models.decoder import Decoder
from viz_core.models.encoder import Encoder
from viz_core.runners.base import (
    Card,
    Request,
    Runner,
    check_length,
    check_one_text,
    check_patterns,
    check_text,
)
from viz_core.tokenizers import MASK, Encoded, StoryTokenizer
from viz_core.trace import Guess, Record, Tokens, Trace

N_TOP = 10
STREAM = "text"  # the one stream of a model with one text


class StoryRunner(Runner):
    """What the story models have in common: one text, one tokenizer."""

    def __init__(self, card: Card, model: nn.Module, tokenizer: StoryTokenizer) -> None:
        self.card = card
        self.model = model.eval().requires_grad_(False)
        self.tokenizer = tokenizer
        self._names = tuple(hook_points(model))

    @property
    def record_names(self) -> Sequence[str]:
        return self._names

    def run(self, request: Request) -> Trace:
        check_one_text(request)
        check_patterns(request.want, self._names)
        encoded = self.read(request.text)
        with torch.inference_mode(), recording(request.want) as tape:
            logits = self.logits(encoded)
        return Trace(
            self.card.model_id,
            self.card.kind,
            {STREAM: Tokens(encoded.strings, encoded.ids, encoded.special)},
            records_of(tape),
            self._top(encoded, logits),
        )

    def plain_logits(self, request: Request) -> np.ndarray:
        with torch.inference_mode():
            logits: np.ndarray = self.logits(self.read(request.text)).numpy()
        return logits

    def read(self, text: str) -> Encoded:
        """The text as the model's input.

        Raises:
            InputError: it is empty, too long or not text.
        """
        check_text(text)
        encoded = self.encode(text)
        check_length(len(encoded.ids), self.card.n_ctx)
        return encoded

    @abstractmethod
    def encode(self, text: str) -> Encoded:
        """The text in the model's input form."""

    @abstractmethod
    def logits(self, encoded: Encoded) -> Tensor:
        """One forward pass: a score for every token at every position, (pos, vocab)."""

    @abstractmethod
    def guessed(self, encoded: Encoded) -> list[tuple[int, int]]:
        """(row of the logits, place that it guesses) of each guess that is shown."""

    def _top(self, encoded: Encoded, logits: Tensor) -> tuple[Guess, ...]:
        guesses = []
        for row, place in self.guessed(encoded):
            probs, ids = logits[row].softmax(-1).topk(N_TOP)
            guesses += [
                Guess(place, self.tokenizer.string(i), prob)
                for i, prob in zip(ids.tolist(), probs.tolist(), strict=True)
            ]
        return tuple(guesses)


class CausalRunner(StoryRunner):
    """Runs a model that reads from left to right and says what comes next."""

    model: Decoder

    def encode(self, text: str) -> Encoded:
        return self.tokenizer.for_decoder(text)

    def logits(self, encoded: Encoded) -> Tensor:
        logits: Tensor = self.model(torch.tensor([encoded.ids]))[0]
        return logits

    def guessed(self, encoded: Encoded) -> list[tuple[int, int]]:
        return [(len(encoded.ids) - 1, len(encoded.ids))]


class MaskedRunner(StoryRunner):
    """Runs a model that reads both ways and says what stands behind each [MASK]."""

    model: Encoder

    def encode(self, text: str) -> Encoded:
        return self.tokenizer.for_encoder(text)

    def logits(self, encoded: Encoded) -> Tensor:
        ids, segments = torch.tensor([encoded.ids]), torch.tensor([encoded.segments])
        logits: Tensor = self.model(ids, segments).logits[0]
        return logits

    def guessed(self, encoded: Encoded) -> list[tuple[int, int]]:
        mask = self.tokenizer.special_id(MASK)
        return [(n, n) for n, i in enumerate(encoded.ids) if i == mask]


def records_of(tape: Tape) -> dict[str, Record]:
    """What a tape heard of one text, as records that share the tensors' memory."""
    return {
        name: Record(name, x[0].numpy(), point.axes, point.streams)
        for name, (point, x) in tape.heard.items()
    }
