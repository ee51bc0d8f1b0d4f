"""The runners of our models that see: what they read is a picture, perhaps with words behind it."""

from __future__ import annotations

import torch
from torch import Tensor

from viz_core.models.seeing import SeeingDecoder
from viz_core.models.vit import ViT
from viz_core.picture_tokenizers import PictureTokenizer, TalkTokenizer
from viz_core.runners.alternatives import nearest
from viz_core.runners.base import Alternatives
from viz_core.runners.causal import CausalRunner
from viz_core.runners.local import LocalRunner
from viz_core.tokenizers import Encoded

SEVEN = "0000000000gggg0000000g000000g00000ggg00000g000000g000000g0000000"
ASKING = 0  # the place of the token that asks what the picture shows


class PictureRunner(LocalRunner):
    """Runs a model that says what a picture shows."""

    model: ViT  # type: ignore[assignment] # it answers as an encoder does
    tokenizer: PictureTokenizer
    cheap = ("gradient", "attention_gradient")
    proof_text = SEVEN

    @property
    def mean_embedding(self) -> Tensor:
        """What stands for nothing seen: blank paper."""
        return self.model.embed.blank()

    def encode(self, text: str) -> Encoded:
        return self.tokenizer.for_encoder(text)

    def could_stand(self, encoded: Encoded) -> tuple[Alternatives, ...]:
        return tuple(_blank(encoded.ids[n], self.tokenizer) for n in self.typed_places(encoded))

    def logits(self, encoded: Encoded) -> Tensor:
        logits: Tensor = self.model(torch.tensor([encoded.ids]))[0]
        return logits

    def hidden(self, ids: Tensor, encoded: Encoded) -> Tensor:
        return self.model.hidden(ids)

    def guess_rows(self, encoded: Encoded, everywhere: bool = False) -> list[tuple[int, int]]:
        return [(ASKING, ASKING)]

    def masked_variants(self, encoded: Encoded) -> tuple[Tensor, list[int], list[int]]:
        return torch.tensor([encoded.ids]), [], []  # it foresees no patch

    def prediction_variants(self, encoded: Encoded) -> tuple[Tensor, list[int]]:
        return torch.tensor([encoded.ids]), [ASKING]


class SeeingRunner(CausalRunner):
    """Runs a model that reads a picture and words, and goes on with words."""

    model: SeeingDecoder
    tokenizer: TalkTokenizer  # type: ignore[assignment] # for a decoder, as the other is
    proof_text = f"{SEVEN} is it even ?"

    def could_stand(self, encoded: Encoded) -> tuple[Alternatives, ...]:
        n_words = self.tokenizer.vocab_size
        ids = [encoded.ids[n] for n in self.typed_places(encoded)]
        words = [i for i in ids if i < n_words]
        others = iter(nearest(self.model.embed.weight, words, self.tokenizer))
        return tuple(next(others) if i < n_words else _blank(i, self.tokenizer) for i in ids)

    def masked_variants(self, encoded: Encoded) -> tuple[Tensor, list[int], list[int]]:
        ids, rows, places = super().masked_variants(encoded)
        words = [n for n, place in enumerate(places) if encoded.ids[place] < len(self.words)]
        return ids, [rows[n] for n in words], [places[n] for n in words]

    @property
    def words(self) -> range:
        """The ids of what it can say."""
        return range(self.tokenizer.vocab_size)


def _blank(patch: int, tokenizer: PictureTokenizer) -> Alternatives:
    """Blank paper in the place of a patch; nothing in the place of blank paper."""
    blank = tokenizer.vocab_size
    return Alternatives(patch, () if patch == blank else (blank,), () if patch == blank else (1.0,))
