"""Runners of our own models in this process."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from viz_core.content import Named
from viz_core.errors import InputError
from viz_core.hooks import Edit, Tape, hook_points, recording
from viz_core.i18n import _
from viz_core.models.decoder import Decoder
from viz_core.models.encoder import Encoder
from viz_core.models.encoder_decoder import EncoderDecoder
from viz_core.models.llama import Llama
from viz_core.models.lstm import LSTM
from viz_core.models.rnn import RNN
from viz_core.runners.alternatives import nearest
from viz_core.runners.base import Alternatives, Card, Request, Runner
from viz_core.runners.checks import (
    check_length,
    check_measures,
    check_one_text,
    check_patterns,
    check_text,
)
from viz_core.runners.intervene import changed, edits
from viz_core.runners.measures import measured
from viz_core.tokenizers import MASK, Encoded, SubwordTokenizer
from viz_core.trace import Guess, Record, Tokens, Trace

N_TOP = 10


class LocalRunner(Runner):
    """What our models have in common: a typed text, a tokenizer, one pass.

    A kind of model says in which form it reads a text and at which rows it predicts what; the
    measures are taken of any of them alike.

    Attributes:
        points: the model's hook points by name.
    """

    model: Decoder | Llama | Encoder | EncoderDecoder | RNN | LSTM
    tokenizer: SubwordTokenizer
    cheap: Collection[str]  # measures that one pass gives
    takes_mask = False  # whether [MASK] may stand in the input
    stream = "text"  # the tokens of the typed text
    predicted_stream = "text"  # the tokens that the model predicts

    def __init__(self, card: Card, model: Any, tokenizer: Any) -> None:
        self.card = card
        self.model = model.eval().requires_grad_(False)
        self.tokenizer = tokenizer
        self.points = hook_points(model)
        self._names = tuple(self.points)

    @property
    def record_names(self) -> Sequence[str]:
        return self._names

    @cached_property
    def parameters(self) -> Mapping[str, np.ndarray]:
        arrays = {}
        for name, tensor in self.learned().items():
            arrays[name] = tensor.numpy()  # a view: nothing is copied
            arrays[name].flags.writeable = False
        return Named(f"{self.card.model_id} {id(self)}", arrays)

    def learned(self) -> Mapping[str, Tensor]:
        """Every parameter, by name as in its checkpoint."""
        return dict(self.model.named_parameters())

    def string(self, token: int) -> str:
        return self.tokenizer.string(token)

    def run(self, request: Request) -> Trace:
        check_patterns(request.want, self._names)
        encoded = changed(self.read(request), request.intervene, self.tokenizer, self.takes_mask)
        check_measures(request.measures, self.longest(encoded), self.cheap)
        if request.measures and request.intervene:
            raise InputError(_("Measures are taken of the model as it is, without interventions."))
        began = time.perf_counter()
        with torch.inference_mode(), recording(request.want, self._edits(encoded, request)) as tape:
            logits = self.logits(encoded)
        seconds = time.perf_counter() - began
        return Trace(
            self.card.model_id,
            self.card.kind,
            self.tokens(encoded),
            records_of(tape) | measured(self, request, encoded, logits),
            self._top(encoded, logits, request.everywhere),
            seconds,
            self.card.design,
        )

    def plain_logits(self, request: Request) -> np.ndarray:
        encoded = changed(self.read(request), request.intervene, self.tokenizer, self.takes_mask)
        edited = self._edits(encoded, request)
        with torch.inference_mode(), recording((), edited) if edited else nullcontext():
            logits: np.ndarray = self.logits(encoded).numpy()
        return logits

    def _edits(self, encoded: Encoded, request: Request) -> dict[str, Edit]:
        return edits(encoded, request.intervene, self.points, self.stream)

    def read(self, request: Request) -> Encoded:
        """The text as the model's input.

        Raises:
            InputError: it is empty, too long or not text.
        """
        check_one_text(request)
        check_text(request.text)
        encoded = self.encode(request.text)
        check_length(len(encoded.ids), self.card.n_ctx)
        return encoded

    def tokens(self, encoded: Encoded) -> dict[str, Tokens]:
        """The tokens of each stream."""
        return {self.stream: tokens_of(encoded)}

    def predicted_ids(self, encoded: Encoded) -> Sequence[int]:
        """The ids of the tokens that the model predicts."""
        return encoded.ids

    def alternatives(self, text: str) -> tuple[Alternatives, ...]:
        check_text(text)
        encoded = self.encode(text)
        check_length(len(encoded.ids), self.card.n_ctx)
        check_measures(("counterfactual",), len(self.typed_places(encoded)), ())
        return self.could_stand(encoded)

    def could_stand(self, encoded: Encoded) -> tuple[Alternatives, ...]:
        """What could stand in the place of each typed token."""
        ids = [encoded.ids[n] for n in self.typed_places(encoded)]
        return nearest(self.model.embed.weight, ids, self.tokenizer)

    def typed_places(self, encoded: Encoded) -> list[int]:
        """The places of the tokens that were typed, those that ask for a guess aside."""
        asked = {self.tokenizer.special_id(MASK)} if self.takes_mask else set()
        return [
            n
            for n, (i, special) in enumerate(zip(encoded.ids, encoded.special, strict=True))
            if not special and i not in asked
        ]

    def longest(self, encoded: Encoded) -> int:
        """Tokens of the longer of the texts that a pass goes over."""
        return max(len(encoded.ids), len(self.predicted_ids(encoded)))

    @property
    def mean_embedding(self) -> Tensor:
        """What stands for no word at all, as the record `embed` has it, (d_model,)."""
        return self.model.embed.weight.mean(0)

    @abstractmethod
    def encode(self, text: str) -> Encoded:
        """The text in the model's input form."""

    @abstractmethod
    def logits(self, encoded: Encoded) -> Tensor:
        """One forward pass: a score for every token at every position, (pos, vocab)."""

    @abstractmethod
    def hidden(self, ids: Tensor, encoded: Encoded) -> Tensor:
        """The last hidden states of variants of a text, (batch, pos) -> (batch, pos, d)."""

    def states_at(self, ids: Tensor, encoded: Encoded, row: int, first: int) -> Tensor:
        """The states at a row of variants of a text: (batch, pos) -> (batch, d).

        Args:
            first: the variants are alike before this place, at or before the row.
        """
        return self.hidden(ids, encoded)[:, row]

    @abstractmethod
    def guess_rows(self, encoded: Encoded, everywhere: bool = False) -> list[tuple[int, int]]:
        """(row of the logits, place that it guesses) of each guess that is shown."""

    @abstractmethod
    def masked_variants(self, encoded: Encoded) -> tuple[Tensor, list[int], list[int]]:
        """The variants of a text in which each token is predicted by a model that doesn't see it.

        Returns:
            ids (batch, pos); for each variant the row of the hidden states that predicts, and the
            place that is predicted.
        """

    @abstractmethod
    def prediction_variants(self, encoded: Encoded) -> tuple[Tensor, list[int]]:
        """A variant of a text for each place at which something is predicted, and those places.

        Returns:
            ids (batch, pos); for each variant the row of the hidden states that predicts.
        """

    def _top(self, encoded: Encoded, logits: Tensor, everywhere: bool) -> tuple[Guess, ...]:
        guesses = []
        for row, place in self.guess_rows(encoded, everywhere):
            probs, ids = logits[row].double().softmax(-1).topk(N_TOP)
            guesses += [
                Guess(place, self.tokenizer.string(i), prob)
                for i, prob in zip(ids.tolist(), probs.tolist(), strict=True)
            ]
        return tuple(guesses)


def tokens_of(encoded: Encoded) -> Tokens:
    return Tokens(encoded.strings, encoded.ids, encoded.special)


def records_of(tape: Tape) -> dict[str, Record]:
    """What a tape recorded of one text, as records that share the tensors' memory."""
    return {
        name: Record(name, x[0].numpy(), point.axes, point.streams)
        for name, (point, x) in tape.records.items()
    }
