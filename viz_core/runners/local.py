"""Runners of our own models in this process."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import nullcontext
from functools import cached_property, partial
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
from viz_core.runners.base import (
    MEASURES,
    Card,
    Request,
    Runner,
    check_length,
    check_measures,
    check_one_text,
    check_patterns,
    check_text,
)
from viz_core.runners.intervene import changed, edits
from viz_core.tokenizers import (
    MASK,
    Encoded,
    StoryTokenizer,
    SubwordTokenizer,
)
from viz_core.trace import Guess, Record, Tokens, Trace

N_TOP = 10
COUNTS_TOKENS = {"pos", "query", "key"}
N_AT_ONCE = 2048  # tokens of one batch of varied texts


class LocalRunner(Runner):
    """What our models have in common: a typed text, a tokenizer, one pass, the measures."""

    model: Decoder | Llama | Encoder | EncoderDecoder | RNN | LSTM
    tokenizer: SubwordTokenizer
    cheap: Collection[str]  # measures that one pass gives
    takes_mask = False  # whether [MASK] may stand in the input
    stream = "text"  # the tokens of the typed text
    said_stream = "text"  # the tokens about which the model says something

    def __init__(self, card: Card, model: Any, tokenizer: Any) -> None:
        self.card = card
        self.model = model.eval().requires_grad_(False)
        self.tokenizer = tokenizer
        self._points = hook_points(model)
        self._names = tuple(self._points)

    @property
    def record_names(self) -> Sequence[str]:
        return self._names

    @cached_property
    def parameters(self) -> Mapping[str, np.ndarray]:
        found = {}
        for name, tensor in self.model.named_parameters():
            found[name] = tensor.numpy()  # a view: nothing is copied
            found[name].flags.writeable = False
        return Named(f"{self.card.model_id} {id(self)}", found)

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
            records_of(tape) | self._measured(request.measures, encoded, logits),
            self._top(encoded, logits, request.everywhere),
            seconds,
        )

    def plain_logits(self, request: Request) -> np.ndarray:
        encoded = changed(self.read(request), request.intervene, self.tokenizer, self.takes_mask)
        edited = self._edits(encoded, request)
        with torch.inference_mode(), recording((), edited) if edited else nullcontext():
            logits: np.ndarray = self.logits(encoded).numpy()
        return logits

    def _edits(self, encoded: Encoded, request: Request) -> dict[str, Edit]:
        return edits(encoded, request.intervene, self._points, self.stream)

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

    def foreseen(self, encoded: Encoded) -> Sequence[int]:
        """The ids of the tokens about which the model says something."""
        return encoded.ids

    def longest(self, encoded: Encoded) -> int:
        """Tokens of the longer of the texts that a pass goes over."""
        return max(len(encoded.ids), len(self.foreseen(encoded)))

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

    @abstractmethod
    def guessed(self, encoded: Encoded, everywhere: bool = False) -> list[tuple[int, int]]:
        """(row of the logits, place that it guesses) of each guess that is shown."""

    @abstractmethod
    def blind(self, encoded: Encoded) -> tuple[Tensor, list[int], list[int]]:
        """The variants of a text in which each token is foreseen by a model that doesn't see it.

        Returns:
            ids (batch, pos); for each variant the row of the hidden states that foresees, and the
            place that is foreseen.
        """

    @abstractmethod
    def said(self, encoded: Encoded) -> tuple[Tensor, list[int]]:
        """A variant of a text for each place at which something is said, and those places.

        Returns:
            ids (batch, pos); for each variant the row of the hidden states that says something.
        """

    def _top(self, encoded: Encoded, logits: Tensor, everywhere: bool) -> tuple[Guess, ...]:
        guesses = []
        for row, place in self.guessed(encoded, everywhere):
            probs, ids = logits[row].double().softmax(-1).topk(N_TOP)
            guesses += [
                Guess(place, self.tokenizer.string(i), prob)
                for i, prob in zip(ids.tolist(), probs.tolist(), strict=True)
            ]
        return tuple(guesses)

    def _measured(
        self, measures: Sequence[str], encoded: Encoded, logits: Tensor
    ) -> dict[str, Record]:
        """The records of the measures that were asked for."""
        if not measures:
            return {}
        gradient = (
            lambda: self._gradient(encoded, *self._guess(encoded, logits)),
            dict.fromkeys(self.model.hook_embed.axes, self.stream),
        )
        makers: dict[str, tuple[Callable[[], Tensor], dict[str, str]]] = {
            "gradient": gradient,
            "occlusion": (
                lambda: self._occluded(encoded, *self._guess(encoded, logits)),
                {"pos": self.stream},
            ),
            "shift": (
                lambda: self._shifted(encoded, self._guess(encoded, logits)[0]),
                {"pos": self.stream},
            ),
            "likelihood": (lambda: self._likelihood(encoded), {"pos": self.said_stream}),
            "dependence": (
                lambda: self._dependence(encoded),
                {"query": self.said_stream, "key": self.stream},
            ),
        }
        records: dict[str, Record] = {}
        for measure in measures:
            if measure == "attention_gradient":
                records |= self._attention_gradients(encoded, *self._guess(encoded, logits))
                continue
            make, streams = makers[measure]
            name = MEASURES[measure]
            counted = {axis: streams[axis] for axis in streams if axis in COUNTS_TOKENS}
            records[name] = Record(name, make().numpy(), tuple(streams), counted)
        return records

    def _guess(self, encoded: Encoded, logits: Tensor) -> tuple[int, int]:
        """Row of the logits and id of the guess that the measures speak of.

        Raises:
            InputError: the model guesses nothing in this text.
        """
        places = self.guessed(encoded)
        if not places:
            raise InputError(_("Nothing is guessed in this text. Put [MASK] in it."))
        row = places[0][0]
        return row, int(logits[row].argmax())

    def _gradient(self, encoded: Encoded, row: int, token: int) -> Tensor:
        """d log p(token) / d embedding of each token, (pos, d_model)."""
        ids = torch.tensor([encoded.ids])
        return self._gradients(ids, encoded, [row], [token])[0][0]

    def _gradients(
        self, ids: Tensor, encoded: Encoded, rows: Sequence[int], tokens: Sequence[int]
    ) -> tuple[Tensor, Tensor]:
        """Gradients of log p(token) at one row of each variant, and the embeddings themselves.

        Returns:
            two of (batch, pos, d_model).
        """
        leaves: list[Tensor] = []

        def leaf(x: Tensor) -> Tensor:
            leaves.append(x.detach().requires_grad_())
            return leaves[0]

        with torch.enable_grad(), recording((), {"embed": leaf}):
            states = self.hidden(ids, encoded)[torch.arange(len(ids)), list(rows)]
            logs = self.model.score(states).log_softmax(-1)  # (batch, vocab)
            wanted = logs[torch.arange(len(ids)), list(tokens)].sum()
            (gradient,) = torch.autograd.grad(wanted, leaves[0])
        return gradient, leaves[0].detach()

    def _attention_gradients(self, encoded: Encoded, row: int, token: int) -> dict[str, Record]:
        """d log p(token) / d each attention weight, a record an attention; there may be none."""
        heard: dict[str, Tensor] = {}

        def hear(name: str, x: Tensor) -> Tensor:
            heard[name] = x if x.requires_grad else x.requires_grad_()
            return heard[name]

        names = [name for name in self._names if name.endswith(".weights")]
        if not names:
            return {}
        edited = {name: partial(hear, name) for name in names}
        ids = torch.tensor([encoded.ids])
        with torch.enable_grad(), recording((), edited):
            state = self.hidden(ids, encoded)[0, row]
            wanted = self.model.score(state).log_softmax(-1)[token]
            gradients = torch.autograd.grad(wanted, [heard[name] for name in names])
        return {
            f"{name}.grad": Record(
                f"{name}.grad", g[0].numpy(), self._points[name].axes, self._points[name].streams
            )
            for name, g in zip(names, gradients, strict=True)
        }

    def _occluded(self, encoded: Encoded, row: int, token: int) -> Tensor:
        """The fall of p(token) with each token's embedding replaced by the mean one, (pos,)."""
        whole, without = self._without_each(encoded, row)
        probs = [
            self.model.score(states).double().softmax(-1)[..., token] for states in (whole, without)
        ]
        return (probs[0] - probs[1]).float()

    def _shifted(self, encoded: Encoded, row: int) -> Tensor:
        """How far the state at a row moves without each token, by its own length, (pos,)."""
        whole, without = self._without_each(encoded, row)
        moved: Tensor = (without - whole).norm(dim=-1) / whole.norm()
        return moved

    @torch.inference_mode()
    def _without_each(self, encoded: Encoded, row: int) -> tuple[Tensor, Tensor]:
        """The state at a row, and with each token's embedding replaced by the mean one.

        Returns:
            (d_model,) and (pos, d_model).
        """
        n = len(encoded.ids)
        mean = self.mean_embedding
        ids = torch.tensor(encoded.ids).expand(n, n)  # (variant, pos)
        found = []
        for part in batches(n, self.longest(encoded)):

            def replace(x: Tensor, part: Tensor = part) -> Tensor:
                x = x.clone()
                x[torch.arange(len(part)), part] = mean
                return x

            with recording((), {"embed": replace}):
                found.append(self.hidden(ids[part], encoded)[:, row])  # (variant, d_model)
        return self.hidden(ids[:1], encoded)[0, row], torch.cat(found)

    @torch.inference_mode()
    def _likelihood(self, encoded: Encoded) -> Tensor:
        """log p of each token given what the kind may see; nan if it foresees none, (pos,)."""
        ids, rows, places = self.blind(encoded)
        wanted = self.foreseen(encoded)
        out = torch.full((len(wanted),), torch.nan)
        for part in batches(len(rows), ids.shape[1]):
            batch = ids[part] if len(ids) > 1 else ids
            states = self.hidden(batch, encoded)  # (variant or 1, pos, d_model)
            which = (
                torch.arange(len(part))
                if len(ids) > 1
                else torch.zeros(len(part), dtype=torch.long)
            )
            logs = self.model.score(states[which, [rows[n] for n in part]]).log_softmax(-1)
            for n, line in zip(part.tolist(), logs, strict=True):
                out[places[n]] = line[wanted[places[n]]]
        return out

    def _dependence(self, encoded: Encoded) -> Tensor:
        """Gradient x input of the likeliest token at each place on each token, (query, key).

        Row t of a causal model is about what it says after token t, row t of an encoder about
        what it says at a token t that it doesn't see.
        """
        ids, rows = self.said(encoded)
        out = torch.zeros(len(self.foreseen(encoded)), len(encoded.ids))
        for part in batches(len(rows), self.longest(encoded)):
            at = [rows[n] for n in part]
            with torch.inference_mode():
                states = self.hidden(ids[part], encoded)[torch.arange(len(part)), at]
                best = self.model.score(states).argmax(-1).tolist()
            gradient, x = self._gradients(ids[part], encoded, at, best)
            out[at] = (gradient * x).sum(-1)
        return out


class MaskedRunner(LocalRunner):
    """Runs a model that reads both ways and says what stands behind each [MASK]."""

    model: Encoder
    tokenizer: StoryTokenizer
    cheap = ("gradient", "attention_gradient")
    takes_mask = True

    def encode(self, text: str) -> Encoded:
        return self.tokenizer.for_encoder(text)

    def logits(self, encoded: Encoded) -> Tensor:
        ids, segments = torch.tensor([encoded.ids]), torch.tensor([encoded.segments])
        logits: Tensor = self.model(ids, segments).logits[0]
        return logits

    def hidden(self, ids: Tensor, encoded: Encoded) -> Tensor:
        return self.model.hidden(ids, torch.tensor(encoded.segments).expand(len(ids), -1))

    def guessed(self, encoded: Encoded, everywhere: bool = False) -> list[tuple[int, int]]:
        if everywhere:
            return [(n, n) for n, special in enumerate(encoded.special) if not special]
        mask = self.tokenizer.special_id(MASK)
        return [(n, n) for n, i in enumerate(encoded.ids) if i == mask]

    def blind(self, encoded: Encoded) -> tuple[Tensor, list[int], list[int]]:
        places = [n for n, special in enumerate(encoded.special) if not special]
        ids = torch.tensor(encoded.ids).repeat(len(places), 1)  # (variant, pos)
        ids[torch.arange(len(places)), places] = self.tokenizer.special_id(MASK)
        return ids, places, places

    def said(self, encoded: Encoded) -> tuple[Tensor, list[int]]:
        ids, rows, _places = self.blind(encoded)
        return ids, rows


def tokens_of(encoded: Encoded) -> Tokens:
    return Tokens(encoded.strings, encoded.ids, encoded.special)


def batches(n: int, n_tokens: int) -> tuple[Tensor, ...]:
    """The numbers 0 to n in parts that together read at most `N_AT_ONCE` tokens each."""
    return torch.split(torch.arange(n), max(1, N_AT_ONCE // n_tokens))


def records_of(tape: Tape) -> dict[str, Record]:
    """What a tape heard of one text, as records that share the tensors' memory."""
    return {
        name: Record(name, x[0].numpy(), point.axes, point.streams)
        for name, (point, x) in tape.heard.items()
    }
