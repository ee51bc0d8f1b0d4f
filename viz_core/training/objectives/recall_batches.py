"""Batches of recall stories, which grow with the run."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from viz_core.recall import stories
from viz_core.recall.world import Draw, Line
from viz_core.recall.worlds import world_of
from viz_core.tokenizers import END, SPECIAL, StoryTokenizer
from viz_core.training.corpora import Corpus
from viz_core.training.objectives.mixture import Mixture, passed

COPY_LENGTH = 96  # tokens of a row to be copied
COPY_PERIODS = (4, 24)  # tokens after which it repeats itself
SMALL_WORDS_BACK = (0.35, 0.85)  # of the terse lesson: from none of the small words to all


@dataclass(frozen=True)
class EncodedStory:
    """A recall story as ids, and the places of the words that follow from what stands before."""

    ids: list[int]
    asked: frozenset[int]


class RecallStories:
    """Batches of recall stories: terse ones first, then near ones."""

    def __init__(self, corpus: Corpus, tokenizer: StoryTokenizer, mix: Mixture, seed: int) -> None:
        self._fillers, self._tokenizer, self._mix, self._seed = corpus.fillers, tokenizer, mix, seed
        self._world = world = world_of(tokenizer.language)
        self._draw: Draw = world.draw_trained
        if mix.known_names < 1:
            self._draw = partial(world.draw_mixed, words=corpus.words, known=mix.known_names)

    def batch(self, step: int, n_steps: int) -> list[EncodedStory]:
        """Stories of about `recall_tokens` together, all with the same distance."""
        rng = random.Random(f"recall {self._seed} {step}")
        single = step >= self._mix.single_from * n_steps and step % 3 > 0
        begin, end = (
            (self._mix.single_from, self._mix.single_far)
            if single
            else (self._mix.terse_until, self._mix.near_until)
        )
        grown = passed(step / n_steps, begin, end)
        n_between = rng.randint(0, round(grown * self._mix.max_between))
        if single and rng.random() < self._mix.at_once:
            n_between = 0
        max_facts = 1 if single else self._mix.max_facts
        return self._until(
            self._mix.recall_share(step / n_steps),
            lambda: stories.story(
                self._world, rng, self._fillers, rng.randint(1, max_facts), n_between, self._draw
            ),
        )

    def terse_batch(self, step: int, n_steps: int) -> list[EncodedStory]:
        """Terse stories that fill a step; as the lesson goes on, small words come back."""
        rng = random.Random(f"terse {self._seed} {step}")
        way = passed(step / n_steps, self._mix.copy_until, self._mix.terse_until)
        most_kept = passed(way, *SMALL_WORDS_BACK)
        return self._until(
            self._mix.real_tokens + self._mix.recall_tokens,
            lambda: stories.terse_story(
                self._world, rng, rng.randint(2, self._mix.max_facts + 1), most_kept, self._draw
            ),
        )

    def fact_batch(self, step: int, deeds: bool = False) -> list[EncodedStory]:
        """Generated sentences on how things are, some `fact_tokens` of them; none if that is 0."""
        rng = random.Random(f"facts {self._seed} {step}")
        return self._until(self._mix.fact_tokens, lambda: self._world.facts.document(rng, deeds))

    def _until(self, n_tokens: int, tell: Callable[[], list[Line]]) -> list[EncodedStory]:
        """Stories, none longer than n_ctx, until there are so many tokens.

        Raises:
            ValueError: of a hundred stories not one is short enough.
        """
        batch: list[EncodedStory] = []
        n_long = 0
        while sum(len(story.ids) for story in batch) < n_tokens:
            story = self._encode(tell())
            if len(story.ids) <= self._mix.n_ctx:
                batch.append(story)
                n_long = 0
            elif (n_long := n_long + 1) == 100:
                raise ValueError(f"no recall story fits into n_ctx={self._mix.n_ctx}")
        return batch

    def _encode(self, lines: Sequence[Line]) -> EncodedStory:
        start = self._tokenizer.special_id(END)
        ids, asked = [start], set()
        for line in lines:
            ids += self._tokenizer.encode(line.text)
            if line.asks:  # the word before the full stop
                asked.add(len(ids) - 1 - line.text.endswith(self._world.stop))
        return EncodedStory([*ids, start], frozenset(asked))


def repeating(
    rng: random.Random, n_tokens: int, n_ctx: int, vocab_size: int
) -> tuple[list[list[int]], list[int]]:
    """Rows of a few random tokens again and again, and how many come before they repeat."""
    length = min(COPY_LENGTH, n_ctx)
    periods = [rng.randint(*COPY_PERIODS) for _ in range(n_tokens // length)]
    rows = []
    for period in periods:
        tokens = [rng.randrange(len(SPECIAL), vocab_size) for _ in range(period)]
        rows.append((tokens * length)[: length + 1])
    return rows, periods
