"""What each kind of model is trained to do, and the batches it is trained on.

Every batch is a function of seed and step alone, so a resumed run sees what an unbroken one would.
A step has a part of real text and a part of recall stories; padding counts for nothing.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from viz_core.models.encoder import Encoder
from viz_core.recall import stories
from viz_core.tokenizers import CLS, END, MASK, PAD, SEP, SPECIAL, StoryTokenizer
from viz_core.training.corpora import Corpus, encode_documents, sentences_of

IGNORE = -100  # cross_entropy skips these targets
ASKED_WEIGHT = 4.0  # a word of a recall story that follows from the words before it
NEAR = 200  # a wrong second span is from a document at most so far away, so of the same corpus
N_VALID = 40  # held-out stories that the loss curve follows
COPY_LENGTH = 96  # tokens of a row to be copied
COPY_PERIODS = (4, 24)  # tokens after which it repeats itself
SMALL_WORDS_BACK = (0.35, 0.85)  # of the terse lesson: from none of the small words to all
TOLD_WEIGHT = 0.2  # the rest of a recall story, whose names and animals nobody can foresee

Ids = Sequence[int] | np.ndarray


@dataclass(frozen=True)
class Mixture:
    """How much of what stands in one step.

    Attributes:
        real_tokens, recall_tokens: tokens of a step from real text and from recall stories.
        n_ctx: longest row.
        copy_until: share of the run in which all there is to do is to copy.
        terse_until: share of the run up to which all there is are terse recall stories, whose
            small words come back one by one.
        near_until: share of the run up to which recall stories grow from none to `max_between`
            sentences between fact and question.
        single_from: share of the run from which two of three steps tell stories of one fact, with
            a distance that grows once more until `single_far`.
        real_from: share of the run from which half of the recall stories make room for real text.
    """

    real_tokens: int = 3072
    recall_tokens: int = 1280
    n_ctx: int = 256
    copy_until: float = 0.08081
    terse_until: float = 0.1702
    near_until: float = 0.34468
    single_from: float = 0.38298
    single_far: float = 0.65106
    real_from: float = 0.76596
    max_between: int = 20
    max_facts: int = 4

    def recall_share(self, now: float) -> int:
        """Tokens of recall stories in a step, at this share of the run."""
        return self.recall_tokens if now < self.real_from else self.recall_tokens // 2


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
    """Batches of recall stories: terse ones first, then near ones."""

    def __init__(self, corpus: Corpus, tokenizer: StoryTokenizer, mix: Mixture, seed: int) -> None:
        self._fillers, self._tokenizer, self._mix, self._seed = corpus.fillers, tokenizer, mix, seed

    def batch(self, step: int, n_steps: int) -> list[Story]:
        """Stories of about `recall_tokens` together, all with the same distance."""
        rng = random.Random(f"recall {self._seed} {step}")
        single = step >= self._mix.single_from * n_steps and step % 3 > 0
        begin, end = (
            (self._mix.single_from, self._mix.single_far)
            if single
            else (self._mix.terse_until, self._mix.near_until)
        )
        grown = _passed(step / n_steps, begin, end)
        n_between = rng.randint(0, round(grown * self._mix.max_between))
        max_facts = 1 if single else self._mix.max_facts
        return self._until(
            self._mix.recall_share(step / n_steps),
            lambda: stories.story(rng, self._fillers, rng.randint(1, max_facts), n_between),
        )

    def terse_batch(self, step: int, n_steps: int) -> list[Story]:
        """Terse stories that fill a step; as the lesson goes on, small words come back."""
        rng = random.Random(f"terse {self._seed} {step}")
        passed = _passed(step / n_steps, self._mix.copy_until, self._mix.terse_until)
        most_kept = _passed(passed, *SMALL_WORDS_BACK)
        return self._until(
            self._mix.real_tokens + self._mix.recall_tokens,
            lambda: stories.terse_story(rng, rng.randint(2, self._mix.max_facts + 1), most_kept),
        )

    def _until(self, n_tokens: int, tell: Callable[[], list[stories.Line]]) -> list[Story]:
        """Stories, none longer than n_ctx, until there are so many tokens.

        Raises:
            ValueError: of a hundred stories not one is short enough.
        """
        stories: list[Story] = []
        n_long = 0
        while sum(len(story.ids) for story in stories) < n_tokens:
            story = self._encode(tell())
            if len(story.ids) <= self._mix.n_ctx:
                stories.append(story)
                n_long = 0
            elif (n_long := n_long + 1) == 100:
                raise ValueError(f"no recall story fits into n_ctx={self._mix.n_ctx}")
        return stories

    def _encode(self, lines: Sequence[stories.Line]) -> Story:
        start = self._tokenizer.special_id(END)
        ids, asked = [start], set()
        for line in lines:
            ids += self._tokenizer.encode(line.text)
            if line.asks:
                asked.add(len(ids) - 2)  # the word before the full stop
        return Story([*ids, start], frozenset(asked))


def _passed(now: float, begin: float, end: float) -> float:
    """How much of the way from begin to end is done, 0 to 1; all of it where there is no way."""
    return 1.0 if now >= end else max(0.0, (now - begin) / (end - begin))


class CausalObjective:
    """Predict the next token, everywhere (Radford et al. 2018, eq. 1).

    A run begins with two short lessons. In the first, rows of random tokens repeat themselves, so
    that a model which can learn to copy learns it (induction heads, Olsson et al. 2022). In the
    second, terse recall stories turn copying into looking up whose animal it was. Without them, a
    decoder of this size knows after the whole run which animals a story has, but not whose.
    """

    def __init__(self, corpus: Corpus, tokenizer: StoryTokenizer, mix: Mixture, seed: int) -> None:
        self._documents = encode_documents(tokenizer, corpus.train)
        self._valid = encode_documents(tokenizer, corpus.valid[:N_VALID])
        self._recall = RecallStories(corpus, tokenizer, mix, seed)
        self._mix, self._seed = mix, seed
        self._pad, self._vocab_size = tokenizer.special_id(PAD), tokenizer.vocab_size

    def parts(self, model: nn.Module, step: int, n_steps: int) -> Iterator[Part]:
        rng = random.Random(f"text {self._seed} {step}")
        if step < self._mix.copy_until * n_steps:
            yield self._copying(model, rng)
        elif step < self._mix.terse_until * n_steps:
            stories = self._recall.terse_batch(step, n_steps)
            yield self._recalling(model, stories, told_weight=0)
        else:
            n_rows = self._real_tokens(step, n_steps) // self._mix.n_ctx
            yield self._part(model, [self._row(rng) for _ in range(n_rows)])
            yield self._recalling(model, self._recall.batch(step, n_steps), TOLD_WEIGHT)

    @torch.inference_mode()
    def valid_loss(self, model: nn.Module) -> float:
        parts = [self._part(model, [row[: self._mix.n_ctx + 1]]) for row in self._valid]
        return float(sum(part.loss for part in parts) / sum(part.n_targets for part in parts))

    def _real_tokens(self, step: int, n_steps: int) -> int:
        """Tokens of real text in a step."""
        more = self._mix.recall_tokens - self._mix.recall_share(step / n_steps)
        return self._mix.real_tokens + more

    def _copying(self, model: nn.Module, rng: random.Random) -> Part:
        """Rows of a few random tokens again and again; only the repetitions are targets."""
        rows, weights = [], []
        length = min(COPY_LENGTH, self._mix.n_ctx)
        for _n in range((self._mix.real_tokens + self._mix.recall_tokens) // length):
            period = rng.randint(*COPY_PERIODS)
            tokens = [rng.randrange(len(SPECIAL), self._vocab_size) for _ in range(period)]
            rows.append((tokens * length)[: length + 1])
            weights.append([0.0] * period + [1.0] * (length + 1 - period))
        return self._part(model, rows, pad(weights, 0.0))

    def _recalling(self, model: nn.Module, stories: Sequence[Story], told_weight: float) -> Part:
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
        logits = model.score(x[chosen])  # (chosen, vocab)
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
