"""What each kind of model is trained to do, and the batches it is trained on.

Every batch is a function of seed and step alone, so a resumed run sees what an unbroken one would.
A step has a part of real text and a part of recall stories; padding counts for nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from viz_core.models.encoder import Encoder
from viz_core.tokenizers import CLS, END, MASK, PAD, SEP, SPECIAL, StoryTokenizer
from viz_core.training import facts
from viz_core.training.corpora import Corpus, encode_documents, sentences_of

IGNORE = -100  # cross_entropy skips these targets
ASKED_WEIGHT = 4.0  # a word of a recall story that follows from the words before it
NEAR = 200  # a wrong second span is from a document at most so far away, so of the same corpus
N_VALID = 40  # held-out stories that the loss curve follows
TOLD_WEIGHT = 0.2  # the rest of a recall story, whose names and animals nobody can foresee

Ids = Sequence[int] | np.ndarray


@dataclass(frozen=True)
class Mixture:
    """How much of what stands in one step.

    Attributes:
        real_tokens, recall_tokens: tokens of a step from real text and from recall stories.
        n_ctx: longest row.
        near_until: share of the run over which recall stories grow from none to `max_between`
            sentences between fact and question and from one to `max_facts` facts.
    """

    real_tokens: int = 3072
    recall_tokens: int = 1280
    n_ctx: int = 256
    near_until: float = 0.4
    max_between: int = 20
    max_facts: int = 4


class Part(NamedTuple):
    """One batch of a step: summed loss, number of targets it sums, tokens the model read."""

    loss: Tensor
    n_targets: float
    n_tokens: int


class Objective(Protocol):
    """Something to train a model for."""

    def parts(self, model: nn.Module, step: int, n_steps: int) -> Iterator[Part]:
        """The batches of one step, each already run through the model."""
        ...

    def valid_loss(self, model: nn.Module) -> float:
        """Mean loss per target on the same held-out stories every time."""
        ...


@dataclass(frozen=True)
class Story:
    """A recall story as ids, and the places of the words that follow from what stands before."""

    ids: list[int]
    asked: frozenset[int]


class RecallStories:
    """Batches of recall stories, near ones first."""

    def __init__(self, corpus: Corpus, tokenizer: StoryTokenizer, mix: Mixture, seed: int) -> None:
        self._fillers, self._tokenizer, self._mix, self._seed = corpus.fillers, tokenizer, mix, seed

    def batch(self, step: int, n_steps: int) -> list[Story]:
        """Stories of about `recall_tokens` together, all with the same distance."""
        rng = random.Random(f"recall {self._seed} {step}")
        progress = min(1.0, step / (self._mix.near_until * n_steps))
        n_between = rng.randint(0, round(progress * self._mix.max_between))
        max_facts = 1 + round(min(1.0, 4 * progress) * (self._mix.max_facts - 1))
        stories: list[Story] = []
        while sum(len(story.ids) for story in stories) < self._mix.recall_tokens:
            lines = facts.story(rng, self._fillers, rng.randint(1, max_facts), n_between)
            story = self._encode(lines)
            if len(story.ids) <= self._mix.n_ctx:
                stories.append(story)
        return stories

    def _encode(self, lines: Sequence[facts.Line]) -> Story:
        start = self._tokenizer.special_id(END)
        ids, asked = [start], set()
        for line in lines:
            ids += self._tokenizer.encode(line.text)
            if line.asks:
                asked.add(len(ids) - 2)  # the word before the full stop
        return Story([*ids, start], frozenset(asked))


class CausalObjective:
    """Predict the next token, everywhere (Radford et al. 2018, eq. 1)."""

    def __init__(self, corpus: Corpus, tokenizer: StoryTokenizer, mix: Mixture, seed: int) -> None:
        self._documents = encode_documents(tokenizer, corpus.train)
        self._valid = encode_documents(tokenizer, corpus.valid[:N_VALID])
        self._recall = RecallStories(corpus, tokenizer, mix, seed)
        self._mix, self._seed = mix, seed
        self._pad = tokenizer.special_id(PAD)

    def parts(self, model: nn.Module, step: int, n_steps: int) -> Iterator[Part]:
        rng = random.Random(f"text {self._seed} {step}")
        n_rows = self._mix.real_tokens // self._mix.n_ctx
        yield self._part(model, [self._row(rng) for _ in range(n_rows)])
        stories = self._recall.batch(step, n_steps)
        weights = [
            [ASKED_WEIGHT if n in story.asked else TOLD_WEIGHT for n in range(len(story.ids))]
            for story in stories
        ]
        yield self._part(model, [story.ids for story in stories], pad(weights, 0.0))

    @torch.inference_mode()
    def valid_loss(self, model: nn.Module) -> float:
        parts = [self._part(model, [row[: self._mix.n_ctx + 1]]) for row in self._valid]
        return float(sum(part.loss for part in parts) / sum(part.n_targets for part in parts))

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


@dataclass(frozen=True)
class Pair:
    """Two spans of text as ids; `follows` is None for a single span."""

    first: list[int]
    second: list[int]
    follows: bool | None


class MaskedObjective:
    """Restore hidden tokens, and tell whether two spans follow each other.

    Source: Devlin et al. 2019, sections 3.1 and A.1. The share of hidden tokens varies between 10
    and 40 % a row (Wettig et al. 2023 find more than 15 % better), and food words of recall
    stories are hidden half of the time.
    """

    def __init__(self, corpus: Corpus, tokenizer: StoryTokenizer, mix: Mixture, seed: int) -> None:
        texts = [sentences_of(text) for text in corpus.train]
        flat = iter(tokenizer.encode_batch([s for text in texts for s in text]))
        documents = [[next(flat) for _ in text] for text in texts]
        sizes = [sum(map(len, document)) for document in documents]
        self._documents = {
            length: [d for d, size in zip(documents, sizes, strict=True) if size >= 0.6 * length]
            or documents
            for length in (16, mix.n_ctx // 4, mix.n_ctx // 2, mix.n_ctx - 3)
        }
        self._valid = [
            ids[: mix.n_ctx - 3] for ids in tokenizer.encode_batch(corpus.valid[:N_VALID])
        ]
        self._recall = RecallStories(corpus, tokenizer, mix, seed)
        self._mix, self._seed, self._tokenizer = mix, seed, tokenizer
        self._cls, self._sep, self._mask, self._pad = map(
            tokenizer.special_id, (CLS, SEP, MASK, PAD)
        )

    def parts(self, model: nn.Module, step: int, n_steps: int) -> Iterator[Part]:
        assert isinstance(model, Encoder)
        rng = random.Random(f"text {self._seed} {step}")
        length = rng.choices(list(self._documents), (1, 1, 2, 2))[0]
        n_rows = self._mix.real_tokens // (length + 3)
        yield self._part(model, [self._pair(rng, length) for _ in range(n_rows)], rng)
        stories = self._recall.batch(step, n_steps)
        pairs = [Pair(story.ids[1:-1], [], None) for story in stories]
        yield self._part(model, pairs, rng, [story.asked for story in stories])

    @torch.inference_mode()
    def valid_loss(self, model: nn.Module) -> float:
        assert isinstance(model, Encoder)
        rng = random.Random(0)
        parts = [self._part(model, [Pair(ids, [], None)], rng) for ids in self._valid]
        return float(sum(part.loss for part in parts) / sum(part.n_targets for part in parts))

    def _pair(self, rng: random.Random, length: int) -> Pair:
        """Sentences of one document in two spans, the second from another one half of the time."""
        documents = self._documents[length]
        index = rng.randrange(len(documents))
        sentences = documents[index]
        begin = rng.randrange(len(sentences)) if rng.random() < 0.3 else 0
        spans: list[list[int]] = []
        for sentence in sentences[begin:]:
            if spans and sum(map(len, spans)) + len(sentence) > length:
                break
            spans.append(sentence)
        if len(spans) < 2 or rng.random() < 0.25:
            return Pair([i for s in spans for i in s][:length], [], None)
        cut = rng.randrange(1, len(spans))
        first = [i for s in spans[:cut] for i in s]
        second = [i for s in spans[cut:] for i in s]
        follows = rng.random() < 0.5
        if not follows:
            step = rng.choice((-1, 1)) * rng.randint(1, NEAR)  # documents stand corpus by corpus
            other = documents[(index + step) % len(documents)]
            at = rng.randrange(len(other))
            drawn = [i for s in other[at:] for i in s]
            second = drawn[: max(len(second), len(other[at]))]
        return Pair(first[: length - 1], second[: max(1, length - len(first))], follows)

    def _part(
        self,
        model: Encoder,
        pairs: Sequence[Pair],
        rng: random.Random,
        asked: Sequence[AbstractSet[int]] | None = None,
    ) -> Part:
        """Loss of a batch; places in `asked` are hidden half of the time."""
        rows, segments, targets = [], [], []
        for n, pair in enumerate(pairs):
            ids, segment = [self._cls, *pair.first, self._sep], [0] * (len(pair.first) + 2)
            if pair.follows is not None:
                ids += [*pair.second, self._sep]
                segment += [1] * (len(pair.second) + 1)
            hidden, target = self._hide(ids, rng, asked[n] if asked else frozenset())
            rows.append(hidden)
            segments.append(segment)
            targets.append(target)
        ids_ = pad(rows, self._pad)  # (batch, pos)
        x = model.hidden(ids_, pad(segments, 0), ids_ == self._pad)  # (batch, pos, d_model)
        wanted = pad(targets, IGNORE)
        chosen = wanted != IGNORE
        logits = model.masked_head(x[chosen], model.embed.weight)  # (chosen, vocab)
        loss = cross_entropy(logits, wanted[chosen], reduction="sum")
        judged = [n for n, pair in enumerate(pairs) if pair.follows is not None]
        if judged:
            truth = torch.tensor([0 if pairs[n].follows else 1 for n in judged])
            verdict = model.next_sentence_head(x[judged, 0])  # (judged, 2)
            # mean of one plus mean of the other (section A.2), times what the sum is divided by
            loss = loss + cross_entropy(verdict, truth) * chosen.sum()
        return Part(loss, int(chosen.sum()), ids_.numel())

    def _hide(
        self, ids: Sequence[int], rng: random.Random, asked: AbstractSet[int]
    ) -> tuple[list[int], list[int]]:
        """Choose tokens to restore: of ten, eight become [MASK], one another token, one stays."""
        share = rng.uniform(0.1, 0.4)
        hidden, target = list(ids), [IGNORE] * len(ids)
        for n, token in enumerate(ids):
            if token < len(SPECIAL) or rng.random() >= (0.5 if n in asked else share):
                continue
            target[n] = token
            dice = rng.random()
            if dice < 0.8:
                hidden[n] = self._mask
            elif dice < 0.9:
                hidden[n] = rng.randrange(len(SPECIAL), self._tokenizer.vocab_size)
        return hidden, target


def pad(rows: Sequence[Ids | Sequence[float]], value: float) -> Tensor:
    """Rows of different lengths as one tensor of the value's type, (row, longest)."""
    out = torch.full((len(rows), max(map(len, rows))), value)
    for n, row in enumerate(rows):
        out[n, : len(row)] = torch.as_tensor(np.asarray(row)).to(out.dtype)
    return out
