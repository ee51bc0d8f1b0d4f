"""Training to predict the next token, of real text and of recall stories."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from viz_core.tokenizers import PAD, StoryTokenizer
from viz_core.training.corpora import Corpus, encode_documents
from viz_core.training.objectives.mixture import Mixture
from viz_core.training.objectives.objective import Ids, Part, pad
from viz_core.training.objectives.recall_batches import EncodedStory, RecallStories, repeating

ASKED_WEIGHT = 4.0  # a word of a recall story that follows from the words before it
TOLD_WEIGHT = 0.2  # the rest of a recall story, whose names and animals nobody can foresee


class CausalObjective:
    """Predict the next token, everywhere (Radford et al. 2018, eq. 1).

    A run begins with two short lessons. In the first, half of a step are rows of random tokens that
    repeat themselves, so that a model which can learn to copy learns it (induction heads, Olsson et
    al. 2022); the other half is real text, which teaches heads to find the word before: with rotary
    positions and without it, copying doesn't form. In the second, terse recall stories turn copying
    into looking up whose animal it was. Without them, a decoder of this size knows after the whole
    run which animals a story has, but not whose.
    """

    def __init__(self, corpus: Corpus, tokenizer: StoryTokenizer, mix: Mixture, seed: int) -> None:
        self._documents = encode_documents(tokenizer, corpus.train)
        self._valid = encode_documents(tokenizer, corpus.valid[: corpus.n_valid])
        self._recall = RecallStories(corpus, tokenizer, mix, seed)
        self._mix, self._seed = mix, seed
        self._pad, self._vocab_size = tokenizer.special_id(PAD), tokenizer.vocab_size

    def parts(self, model: nn.Module, step: int, n_steps: int) -> Iterator[Part]:
        rng = random.Random(f"text {self._seed} {step}")
        if step < self._mix.copy_until * n_steps:
            n_tokens = (self._mix.real_tokens + self._mix.recall_tokens) // 2
            yield self._reading(model, rng, n_tokens)
            yield self._copying(model, rng, n_tokens)
        elif step < self._mix.terse_until * n_steps:
            stories = self._recall.terse_batch(step, n_steps)
            yield self._recalling(model, stories, told_weight=0)
        else:
            yield self._reading(model, rng, self._real_tokens(step, n_steps))
            yield self._recalling(model, self._recall.batch(step, n_steps), TOLD_WEIGHT)
            if self._mix.fact_tokens:
                yield self._recalling(model, self._recall.fact_batch(step), TOLD_WEIGHT)

    @torch.inference_mode()
    def valid_loss(self, model: nn.Module) -> float:
        parts = [self._part(model, [row[: self._mix.n_ctx + 1]]) for row in self._valid]
        return float(sum(part.loss for part in parts) / sum(part.n_targets for part in parts))

    def _real_tokens(self, step: int, n_steps: int) -> int:
        """Tokens of real text in a step."""
        more = self._mix.recall_tokens - self._mix.recall_share(step / n_steps)
        return self._mix.real_tokens + more

    def _reading(self, model: nn.Module, rng: random.Random, n_tokens: int) -> Part:
        """Rows of real text, some `n_tokens` together."""
        return self._part(model, [self._row(rng) for _ in range(n_tokens // self._mix.n_ctx)])

    def _copying(self, model: nn.Module, rng: random.Random, n_tokens: int) -> Part:
        """Rows of a few random tokens again and again; only the repetitions are targets."""
        rows, periods = repeating(rng, n_tokens, self._mix.n_ctx, self._vocab_size)
        weights = [
            [0.0] * period + [1.0] * (len(row) - period)
            for row, period in zip(rows, periods, strict=True)
        ]
        return self._part(model, rows, pad(weights, 0.0))

    def _recalling(
        self, model: nn.Module, stories: Sequence[EncodedStory], told_weight: float
    ) -> Part:
        """Recall stories, the words that follow from the others weighing most."""
        weights = [
            [ASKED_WEIGHT if n in story.asked else told_weight for n in range(len(story.ids))]
            for story in stories
        ]
        return self._part(model, [story.ids for story in stories], pad(weights, 0.0))

    def _part(self, model: nn.Module, rows: Sequence[Ids], weights: Tensor | None = None) -> Part:
        """Loss of a batch; `weights` says how much each token counts as a target, (row, pos)."""
        ids = pad(rows, self._pad)  # (batch, pos)
        logits = model(ids[:, :-1])  # (batch, pos, vocab)
        losses = cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
        if weights is None:
            return Part(losses.sum(), losses.numel(), losses.numel())
        weighted = losses * weights[:, 1:].flatten()
        return Part(weighted.sum(), int((weights[:, 1:] > 0).sum()), losses.numel())

    def _row(self, rng: random.Random) -> np.ndarray:
        """Documents one after another, n_ctx + 1 ids; most rows begin where a document does."""
        first = rng.choice(self._documents)
        parts = [first[rng.randrange(len(first)) :] if rng.random() < 0.2 else first]
        while sum(map(len, parts)) <= self._mix.n_ctx:
            parts.append(rng.choice(self._documents))
        return np.concatenate(parts)[: self._mix.n_ctx + 1]
