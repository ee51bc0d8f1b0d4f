"""Training to restore hidden tokens, and to tell whether two spans follow each other."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from viz_core.models.encoder import Encoder
from viz_core.tokenizers import CLS, MASK, PAD, SEP, SPECIAL, StoryTokenizer
from viz_core.training.corpora import Corpus, sentences_of
from viz_core.training.objectives.mixture import Mixture
from viz_core.training.objectives.objective import Part, pad
from viz_core.training.objectives.recall_batches import EncodedStory, RecallStories, repeating

SENTENCE = 60  # tokens of a single sentence, at most
HIDDEN = (0.1, 0.4)  # share of hidden tokens, between these
IGNORE = -100  # cross_entropy skips these targets
PAIR_HIDDEN = (0.1, 0.2)  # hidden share of a pair of sentences: what follows must stay plain
RECALL_HIDDEN = (0.0, 0.15)  # of a generated story's other words: names must stay plain
NEAR = 200  # a wrong second span is from a document at most so far away, so of the same corpus


@dataclass(frozen=True)
class Spans:
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
        self._spans = [(min(length, mix.n_ctx - 3), share) for length, share in corpus.spans]
        self._documents = {
            length: [d for d, size in zip(documents, sizes, strict=True) if size >= 0.6 * length]
            or documents
            for length, _share in self._spans
        }
        self._told = [document for document in documents if len(document) > 1]
        self._valid = [
            ids[: mix.n_ctx - 3] for ids in tokenizer.encode_batch(corpus.valid[: corpus.n_valid])
        ]
        self._recall = RecallStories(corpus, tokenizer, mix, seed)
        self._mix, self._seed, self._tokenizer = mix, seed, tokenizer
        self._cls, self._sep, self._mask, self._pad = map(
            tokenizer.special_id, (CLS, SEP, MASK, PAD)
        )

    def parts(self, model: nn.Module, step: int, n_steps: int) -> Iterator[Part]:
        assert isinstance(model, Encoder)
        rng = random.Random(f"text {self._seed} {step}")
        now = step / n_steps
        if now < self._mix.copy_until:
            n_tokens = (self._mix.real_tokens + self._mix.recall_tokens) // 2
            yield self._reading(model, rng, n_tokens)
            yield self._copying(model, rng, n_tokens)
        elif now < self._mix.terse_until:
            yield self._recalling(model, self._recall.terse_batch(step, n_steps), rng)
        else:
            yield self._reading(model, rng, self._mix.real_tokens)
            yield self._recalling(model, self._recall.batch(step, n_steps), rng)
            if self._mix.fact_tokens:
                yield self._recalling(model, self._recall.fact_batch(step, deeds=True), rng)

    @torch.inference_mode()
    def valid_loss(self, model: nn.Module) -> float:
        assert isinstance(model, Encoder)
        rng = random.Random(0)
        parts = [self._part(model, [Spans(ids, [], None)], rng) for ids in self._valid]
        return float(sum(part.loss for part in parts) / sum(part.n_targets for part in parts))

    def _drawn(self, rng: random.Random, length: int) -> Spans:
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
            return Spans([i for s in spans for i in s][:length], [], None)
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
        return Spans(first[: length - 1], second[: max(1, length - len(first))], follows)

    def _reading(self, model: Encoder, rng: random.Random, n_tokens: int) -> Part:
        """Real text, some `n_tokens` of it: pairs of single sentences, or longer spans."""
        if rng.random() < self._mix.pair_share:
            return self._part(model, self._sentence_pairs(rng, n_tokens), rng, share=PAIR_HIDDEN)
        lengths, shares = zip(*self._spans, strict=True)
        length = rng.choices(lengths, shares)[0]
        n_rows = n_tokens // (length + 3)
        return self._part(model, [self._drawn(rng, length) for _ in range(n_rows)], rng)

    def _copying(self, model: Encoder, rng: random.Random, n_tokens: int) -> Part:
        """Rows that repeat themselves: what is hidden stands elsewhere in the row."""
        rows, _periods = repeating(rng, n_tokens, self._mix.n_ctx, self._tokenizer.vocab_size)
        return self._part(model, [Spans(row, [], None) for row in rows], rng, share=PAIR_HIDDEN)

    def _recalling(
        self, model: Encoder, stories: Sequence[EncodedStory], rng: random.Random
    ) -> Part:
        """Generated stories, whose asked words are hidden half of the time."""
        spans = [Spans(story.ids[1:-1], [], None) for story in stories]
        return self._part(model, spans, rng, [s.asked for s in stories], RECALL_HIDDEN)

    def _sentence_pairs(self, rng: random.Random, room: int) -> list[Spans]:
        """A sentence and the next one of its document, or one of another document."""
        pairs: list[Spans] = []
        while room > 0:
            index = rng.randrange(len(self._told))
            document = self._told[index]
            at = rng.randrange(len(document) - 1)
            follows = rng.random() < 0.5
            step = rng.choice((-1, 1)) * rng.randint(1, NEAR)
            other = self._told[(index + step) % len(self._told)]
            second = document[at + 1] if follows else rng.choice(other)
            pairs.append(Spans(document[at][:SENTENCE], second[:SENTENCE], follows))
            room -= len(pairs[-1].first) + len(pairs[-1].second) + 3
        return pairs

    def _part(
        self,
        model: Encoder,
        pairs: Sequence[Spans],
        rng: random.Random,
        asked: Sequence[AbstractSet[int]] | None = None,
        share: tuple[float, float] = HIDDEN,
    ) -> Part:
        """Loss of a batch; places in `asked` are hidden half of the time, a share of the others."""
        rows, segments, targets = [], [], []
        for n, pair in enumerate(pairs):
            ids, segment = [self._cls, *pair.first, self._sep], [0] * (len(pair.first) + 2)
            if pair.follows is not None:
                ids += [*pair.second, self._sep]
                segment += [1] * (len(pair.second) + 1)
            hidden, target = self._hide(
                ids, rng, asked[n] if asked else frozenset(), rng.uniform(*share)
            )
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
        self, ids: Sequence[int], rng: random.Random, asked: AbstractSet[int], share: float
    ) -> tuple[list[int], list[int]]:
        """Choose tokens to restore: of ten, eight become [MASK], one another token, one stays."""
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
