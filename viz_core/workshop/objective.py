"""What a run is trained for: the next token of its rows, or those of them that are hidden."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from viz_core.models.encoder import Encoder
from viz_core.tokenizers import CLS, MASK, PAD, SEP
from viz_core.training.objectives.objective import Part, pad
from viz_core.workshop.sources import Row, Source

N_TOKENS = 1_024  # of a step, about
HIDDEN = (0.1, 0.4)  # share of a row's tokens that is hidden from a model that fills in masks
IGNORE = -100  # cross_entropy passes over these targets


class NextToken:
    """Foresee each token that counts from those before it."""

    def __init__(self, source: Source, seed: int) -> None:
        self.source, self.seed = source, seed
        self.pad_id = source.tokenizer.special_id(PAD)

    def parts(self, model: nn.Module, step: int, n_steps: int) -> Iterator[Part]:
        """The one batch of a step: a function of seed and step alone."""
        rng = random.Random(f"rows {self.seed} {step}")
        rows: list[Row] = []
        left = N_TOKENS
        while left > 0:
            rows.append(self.source.draw(rng))
            left -= len(rows[-1].ids)
        losses, weights, _hits = self.losses(model, rows, rng)
        yield Part((losses * weights).sum(), float(weights.sum()), losses.numel())

    def valid_loss(self, model: nn.Module) -> float:
        """Mean loss of a target of the unseen rows."""
        return self.unseen(model)[0]

    @torch.inference_mode()
    def unseen(self, model: nn.Module) -> tuple[float, float]:
        """Of the unseen rows: mean loss of a target in nats, and the share of those that follow
        from the others whose likeliest token is right."""
        found = self.losses(model, self.source.unseen, random.Random("hidden"))
        losses, weights, hits = found
        asked = weights >= 1
        mean = (losses * weights).sum() / weights.sum()
        return float(mean), float(hits[asked].float().mean())

    def losses(
        self, model: nn.Module, rows: Sequence[Row], rng: random.Random
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Of each target: its loss, how much it counts, and whether it is foreseen, flat."""
        ids = pad([row.ids for row in rows], self.pad_id)  # (batch, pos)
        weights = pad([row.weights for row in rows], 0.0)[:, 1:].flatten()
        logits = model(ids[:, :-1]).flatten(0, 1)  # (batch * pos, vocab)
        targets = ids[:, 1:].flatten()
        losses = cross_entropy(logits, targets, reduction="none")
        return losses, weights, logits.argmax(-1) == targets


class HiddenToken(NextToken):
    """Restore hidden tokens from those on both sides (Devlin et al. 2019, section 3.1)."""

    def losses(
        self, model: nn.Module, rows: Sequence[Row], rng: random.Random
    ) -> tuple[Tensor, Tensor, Tensor]:
        special = self.source.tokenizer.special_id
        whole, hidden, counts = [], [], []
        for row in rows:
            ids = [special(CLS), *row.ids[1:], special(SEP)]
            weights = [0.0, *row.weights[1:], 0.0]
            share = rng.uniform(*HIDDEN)
            gone = [
                w > 0 and rng.random() < (0.5 if w == 1 > min(row.weights[1:]) else share)
                for w in weights
            ]
            if not any(gone):
                gone[rng.choice([n for n, w in enumerate(weights) if w > 0])] = True
            whole.append(ids)
            hidden.append([special(MASK) if g else i for i, g in zip(ids, gone, strict=True)])
            counts.append([w * g for w, g in zip(weights, gone, strict=True)])
        ids_, targets = pad(hidden, self.pad_id), pad(whole, self.pad_id).flatten()
        logits = _read(model, ids_, self.pad_id)
        losses = cross_entropy(logits, targets, reduction="none")
        return losses, pad(counts, 0.0).flatten(), logits.argmax(-1) == targets


def _read(model: nn.Module, ids: Tensor, pad_id: int) -> Tensor:
    """Scores of an encoder, (batch * pos, vocab); padding is seen by nobody."""
    assert isinstance(model, Encoder)
    states = model.hidden(ids, torch.zeros_like(ids), ids == pad_id)
    return model.score(states).flatten(0, 1)
