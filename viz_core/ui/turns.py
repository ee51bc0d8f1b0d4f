"""Turns of large models: one pass after another, in the order in which visitors ask.

A pass of a large model takes as long as a hundred of ours. So many at once as leave a core to
others; whoever waits sees his place. Somebody who wants many passes asks for a turn for each, and
so lets all others have theirs in between.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Condition

import streamlit as st

from viz_core import registry
from viz_core.i18n import _

LARGE = 20_000_000  # parameters; smaller models are never waited for
LOOK = 0.25  # s from one look at one's place to the next
_has_turn: ContextVar[bool] = ContextVar("has_turn", default=False)


class Turns:
    """A queue of those who want to compute.

    Args:
        at_once: how many do at the same time.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._tickets: list[object] = []  # in the order in which they were asked for
        self._moved = Condition()

    @contextmanager
    def take(self, waiting: Callable[[int], None] = lambda place: None) -> Iterator[None]:
        """Wait for a turn, and have it.

        Args:
            waiting: called again and again with how many are before; whatever it raises, such as
                that the visitor went on, gives the place up.
        """
        ticket = object()
        with self._moved:
            self._tickets.append(ticket)
        try:
            while (before := self._before(ticket)) > 0:
                waiting(before)
                with self._moved:
                    self._moved.wait(LOOK)
            yield
        finally:
            with self._moved:
                self._tickets.remove(ticket)
                self._moved.notify_all()

    def _before(self, ticket: object) -> int:
        """How many have to be done before it is one's turn; 0 if it is."""
        with self._moved:
            return max(0, self._tickets.index(ticket) - self._at_once + 1)


TURNS = Turns(max(1, (os.cpu_count() or 1) - 1))


def is_large(model_id: str) -> bool:
    """Whether a model's passes wait for their turn."""
    return registry.card(model_id).n_params > LARGE


@contextmanager
def turn(model_id: str) -> Iterator[None]:
    """Compute with a model when it is one's turn; until then the page says how many are before.

    Within a turn another one is not waited for.
    """
    if _has_turn.get() or not is_large(model_id):
        yield
        return
    place = None

    def waiting(before: int) -> None:
        nonlocal place
        place = place or st.empty()
        told = _("{model} computes for others: {n} before you.")
        place.info(told.format(model=model_id, n=before), icon=":material/hourglass_top:")

    with TURNS.take(waiting):
        if place is not None:
            place.empty()
        token = _has_turn.set(True)
        try:
            yield
        finally:
            _has_turn.reset(token)
