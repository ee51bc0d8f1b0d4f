"""What the link of the Few-shot page carries."""

from collections.abc import Sequence
from dataclasses import dataclass

from viz_core import registry
from viz_core.errors import InputError
from viz_core.few_shot.task import COUNTS, Task
from viz_core.few_shot.tasks import TASKS
from viz_core.i18n import language
from viz_core.kinds import Kind
from viz_core.languages import counterpart, readers
from viz_core.links import (
    PLACE,
    WORD,
    Choice,
    Flag,
    Link,
    Several,
    State,
    Text,
    model,
    usable,
)

MODELS = ("decoder-stories", "lstm-stories", "rnn-stories")  # that are asked at first
# A task that one of them does by the examples, one that all know without, and one that none does
RECALLS, KNOWN, FAILS = "facts", "food", "opposites"


def continues(kind: Kind) -> bool:
    """Whether models of a kind go on with a text."""
    return kind.continues


def readers_of(code: str) -> tuple[str, ...]:
    """The models that go on with a text of a language, which they read."""
    found = readers(code, continues)
    return tuple(m for m in found if code in registry.entry_of(m).languages)


def tasks(_state: State) -> Sequence[str]:
    """The names of the tasks whose language some model reads, the visitor's language first."""
    read = {code for code in ("en", "zh") if readers_of(code)} or {"en"}
    names = [name for name, task in TASKS.items() if task.language in read]
    return sorted(names, key=lambda name: TASKS[name].language != language())


def of_language(name: str, code: str) -> str:
    """The task of this name in a language."""
    return next(n for n, task in TASKS.items() if task.kin == name and task.language == code)


def first_task() -> str:
    """The task that the page opens with, in the visitor's language where a model reads it."""
    return of_language(RECALLS, TASKS[tasks({})[0]].language)


def first_models(code: str) -> list[str]:
    """The models that are asked at first, for tasks of a language."""
    ours = [m for m in readers_of(code) if registry.entry_of(m).own]
    found = [counterpart(name, code, continues, ours) for name in MODELS]
    return [name for name in dict.fromkeys(found) if name] or list(readers_of(code)[:1])


@dataclass(frozen=True)
class Rows(Text):
    """The name of a task in the first line, and one of its rows in each line behind it."""

    def fault(self, values: Sequence[str], state: State) -> str:
        try:
            read_rows(values[0])
        except InputError as error:
            return f"{self.key}: {error}"
        return super().fault(values, state)


def read_rows(code: str) -> Task | None:
    """The task that a link's rows make; None if it has none.

    Raises:
        InputError: a row is none, or there is no such task.
    """
    name, _parted, rows = code.partition("\n")
    if not name:
        return None
    if fault := TASK.fault([name], {}):
        raise InputError(fault)
    return TASKS[name].with_rows(rows)


ASKED = Several("asked", None, usable(continues))
TASK = Choice("task", first_task, tasks, {name: task.title for name, task in TASKS.items()})
ALL = Flag("all")
N = Choice("examples", "4", tuple(map(str, COUNTS)))
ROWS, QUERY = Rows("rows"), Text("query")
READER = model(lambda kind: kind.continues and kind.attends, first="decoder-stories")
LINK = Link("few_shot", ASKED, TASK, ALL, N, ROWS, QUERY, READER, *PLACE, WORD)
