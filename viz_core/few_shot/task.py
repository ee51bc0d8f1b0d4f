"""A task as a value: rows of examples, and the sentences that they become in a prompt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from viz_core.errors import InputError
from viz_core.i18n import _

COUNTS = (0, 1, 2, 4, 8)  # examples in a prompt
N_EXAMPLES = COUNTS[-1]  # rows that are examples; those behind them are asked
N_QUERIES = 20
MOST_ROWS, LONGEST_ROW = 60, 300  # of what a visitor types; characters
_PARTED = re.compile(r"\s*[:：]\s*")
_COMMA = re.compile(r"\s*[,，、]\s*")


@dataclass(frozen=True)
class Row:
    """What is given and what is right: (France,) and Paris, or (Tom, cat) and fish."""

    given: tuple[str, ...]
    answer: str

    def __str__(self) -> str:
        return f"{', '.join(self.given)}: {self.answer}"


@dataclass(frozen=True)
class Prompt:
    """Examples, and a question that ends just before its answer.

    Attributes:
        examples: a sentence or two each.
        joiner: what stands between sentences.
    """

    examples: tuple[str, ...]
    question: str
    answer: str
    joiner: str

    @property
    def shown(self) -> str:
        """The examples alone."""
        return self.joiner.join(self.examples)

    @property
    def text(self) -> str:
        """What a model reads."""
        return self.joiner.join((*self.examples, self.question))


@dataclass(frozen=True)
class Task:
    """Rows, the first `N_EXAMPLES` of them examples; those behind are asked and never shown.

    Attributes:
        name: its code in links.
        language: that it is in, a code such as `en`.
        title: for people, in English.
        asked: a sentence up to its answer, with places {0}, {1} for what is given.
        told: an example, with a place {answer} besides.
        recalls: the question is about one of the examples, which holds what is needed.
        joiner: what stands between sentences.
    """

    name: str
    language: str
    title: str
    asked: str
    told: str
    rows: tuple[Row, ...]
    recalls: bool = False
    joiner: str = " "

    @property
    def title_here(self) -> str:
        """Its title in the visitor's language."""
        return _(self.title)

    @property
    def kin(self) -> str:
        """What the same task in another language has in common with it."""
        return self.name.removesuffix(f"-{self.language}")

    @property
    def n_given(self) -> int:
        """How many things are given in a row."""
        return len(set(re.findall(r"\{(\d)\}", self.asked + self.told)))

    @property
    def chance(self) -> float:
        """What a model reaches that knows the answers that there are, and no more."""
        return 1 / len({row.answer for row in self.rows})

    @property
    def query(self) -> Row:
        """The row that is asked at first."""
        return self.rows[0 if self.recalls else min(N_EXAMPLES, len(self.rows) - 1)]

    def counts(self) -> tuple[int, ...]:
        """The numbers of examples that its rows are enough for."""
        return tuple(n for n in COUNTS if n < len(self.rows))

    def prompt(self, shown: Sequence[Row], row: Row) -> Prompt:
        """A prompt with these examples that asks for the answer of a row."""
        examples = tuple(self.told.format(*one.given, answer=one.answer) for one in shown)
        return Prompt(examples, self.asked.format(*row.given), row.answer, self.joiner)

    def prompt_of(self, n: int, row: Row) -> Prompt:
        """A prompt with the first n examples; a question about one of them is about the first."""
        shown = (row, *self.rows[1:]) if self.recalls else self.rows
        return self.prompt(shown[:n], row)

    def prompts(self, n: int) -> tuple[Prompt, ...]:
        """`N_QUERIES` prompts with n examples, or as many as there are rows left to ask.

        All have the same examples. Where the question is about one of them, each has its own
        instead, which begin one row later, and the question goes through their places.
        """
        if not self.recalls:
            first = min(N_EXAMPLES, len(self.rows) - 1)
            return tuple(
                self.prompt(self.rows[:n], row) for row in self.rows[first : first + N_QUERIES]
            )
        twice = self.rows * 2
        return tuple(
            self.prompt(twice[at : at + n], twice[at + (at % n if n else 0)])
            for at in range(min(N_QUERIES, len(self.rows)))
        )

    def with_rows(self, typed: str) -> Task:
        """The same task of other rows.

        Args:
            typed: a row a line, as `read_row` reads it.

        Raises:
            InputError: says which line is wrong, or that there are too few or too many.
        """
        lines = [line for line in typed.splitlines() if line.strip()]
        if not 2 <= len(lines) <= MOST_ROWS:
            raise InputError(
                _("There are {n} rows; a task takes 2 to {most}, a row a line.").format(
                    n=len(lines), most=MOST_ROWS
                )
            )
        return replace(self, rows=tuple(self.read_row(line) for line in lines))

    def read_row(self, line: str) -> Row:
        """A row as people type it: `hot: cold`, or `Tom, cat: fish`; Chinese marks will do, too.

        Raises:
            InputError: it is no row.
        """
        given, parted, answer = _last_colon(line.strip())
        parts = tuple(_COMMA.split(given, self.n_given - 1)) if self.n_given > 1 else (given,)
        whole = parted and answer and len(parts) == self.n_given and all(parts)
        if not whole or len(line) > LONGEST_ROW:
            raise InputError(
                _(
                    "“{line}” is no row. A row is what is given, a colon and the answer, as in "
                    "“{example}”, in at most {most} characters."
                ).format(line=line[:40], example=self.rows[0], most=LONGEST_ROW)
            )
        return Row(parts, answer)


def pairs(text: str) -> tuple[Row, ...]:
    """Rows of single words: `hot cold, big small`."""
    return tuple(Row((given,), answer) for given, answer in map(str.split, text.split(",")))


def _last_colon(line: str) -> tuple[str, bool, str]:
    """What stands before and behind the last colon of a line, and whether there is one."""
    *before, answer = _PARTED.split(line)
    return ": ".join(before), bool(before), answer
