"""The runner of our models that read both ways and fill in masks."""

from __future__ import annotations

import torch
from torch import Tensor

from viz_core.models.encoder import Encoder
from viz_core.runners.alternatives import expected
from viz_core.runners.base import Alternatives
from viz_core.runners.local import LocalRunner
from viz_core.runners.measures import batches
from viz_core.tokenizers import MASK, Encoded, StoryTokenizer


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

    def could_stand(self, encoded: Encoded) -> tuple[Alternatives, ...]:
        typed = self.typed_places(encoded)
        hidden = torch.tensor(encoded.ids).repeat(len(typed), 1)  # (variant, pos)
        hidden[torch.arange(len(typed)), typed] = self.tokenizer.special_id(MASK)
        with torch.inference_mode():
            states = [
                self.hidden(hidden[part], encoded)[
                    torch.arange(len(part)), [typed[n] for n in part]
                ]
                for part in batches(len(typed), len(encoded.ids))
            ]
            logits = self.model.score(torch.cat(states))
        return expected(logits, [encoded.ids[n] for n in typed], self.tokenizer)

    def guess_rows(self, encoded: Encoded, everywhere: bool = False) -> list[tuple[int, int]]:
        if everywhere:
            return [(n, n) for n, special in enumerate(encoded.special) if not special]
        mask = self.tokenizer.special_id(MASK)
        return [(n, n) for n, i in enumerate(encoded.ids) if i == mask]

    def masked_variants(self, encoded: Encoded) -> tuple[Tensor, list[int], list[int]]:
        places = [n for n, special in enumerate(encoded.special) if not special]
        ids = torch.tensor(encoded.ids).repeat(len(places), 1)  # (variant, pos)
        ids[torch.arange(len(places)), places] = self.tokenizer.special_id(MASK)
        return ids, places, places

    def prediction_variants(self, encoded: Encoded) -> tuple[Tensor, list[int]]:
        ids, rows, _places = self.masked_variants(encoded)
        return ids, rows
