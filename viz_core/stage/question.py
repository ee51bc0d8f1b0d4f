"""A question to a class: what is asked, what the model itself says, which answers are right."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

LONGEST = 80  # characters of a typed guess
N_SHOWN = 10  # answers that are shown when a typed question is revealed
N_LIKELY, LEAST = 3, 0.01  # of the model alone: so many at least, and those that likely


@dataclass(frozen=True)
class Question:
    """What a class is asked about a view.

    Attributes:
        prompt: the sentence.
        options: answers to choose from; none where one types.
        probs: answer -> what the model gives it, from 0 to 1; empty where it gives no shares.
        right: answers that count as right; none where nothing does.
        answer: the model's own answer, in words.
    """

    prompt: str
    options: tuple[str, ...] = ()
    probs: Mapping[str, float] = field(default_factory=dict)
    right: tuple[str, ...] = ()
    answer: str = ""

    @property
    def json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    def read(self, typed: str) -> str | None:
        """A guess as it is counted; None for what is none: empty, too long, or not an option."""
        guess = "".join(char for char in " ".join(typed.split()) if char.isprintable())
        if self.options:
            return guess if guess in self.options else None
        return guess.casefold() if 0 < len(guess) <= LONGEST else None

    def is_right(self, guess: str) -> bool:
        return guess in self.right

    def for_students(self) -> dict[str, Any]:
        """What may be told before the answer is revealed."""
        return {"prompt": self.prompt, "options": list(self.options)}


@dataclass(frozen=True)
class Row:
    """One answer beside the model's.

    Attributes:
        n: how many gave it.
        share: of all who answered.
        prob: the model's; None where it gives none.
    """

    answer: str
    n: int
    share: float
    prob: float | None
    right: bool


@dataclass(frozen=True)
class Result:
    """What a class said.

    Attributes:
        rows: the most given answers first, then those that the model thinks likeliest.
        n: who answered.
        n_others: answers that are not in `rows`, because they are rare or not yet approved.
    """

    rows: tuple[Row, ...]
    n: int
    n_right: int
    n_others: int

    def told(self, answer: str) -> dict[str, Any]:
        """The result as the browser draws it.

        Args:
            answer: the model's own.
        """
        return {
            "rows": [asdict(row) for row in self.rows],
            "n": self.n,
            "right": self.n_right,
            "others": self.n_others,
            "answer": answer,
        }


def read_question(text: str) -> Question:
    """The question that `Question.json` wrote."""
    told = json.loads(text)
    return Question(
        told["prompt"], tuple(told["options"]), told["probs"], tuple(told["right"]), told["answer"]
    )


def result(question: Question, guesses: Iterable[str], approved: Iterable[str]) -> Result:
    """What is shown when a question is revealed.

    Args:
        guesses: one of each who answered.
        approved: typed ones that may be shown, beside those that the model itself names.
    """
    counted = Counter(guesses)
    n = counted.total()
    may = set(question.options) | set(question.probs) | set(question.right) | set(approved)
    given = [guess for guess, _n in counted.most_common() if guess in may]
    likely = [
        one
        for n, one in enumerate(sorted(question.probs, key=lambda one: -question.probs[one]))
        if n < N_LIKELY or question.probs[one] >= LEAST
    ]
    named = list(dict.fromkeys([*given, *question.right, *(question.options or likely)]))
    if not question.options:
        named = named[:N_SHOWN]
    rows = tuple(
        Row(
            one,
            counted[one],
            counted[one] / n if n else 0.0,
            question.probs.get(one, 0.0 if question.probs else None),
            question.is_right(one),
        )
        for one in named
    )
    return Result(
        rows,
        n,
        sum(counted[one] for one in question.right),
        n - sum(row.n for row in rows),
    )


def which_word(prompt: str, guesses: Iterable[tuple[str, float]]) -> Question:
    """A question for a word, which is typed: right is the one that the model thinks likeliest.

    Args:
        guesses: words and their probabilities, the likeliest first; two tokens that are typed
            alike count together.
    """
    probs: dict[str, float] = {}
    for word, prob in guesses:
        typed = word.strip().casefold()
        if typed:
            probs[typed] = probs.get(typed, 0.0) + prob
    best = max(probs, key=lambda word: probs[word], default="")
    return Question(prompt, (), probs, (best,) if best else (), best)
