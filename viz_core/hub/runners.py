"""What runs the models of other people: our runners, on models that answer as ours do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from viz_core.errors import InputError
from viz_core.hub.model import HubDecoder, HubEncoder, HubModel, HubReader, HubTranslator
from viz_core.i18n import _
from viz_core.runners.base import MEASURES, Request
from viz_core.runners.causal import CausalRunner
from viz_core.runners.local import LocalRunner
from viz_core.runners.masked import MaskedRunner
from viz_core.runners.translation import TranslationRunner
from viz_core.tokenizers import Encoded
from viz_core.trace import Trace

OF_STATES = "jacobian"  # the one measure that speaks of states and not of what is said


class _Hub(LocalRunner):
    """What runners of such models have in common: parameters under our names."""

    model: Any
    tokenizer: Any  # a `HubTokenizer`

    def learned(self) -> Mapping[str, Tensor]:
        model: HubModel = self.model
        return model.learned()


class HubCausalRunner(_Hub, CausalRunner):
    """Runs a model that reads from left to right and says what comes next."""


class HubMaskedRunner(_Hub, MaskedRunner):
    """Runs a model that reads both ways and says what stands behind each [MASK]."""


class HubTranslationRunner(_Hub, TranslationRunner):
    """Runs a model that reads one text and writes another."""


class ReaderRunner(_Hub):
    """Runs a model that reads both ways and says nothing: its blocks, without a head.

    What other runners call logits are its last states.
    """

    cheap = ()

    def run(self, request: Request) -> Trace:
        self._check(request)
        return super().run(request)

    def plain_logits(self, request: Request) -> np.ndarray:
        self._check(request)
        return super().plain_logits(request)

    def encode(self, text: str) -> Encoded:
        encoded: Encoded = self.tokenizer.for_encoder(text)
        return encoded

    def logits(self, encoded: Encoded) -> Tensor:
        return self.hidden(torch.tensor([encoded.ids]), encoded)[0]

    def hidden(self, ids: Tensor, encoded: Encoded) -> Tensor:
        segments = torch.tensor(encoded.segments).expand(len(ids), -1)
        states: Tensor = self.model.hidden(ids, segments)
        return states

    def guess_rows(self, encoded: Encoded, everywhere: bool = False) -> list[tuple[int, int]]:
        return []

    def masked_variants(self, encoded: Encoded) -> tuple[Tensor, list[int], list[int]]:
        raise NotImplementedError  # it foresees no word

    def prediction_variants(self, encoded: Encoded) -> tuple[Tensor, list[int]]:
        raise NotImplementedError  # it foresees no word

    def _check(self, request: Request) -> None:
        """Refuse what can only be measured of a model that says something.

        Raises:
            InputError: it is asked for.
        """
        of_words = set(MEASURES) - {OF_STATES}
        if asked := [name for name in request.measures if name in of_words]:
            raise InputError(
                _(
                    "{model} has no head that says words, so there is no {measures} of what it "
                    "says. Take a model that fills in words or writes."
                ).format(model=self.card.model_id, measures=", ".join(asked))
            )


MODELS: dict[str, type[HubModel]] = {
    "decoder": HubDecoder,
    "encoder": HubEncoder,
    "encoder-decoder": HubTranslator,
    "reader": HubReader,
}
RUNNERS: dict[str, type[LocalRunner]] = {
    "decoder": HubCausalRunner,
    "encoder": HubMaskedRunner,
    "encoder-decoder": HubTranslationRunner,
    "reader": ReaderRunner,
}
