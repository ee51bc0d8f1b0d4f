"""What all visitors share of the measurements: each round's cells, measured once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import streamlit as st

from viz_core.i18n import _

PAUSE = 30  # s, shortest time between two rounds of measuring
T = TypeVar("T")


@dataclass
class Round:
    """The cells that belong together.

    Attributes:
        number: of the round; measuring again begins the next one.
        began: when it was begun, in seconds of the monotonic clock.
        done: names of the measures whose cells are all there.
    """

    number: int = 0
    began: float = 0.0
    done: frozenset[str] = frozenset()


@st.cache_resource(show_spinner=False)
def _round() -> Round:
    return Round(began=time.monotonic())


def begin_next() -> None:
    """Begin the next round, if the last one is not too young."""
    now = _round()
    left = PAUSE - (time.monotonic() - now.began)
    if left > 0:
        st.toast(
            _("This was measured just now. Measuring again is possible in {n} s.").format(
                n=round(left)
            )
        )
        return
    now.number, now.began, now.done = now.number + 1, time.monotonic(), frozenset()


def measured(
    measure: Callable[[str, int], T], cells: Sequence[tuple[str, int]]
) -> tuple[list[T], str]:
    """Measure cell by cell, with a progress bar while something may be left to measure.

    Args:
        measure: takes what is measured, and so many tokens.

    Returns:
        What was measured, and when.
    """
    now = _round()
    number = now.number
    bar = None if measure.__name__ in now.done else st.progress(0.0, _("Measuring"))
    costs, times = [], []
    for done, (what, n_tokens) in enumerate(cells, 1):
        cost, when = _cell(measure.__name__, number, what, n_tokens, measure)
        costs.append(cost)
        times.append(when)
        if bar:
            bar.progress(done / len(cells), _("Measuring {n} tokens").format(n=n_tokens))
    if bar:
        bar.empty()
    if number == now.number:  # nobody began another round meanwhile
        now.done |= {measure.__name__}
    return costs, max(times)


@st.cache_resource(max_entries=128, show_spinner=False)
def _cell(
    name: str, number: int, what: str, n_tokens: int, _measure: Callable[[str, int], T]
) -> tuple[T, str]:
    """One measurement and its time, shared by all who ask in one round."""
    return _measure(what, n_tokens), datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
