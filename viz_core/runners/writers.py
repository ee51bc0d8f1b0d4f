"""What our own models that write have in common: a prefix that is read, and read on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from viz_core.hooks import recording
from viz_core.models.layers import Past
from viz_core.runners.base import Prefix, Request, Writer
from viz_core.runners.local import LocalRunner
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
        self.attentions = {
            name: x[0, :, -1].numpy().copy() for name, (_point, x) in tape.records.items()
        }
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
        request = Request(text, target if self.predicted_stream != self.stream else None)
        return self.tokens(self.read(request))[self.predicted_stream]
