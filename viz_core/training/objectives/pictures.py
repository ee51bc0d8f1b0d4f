"""Training to say what a picture shows, and to answer what is asked of it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from viz_core.picture_tokenizers import PictureTokenizer, TalkTokenizer
from viz_core.pictures import Digits, patch_numbers, patches
from viz_core.tokenizers import CLS, END, PAD
from viz_core.training.digits import DigitCorpus, Talk, drawn_otherwise, sorts_of, talks_of
from viz_core.training.objectives.objective import Part, pad

N_WATCHED = 60  # unseen pictures of which every sort of question is asked while it is trained
SEEDS = 1_000_003  # between the numbers of two seeds' first batches


@dataclass(frozen=True)
class PictureMixture:
    """What of a step there is: so many pictures."""

    n_pictures: int


class _Pictures:
    """Batches of digits, drawn a little otherwise each time: a function of seed and step."""

    def __init__(
        self, corpus: DigitCorpus, tokenizer: PictureTokenizer, mix: PictureMixture, seed: int
    ) -> None:
        self._corpus, self._mix, self._seed = corpus, mix, seed
        self._n_words = tokenizer.vocab_size

    def _batch(self, step: int) -> tuple[Tensor, np.ndarray]:
        """Patches as ids (batch, patch), and which digit each picture is."""
        rng = torch.Generator().manual_seed(SEEDS * self._seed + step)
        train = self._corpus.train
        rows = torch.randint(len(train), (self._mix.n_pictures,), generator=rng).numpy()
        drawn = drawn_otherwise(train.pictures[rows], rng)
        return self._ids(drawn.numpy()), train.names[rows]

    def _ids(self, pictures: np.ndarray) -> Tensor:
        """(batch, SIDE, SIDE) -> (batch, patch)."""
        return torch.from_numpy(self._n_words + patch_numbers(patches(pictures)))

    def _valid(self) -> tuple[Tensor, np.ndarray]:
        valid: Digits = self._corpus.valid
        return self._ids(valid.pictures), valid.names


class NamingObjective(_Pictures):
    """Say which digit it is, at the place of the asking token (Dosovitskiy et al. 2021, eq. 4)."""

    def __init__(
        self, corpus: DigitCorpus, tokenizer: PictureTokenizer, mix: PictureMixture, seed: int
    ) -> None:
        super().__init__(corpus, tokenizer, mix, seed)
        self._asking = tokenizer.special_id(CLS)
        self._first = len(tokenizer.special)  # the id of 0

    def parts(self, model: nn.Module, step: int, n_steps: int) -> Iterator[Part]:
        yield self._part(model, *self._batch(step))

    @torch.inference_mode()
    def valid_loss(self, model: nn.Module) -> float:
        part = self._part(model, *self._valid())
        return float(part.loss / part.n_targets)

    def _part(self, model: nn.Module, ids: Tensor, names: np.ndarray) -> Part:
        asking = torch.full((len(ids), 1), self._asking)
        scores = model(torch.cat((asking, ids), 1))[:, 0]  # (batch, vocab)
        wanted = torch.as_tensor(names.tolist()) + self._first
        return Part(cross_entropy(scores, wanted, reduction="sum"), len(ids), ids.numel())


class TalkingObjective(_Pictures):
    """Go on with the words that are right behind a picture and a question, and no others."""

    def __init__(
        self, corpus: DigitCorpus, tokenizer: TalkTokenizer, mix: PictureMixture, seed: int
    ) -> None:
        super().__init__(corpus, tokenizer, mix, seed)
        self._end, self._pad = tokenizer.special_id(END), tokenizer.special_id(PAD)
        self._words = {
            text: tokenizer.encode(text)
            for digit in range(10)
            for talk in talks_of(digit)
            for text in (talk.question, talk.answer)
        }

    def parts(self, model: nn.Module, step: int, n_steps: int) -> Iterator[Part]:
        ids, names = self._batch(step)
        rng = random.Random(f"talk {self._seed} {step}")
        yield self._part(model, ids, [rng.choice(rng.choice(sorts_of(int(n)))) for n in names])

    @torch.inference_mode()
    def valid_loss(self, model: nn.Module) -> float:
        ids, names = self._valid()
        ids, names = ids[:N_WATCHED], names[:N_WATCHED]
        parts = [
            self._part(model, ids, [sorts_of(int(name))[sort][0] for name in names])
            for sort in range(len(sorts_of(0)))
        ]
        return float(sum(part.loss for part in parts) / sum(part.n_targets for part in parts))

    def _part(self, model: nn.Module, ids: Tensor, talks: Sequence[Talk]) -> Part:
        rows, weights = [], []
        for picture, talk in zip(ids.tolist(), talks, strict=True):
            asked = [self._end, *picture, *self._words[talk.question]]
            said = [*self._words[talk.answer], self._end]
            rows.append([*asked, *said])
            weights.append([0.0] * len(asked) + [1.0] * len(said))
        whole, counted = pad(rows, self._pad), pad(weights, 0.0)  # (batch, pos)
        logits = model(whole[:, :-1])  # (batch, pos, vocab)
        wanted = whole[:, 1:].masked_fill(counted[:, 1:] == 0, self._pad)  # no patch is a target
        losses = cross_entropy(logits.flatten(0, 1), wanted.flatten(), reduction="none")
        weighted = losses * counted[:, 1:].flatten()
        return Part(weighted.sum(), int(counted.sum()), whole.numel())
