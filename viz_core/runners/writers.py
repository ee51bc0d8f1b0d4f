"""What our own models that write have in common: a prefix that is read, and read on."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from viz_core.hooks import recording
from viz_core.models.layers import Past
from viz_core.runners.base import Kept, Prefix, Request, Work, Writer
from viz_core.runners.checks import check_length
from viz_core.runners.local import LocalRunner
from viz_core.runners.multiplications import Multiplications
from viz_core.trace import Tokens


class LocalPrefix(Prefix):
    """A prefix that one of our models has read.

    Args:
        advance: reads ids that go on where a past ends, (1, pos) -> (1, pos, d).
        score: hidden states to logits.
        past: what was kept of the tokens before; it becomes this prefix's own.
        tokens: what is read now, at least one.
        before: the tokens that the past is of.
    """

    def __init__(
        self,
        advance: Callable[[Tensor, Past], Tensor],
        score: Callable[[Tensor], Tensor],
        past: Past,
        tokens: Sequence[int],
        before: tuple[int, ...] = (),
    ) -> None:
        with torch.inference_mode(), recording(("*.weights",)) as tape:
            states = advance(torch.tensor([tokens]), past)  # (1, pos, d)
            self.logits = score(states[0, -1]).numpy()
        self.n_read = past.n_read
        # a copy, because a view would keep the weights of all the other tokens alive
        self.attentions = {
            name: x[0, :, -1].numpy().copy() for name, (_point, x) in tape.records.items()
        }
        self._advance, self._score, self._past = advance, score, past
        self.tokens = (*before, *tokens)

    def first_token(self) -> LocalPrefix:
        """The first token alone, with nothing behind it."""
        return LocalPrefix(self._advance, self._score, Past(), self.tokens[:1])

    def read(self, *tokens: int) -> LocalPrefix:
        return LocalPrefix(self._advance, self._score, self._past.copy(), tokens, self.tokens)

    def read_anew(self, *tokens: int) -> LocalPrefix:
        """The same as `read`, as if nothing had been kept."""
        return LocalPrefix(self._advance, self._score, Past(), (*self.tokens, *tokens))

    @property
    def kept(self) -> tuple[Kept, ...]:
        """What each layer keeps for the tokens that come."""
        return tuple(
            Kept(name, tuple(tuple(x.shape[1:]) for x in tensors), sum(x.nbytes for x in tensors))
            for name, tensors in self._past.kept.items()
        )


class LocalWriter(LocalRunner, Writer):
    """What our models that write have in common."""

    def decode(self, tokens: Sequence[int]) -> str:
        return self.tokenizer.decode(tokens)

    def encode_text(self, text: str) -> Sequence[int]:
        return self.tokenizer.encode(text)

    def prompt(self, text: str, target: str = "") -> Tokens:
        request = Request(text, target if self.predicted_stream != self.stream else None)
        return self.tokens(self.read(request))[self.predicted_stream]

    def work(self, text: str, tokens: Sequence[int], keeps: bool = True) -> tuple[Work, ...]:
        prefix = self.begin(text)
        check_length(prefix.n_read + len(tokens), self.card.n_ctx)
        with Multiplications() as counted:
            first = prefix.first_token()
        done = [Work(1, 1, counted.n, first.kept if keeps else ())]
        rest = (*prefix.tokens[1:], *tokens)
        prefix = first
        for token in rest:
            with Multiplications() as counted:
                prefix = prefix.read(token) if keeps else prefix.read_anew(token)
            n_run = 1 if keeps else prefix.n_read
            done.append(Work(prefix.n_read, n_run, counted.n, prefix.kept if keeps else ()))
        return tuple(done)

    @abstractmethod
    def begin(self, text: str, target: str = "") -> LocalPrefix: ...
