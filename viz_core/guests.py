"""Models of single visitors in the table of models: only whoever holds one is offered it.

Whoever knows the id of such a model may use it, and nobody guesses it. What a page lists is what
the visitor holds, which the context says, as it says his language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextvars import ContextVar
from typing import TypeVar

E = TypeVar("E")

_held: ContextVar[tuple[str, ...]] = ContextVar("held", default=())


def hold(model_ids: tuple[str, ...]) -> None:
    """Offer these models besides those that all are offered, in this context."""
    _held.set(model_ids)


class Table(MutableMapping[str, E]):
    """Models by their ids: those that all are offered, and those that the visitor holds.

    Args:
        ours: those that all are offered.
        find: the model of a visitor by its id; None if there is none.
    """

    def __init__(self, ours: Mapping[str, E], find: Callable[[str], E | None]) -> None:
        self._ours, self._find = dict(ours), find

    def __getitem__(self, model_id: str) -> E:
        if model_id in self._ours:
            return self._ours[model_id]
        found = self._find(model_id)
        if found is None:
            raise KeyError(model_id)
        return found

    def __setitem__(self, model_id: str, entry: E) -> None:
        self._ours[model_id] = entry

    def __delitem__(self, model_id: str) -> None:
        del self._ours[model_id]

    def __iter__(self) -> Iterator[str]:
        yield from tuple(self._ours)
        yield from (i for i in _held.get() if i not in self._ours and self._find(i) is not None)

    def __len__(self) -> int:
        return sum(1 for _id in self)
