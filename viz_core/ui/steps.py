"""What pages share on which something happens step by step: a session's own results, buttons."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from viz_core.figures.theme import kind_colour
from viz_core.i18n import _
from viz_core.links import Choice
from viz_core.ui.inputs import choose
from viz_core.ui.tour import touring

T = TypeVar("T")

N_KEPT = 24  # generations and searches that a session keeps
N_QUIET = 24  # steps of a work that are done before it shows how far it is
N_BETWEEN = 4  # steps from one sight of it to the next


@dataclass(frozen=True)
class Button:
    """A button of a row: its name, its words, its icon, what it does, the key that presses it."""

    key: str
    label: str
    icon: str
    act: Callable[[], None]
    disabled: bool = False
    shortcut: str | None = None
    first: bool = False


def button_row(buttons: tuple[Button, ...]) -> None:
    """Buttons beside each other; the first choice among them stands out.

    On a tour their keys are the tour's.
    """
    on_tour = touring()
    for one in buttons:
        st.button(
            one.label,
            key=one.key,
            on_click=one.act,
            shortcut=None if on_tour else one.shortcut,
            disabled=one.disabled,
            icon=f":material/{one.icon}:",
            type="primary" if one.first else "secondary",
        )


def walk_select(
    value: Choice, label: str, help_text: str, options: Sequence[str] | None = None
) -> str:
    """The stops of a walk beside each other, with buttons and arrow keys to the next and back."""
    stops = list(value.options({}) if options is None else options)
    stop = choose(value, label, help_text, stops)
    at = stops.index(stop)

    def visit(number: int) -> None:
        st.session_state[value.key] = stops[number]

    last = at == len(stops) - 1
    button_row(
        (
            Button("previous", _("Previous"), "arrow_back", partial(visit, at - 1), not at, "Left"),
            Button("next", _("Next"), "arrow_forward", partial(visit, at + 1), last, "Right", True),
        )
    )
    return stop


def go_to(step: int) -> None:
    """Show another step from the next run of the page on; a run that goes on ends."""
    st.session_state["step"] = step
    stop_running()


def stop_running() -> None:
    """End a run, and forget the word that it would have written next."""
    st.session_state["running"] = False
    st.session_state.pop("next_step", None)


def kept(key: Hashable, make: Callable[[], T]) -> T:
    """What this session made for a key, made now if it is new; no other visitor gets it."""
    store: dict[Hashable, Any] = st.session_state.setdefault("kept", {})
    if key not in store:
        made = make()
        while len(store) >= N_KEPT:
            store.pop(next(iter(store)))
        store[key] = made
    found: T = store[key]
    return found


@contextmanager
def progress(total: int, label: str) -> Iterator[Callable[[], None]]:
    """How far a long work is; there Streamlit's Stop is heard, and a visitor who goes on.

    Args:
        total: steps that it takes at most.

    Yields:
        what is to be called after each step.
    """
    bar, done = None, 0

    def each() -> None:
        nonlocal bar, done
        done += 1
        if done >= N_QUIET and done % N_BETWEEN == 0:
            bar = bar or st.empty()
            bar.progress(min(1.0, done / total), label)

    yield each
    if bar is not None:
        bar.empty()


def model_name(model: str, kind: str) -> None:
    """A model's name with a mark in the colour of its kind."""
    st.html(f'<strong><span style="color:{kind_colour(kind)}">■</span> {model}</strong>')
