"""Training to translate: predict the next token of the target, given the source.

Source: Vaswani et al. 2017, section 5: batches of sentences of like length, and label smoothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from viz_core.models.encoder_decoder import EncoderDecoder
from viz_core.tokenizers import BOS, EOS, PAD, TranslationTokenizer
from viz_core.training.objectives.objective import Part, pad
from viz_core.training.pairs import Pair, PairCorpus


@dataclass(frozen=True)
class PairMixture:
    """What the pairs of an epoch are besides themselves.

    Attributes:
        batch_tokens: source and target tokens of a step.
        smoothing: share of each target spread evenly over the vocabulary (label smoothing).
        copied: copies of target sentences, source and target alike, for each pair: they teach the
            decoder English, and the model to hand on what it can't translate (Currey et al. 2017).
        joined: share of pairs that are put behind another one, so that longer texts are seen.
        spelled: share of source pieces that are read character by character.
    """

    batch_tokens: int = 4096
    smoothing: float = 0.1
    copied: float = 0.1
    joined: float = 0.1
    spelled: float = 0.1


class TranslationObjective:
    """Cross-entropy with label smoothing on batches of sentences of like length."""

    def __init__(
        self, corpus: PairCorpus, tokenizer: TranslationTokenizer, mix: PairMixture, seed: int
    ) -> None:
        self._tokenizer, self._mix, self._seed = tokenizer, mix, seed
        self._pad, self._bos, self._eos = map(tokenizer.special_id, (PAD, BOS, EOS))
        self._train = self._encoded(corpus.train)
        self._valid = sorted(self._encoded(corpus.valid), key=_length)
        more = 1 + mix.copied
        self.n_batches = max(1, round(sum(map(_length, self._train)) * more / mix.batch_tokens))
        self._epoch: tuple[int, list[list[IdPair]]] = (-1, [])

    def parts(self, model: nn.Module, step: int, n_steps: int) -> Iterator[Part]:
        epoch, index = divmod(step, self.n_batches)
        if self._epoch[0] != epoch:
            self._epoch = (epoch, self.batches(epoch))
        yield self._part(model, self._epoch[1][index], self._mix.smoothing)

    @torch.no_grad()
    def valid_loss(self, model: nn.Module) -> float:
        """Mean loss per held-out target token, without smoothing and dropout."""
        was = model.training
        model.eval()
        rows = self._valid
        parts = [self._part(model, rows[n : n + 50], 0.0) for n in range(0, len(rows), 50)]
        model.train(was)
        return float(sum(part.loss for part in parts) / sum(part.n_targets for part in parts))

    def batches(self, epoch: int) -> list[list[IdPair]]:
        """The batches of an epoch in random order, each of about as many tokens."""
        rng = random.Random(f"pairs {self._seed} {epoch}")
        rows = [self._varied(pair, rng) for pair in self._train]
        n_copies = round(self._mix.copied * len(rows))
        rows += [(target, target) for _source, target in rng.sample(self._train, n_copies)]
        rng.shuffle(rows)
        n_joined = round(self._mix.joined * len(rows) / 2)
        pairs = zip(rows[:n_joined], rows[n_joined : 2 * n_joined], strict=True)
        joined = [(a[0] + b[0], a[1] + b[1]) for a, b in pairs]
        rows = sorted(
            [*joined, *rows[2 * n_joined :]], key=lambda row: (_length(row), rng.random())
        )
        share = sum(map(_length, rows)) / self.n_batches
        batches: list[list[IdPair]] = [[] for _ in range(self.n_batches)]
        passed = 0
        for row in rows:
            batches[min(self.n_batches - 1, int(passed / share))].append(row)
            passed += _length(row)
        batches = [batch for batch in batches if batch] or [rows]
        batches += [batches[-1]] * (self.n_batches - len(batches))
        rng.shuffle(batches)
        return batches

    def _encoded(self, pairs: Sequence[Pair]) -> list[IdPair]:
        sources = self._tokenizer.encode_batch([pair.source for pair in pairs])
        targets = self._tokenizer.encode_batch([pair.target for pair in pairs])
        return list(zip(sources, targets, strict=True))

    def _varied(self, pair: IdPair, rng: random.Random) -> IdPair:
        source, target = pair
        pieces = (
            self._tokenizer.characters([i]) if rng.random() < self._mix.spelled else [i]
            for i in source
        )
        return [i for piece in pieces for i in piece], target

    def _part(self, model: nn.Module, rows: Sequence[IdPair], smoothing: float) -> Part:
        assert isinstance(model, EncoderDecoder)
        source = pad([[*source, self._eos] for source, _target in rows], self._pad)
        target = pad([[self._bos, *target, self._eos] for _source, target in rows], self._pad)
        wanted = target[:, 1:]
        there = wanted != self._pad  # (batch, target)
        padding = source == self._pad
        memory = model.encode(source, padding)
        logits = model.score(model.hidden(target[:, :-1], memory, padding)[there])
        loss = cross_entropy(logits, wanted[there], label_smoothing=smoothing, reduction="sum")
        return Part(loss, int(there.sum()), source.numel() + wanted.numel())


IdPair = tuple[list[int], list[int]]


def _length(pair: IdPair) -> int:
    return len(pair[0]) + len(pair[1])
