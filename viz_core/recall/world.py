"""The world of recall stories as a value: who there is, what they eat, and how a language says it.

Its one rule is that an animal has its food; whose animal it is stands only in the story.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

Draw = Callable[[random.Random, int], list[str]]  # so many different names for a story
Pair = tuple[str, str]  # a name and its animal


@dataclass(frozen=True)
class Line:
    """A sentence of a story, or a part of one; `asks` if its last word follows from the rest.

    The last word is the one before the full stop, if there is one.
    """

    text: str
    asks: bool


@dataclass(frozen=True)
class Facts:
    """Generated sentences on how things are: colours, what animals do, and why somebody was sad.

    What visitors and tests type, `openings`, `reasons` and `blanks`, stands in no generated text: a
    fact is told in other forms, and the forms are used for other things.

    Attributes:
        openings, reasons: the beginning of a sentence -> the words that are right behind it.
        blanks: a sentence with a [MASK] -> the word that stood there.
        properties: how things are, such as red -> the things that are so.
        doers: the animals whose deeds are told.
        document: tells one to four sentences, of which each asks for the word that follows from
            what it is of; what animals do is told to models that read both ways only.
    """

    openings: Mapping[str, tuple[str, ...]]
    reasons: Mapping[str, tuple[str, ...]]
    blanks: Mapping[str, str]
    properties: Mapping[str, tuple[str, ...]]
    doers: tuple[str, ...]
    document: Callable[[random.Random, bool], list[Line]]

    @cached_property
    def things(self) -> frozenset[str]:
        """All that has a property."""
        return frozenset(thing for things in self.properties.values() for thing in things)

    @cached_property
    def right(self) -> Mapping[str, tuple[str, ...]]:
        """All that is typed -> the words that are right."""
        blanks = {text: (word,) for text, word in self.blanks.items()}
        return {**self.openings, **self.reasons, **blanks}


@dataclass(frozen=True)
class World:
    """What recall stories of one language are made of.

    Forms have places for {name}, {animal}, {measure} and {food}.

    Attributes:
        language: a code such as `en`.
        foods: an animal -> its food.
        measures: an animal -> the word by which it is counted, where a language has such words.
        told, told_shares: sentences that state a fact, and how often each is drawn; the first is
            the one that is measured.
        asked, asked_shares: likewise sentences that end in the food, up to that word.
        terse_told, terse_asked: the first of either, part by part; terse stories leave out those
            that are `small`.
        joiner: what stands between two words, and between two sentences.
        stop: ends a sentence.
        names: one token each.
        unseen_names: of one token or several; they stand in no generated story, and no document
            that has one of them is trained on.
        invent: makes a name anew; words of small letters may serve as names.
        unseen_sentences_at: the file of `unseen_sentences`.
        prompt_chars: length of a test story that fits into every model.
    """

    language: str
    foods: Mapping[str, str]
    told: tuple[str, ...]
    told_shares: tuple[int, ...]
    asked: tuple[str, ...]
    asked_shares: tuple[int, ...]
    terse_told: tuple[str, ...]
    terse_asked: tuple[str, ...]
    small: frozenset[str]
    joiner: str
    stop: str
    names: tuple[str, ...]
    unseen_names: tuple[str, ...]
    invent: Callable[[random.Random, Sequence[str]], str]
    unseen_sentences_at: Path
    prompt_chars: int
    facts: Facts
    measures: Mapping[str, str] = field(default_factory=dict)

    @property
    def animals(self) -> tuple[str, ...]:
        return tuple(self.foods)

    @cached_property
    def known_names(self) -> tuple[str, ...]:
        """Names that stand in training stories."""
        return tuple(name for name in self.names if name not in self.unseen_names)

    @cached_property
    def unseen_sentences(self) -> tuple[str, ...]:
        """Sentences of test documents that speak of none of the names, animals and foods."""
        return tuple(self.unseen_sentences_at.read_text("utf-8").splitlines())

    def fill(self, form: str, pair: Pair) -> str:
        """A form of this world with its name, animal, measure word and food."""
        name, animal = pair
        measure = self.measures.get(animal, "")
        return form.format(name=name, animal=animal, measure=measure, food=self.foods[animal])

    def introduce(self, pair: Pair) -> str:
        """The sentence that states the fact."""
        return self.fill(self.told[0], pair)

    def question(self, pair: Pair) -> str:
        """The sentence that ends in the food, up to that word."""
        return self.fill(self.asked[0], pair)

    def has_unseen_name(self, text: str) -> bool:
        """Whether a text has one of the names that no model shall have seen."""
        return self._unseen.search(text) is not None

    def draw_trained(self, rng: random.Random, n: int) -> list[str]:
        """Different names that the tokenizer knows as one token each."""
        return rng.sample(self.names, n)

    def draw_unseen(self, rng: random.Random, n: int) -> list[str]:
        """Different names that nothing was trained on, of one token or several."""
        return rng.sample(self.unseen_names, n)

    def draw_mixed(
        self, rng: random.Random, n: int, words: Sequence[str], known: float
    ) -> list[str]:
        """Different names for a story of the training.

        Args:
            words: small letters; some invented names are made of one.
            known: chance of a story whose names are all known ones; others have invented ones too.
        """
        if rng.random() < known:
            return rng.sample(self.known_names, n)
        names: list[str] = []
        while len(names) < n:
            old = rng.random() < 0.1
            name = rng.choice(self.known_names) if old else self.invent(rng, words)
            if name not in names and not self.has_unseen_name(name):
                names.append(name)
        return names

    @cached_property
    def _unseen(self) -> re.Pattern[str]:
        edge = r"\b" if self.joiner else ""  # words that nothing parts have no edges
        return re.compile(f"{edge}(?:{'|'.join(self.unseen_names)}){edge}", re.IGNORECASE)
