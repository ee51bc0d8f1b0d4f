"""Batches of recall stories, which grow with the run."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from viz_core.recall import stories
from viz_core.tokenizers import END, StoryTokenizer
from viz_core.training.corpora import Corpus
from viz_core.training.objectives.mixture import Mixture, passed

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
        max_facts = 1 if single else self._mix.max_facts
        return self._until(
            self._mix.recall_share(step / n_steps),
            lambda: stories.story(rng, self._fillers, rng.randint(1, max_facts), n_between),
        )

    def terse_batch(self, step: int, n_steps: int) -> list[EncodedStory]:
        """Terse stories that fill a step; as the lesson goes on, small words come back."""
        rng = random.Random(f"terse {self._seed} {step}")
        way = passed(step / n_steps, self._mix.copy_until, self._mix.terse_until)
        most_kept = passed(way, *SMALL_WORDS_BACK)
        return self._until(
            self._mix.real_tokens + self._mix.recall_tokens,
            lambda: stories.terse_story(rng, rng.randint(2, self._mix.max_facts + 1), most_kept),
        )

    def _until(self, n_tokens: int, tell: Callable[[], list[stories.Line]]) -> list[EncodedStory]:
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

    def _encode(self, lines: Sequence[stories.Line]) -> EncodedStory:
        start = self._tokenizer.special_id(END)
        ids, asked = [start], set()
        for line in lines:
            ids += self._tokenizer.encode(line.text)
            if line.asks:
                asked.add(len(ids) - 2)  # the word before the full stop
        return EncodedStory([*ids, start], frozenset(asked))
