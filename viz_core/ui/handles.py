"""Points of a picture that a visitor can move: by mouse, finger or keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from viz_core.figures.theme import Theme
from viz_core.i18n import _
from viz_core.ui.browser import view

_handles = view(
    "handles",
    '<div class="handles" tabindex="0" role="application">'
    '<div class="dot" hidden></div><div class="tip" hidden></div></div>\n'
    '<div class="said" aria-live="polite"></div>',
)


@dataclass(frozen=True)
class Handle:
    """A point that can be moved.

    Attributes:
        name: for people.
        x, y: where it is, in the numbers of the picture's axes.
        upright: it moves up and down only.
        goes: it can be taken away.
    """

    name: str
    x: float
    y: float
    upright: bool = False
    goes: bool = False


@dataclass(frozen=True)
class Moves:
    """What happens to the points; what is None can't be done.

    Attributes:
        moved: takes the point and its new place.
        chosen: takes the point that was clicked, or reached by keys.
        added: takes a place.
        removed: takes the point.
    """

    moved: Callable[[int, float, float], None]
    chosen: Callable[[int], None] | None = None
    added: Callable[[float, float], None] | None = None
    removed: Callable[[int], None] | None = None


def handles(
    name: str,
    points: Sequence[Handle],
    moves: Moves,
    steps: tuple[float, float],
    theme: Theme,
    chosen: int = 0,
) -> None:
    """Lay points that can be moved over a Plotly picture.

    Args:
        name: of the picture, in whose sheet this is called: `picture(..., over=...)`.
        steps: how far an arrow key moves a point, along each axis.
        chosen: the point that keys move first.
    """
    key = f"handles_{name}"

    def told() -> Any:
        return st.session_state[key]

    def moved() -> None:
        to = told().moved
        moves.moved(int(to["n"]), float(to["x"]), float(to["y"]))

    def picked() -> None:
        if moves.chosen is not None:
            moves.chosen(int(told().chosen))

    def added() -> None:
        if moves.added is not None:
            moves.added(float(told().added["x"]), float(told().added["y"]))

    def removed() -> None:
        if moves.removed is not None:
            moves.removed(int(told().removed))

    label = _(
        "Points that can be moved: arrow keys move one, Page Up and Page Down choose another."
    )
    data = {
        "points": [asdict(point) for point in points],
        "chosen": min(chosen, len(points) - 1),
        "steps": list(steps),
        "adds": moves.added is not None,
        "label": label,
        "says": _("{name}: {x}, {y}"),
        "mark": theme.mark,
    }
    _handles(
        key,
        data=data,
        on_moved_change=moved,
        on_chosen_change=picked,
        on_added_change=added,
        on_removed_change=removed,
    )
