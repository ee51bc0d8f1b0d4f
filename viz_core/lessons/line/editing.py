"""The points as the link has them: moved, typed, added, taken away, pasted."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from viz_core.errors import InputError
from viz_core.foundations.points import (
    ANSCOMBE,
    LARGEST,
    LONGEST_TABLE,
    MOST_POINTS,
    extent,
    keyed,
    read_points,
    read_table,
    write_points,
)
from viz_core.i18n import _
from viz_core.lessons.line import link
from viz_core.ui.errors import show_error
from viz_core.ui.inputs import controls, number, unseen

X, Y, TABLE, SET = "point_x", "point_y", "points_table", "points_set"  # keys of widgets
FAULT = "points_fault"  # where the session keeps what was wrong with a pasted table


def choose_points() -> tuple[np.ndarray, int]:
    """Let the visitor change the points; returns them, (point, 2), and the chosen one.

    Raises:
        InputError: the link's points can't be drawn, or there is none.
    """
    with unseen(link.POINTS.key):
        written = st.text_input(
            link.POINTS.key,
            link.POINTS.default or "",
            key=link.POINTS.key,
            bind="query-params",
            label_visibility="collapsed",
        )
    fault: InputError | None = None
    points, chosen = np.zeros((0, 2)), 0
    try:
        points = read_points(written)
    except InputError as error:
        fault = error
    with controls("points", _("Points")):
        if len(points):
            chosen = _type_point(points)
        _show_buttons(points, chosen)
        _show_sets()
        _show_table(points)
    if fault is not None:
        raise fault
    if not len(points):
        raise InputError(_("There is no point. Add one, or paste a table."))
    return points, chosen


def put(points: np.ndarray) -> None:
    """Have the link hold these points."""
    st.session_state[link.POINTS.key] = write_points(np.clip(points, -LARGEST, LARGEST))
    st.session_state.pop(FAULT, None)


def choose(n: int) -> None:
    """Frame a point."""
    st.session_state[link.POINT.key] = n


def move(points: np.ndarray, n: int, x: float, y: float) -> None:
    """Put a point elsewhere, and frame it."""
    moved = points.copy()
    moved[n] = x, y
    put(moved)
    choose(n)


def add(points: np.ndarray, x: float, y: float) -> None:
    """One point more, which is framed; none beyond `MOST_POINTS`."""
    if len(points) < MOST_POINTS:
        put(np.vstack([points, (x, y)]))
        choose(len(points))


def remove(points: np.ndarray, n: int) -> None:
    """One point less; the last one stays."""
    if len(points) > 1:
        put(np.delete(points, n, axis=0))
        choose(max(0, n - 1))


def _type_point(points: np.ndarray) -> int:
    """The chosen point's number, and its two coordinates to type."""
    last = len(points) - 1
    if st.session_state.get(link.POINT.key, 0) > last:
        choose(last)
    chosen = int(number(link.POINT, _("Point, from 0"), most=last, width=130))

    def typed() -> None:
        move(points, chosen, st.session_state[X], st.session_state[Y])

    for axis, (key, label) in enumerate(((X, "x"), (Y, "y"))):
        st.session_state[key] = float(points[chosen, axis])
        st.number_input(
            label,
            -LARGEST,
            LARGEST,
            step=keyed(extent(points[:, axis])),
            format="%.6g",
            key=key,
            on_change=typed,
            width=130,
        )
    return chosen


def _show_buttons(points: np.ndarray, chosen: int) -> None:
    """One point more, or the chosen one less."""
    x, y = points.mean(axis=0) if len(points) else (1.0, 1.0)
    st.button(
        _("Add a point"),
        key="add_point",
        icon=":material/add:",
        disabled=len(points) >= MOST_POINTS,
        on_click=partial(add, points, float(f"{x:.4g}"), float(f"{y:.4g}")),
        help=_("In the middle; a double click in the picture adds one there. At most {n}.").format(
            n=MOST_POINTS
        ),
    )
    st.button(
        _("Take it away"),
        key="remove_point",
        icon=":material/remove:",
        disabled=len(points) < 2,
        on_click=partial(remove, points, chosen),
    )


def _show_sets() -> None:
    """Points that make a point."""
    sets = {
        _("Eight points"): read_points(str(link.POINTS.default)),
        _("Anscombe I: a line and noise"): ANSCOMBE[0],
        _("Anscombe II: a curve"): ANSCOMBE[1],
        _("Anscombe III: one point pulls"): ANSCOMBE[2],
        _("Anscombe IV: one point makes the line"): ANSCOMBE[3],
    }

    def take() -> None:
        picked = st.session_state[SET]
        if picked in sets:
            put(sets[picked])
            choose(0)
        st.session_state[SET] = None

    st.selectbox(
        _("Sets of points"),
        list(sets),
        index=None,
        key=SET,
        on_change=take,
        placeholder=_("Pick a set"),
        width=190,
    )


def _show_table(points: np.ndarray) -> None:
    """The points as a table, to read, to type and to paste."""
    if FAULT not in st.session_state:
        st.session_state[TABLE] = "\n".join(write_points(points).split())

    def take() -> None:
        pasted = st.session_state[TABLE] or ""
        try:
            put(read_table(pasted))
        except InputError as error:
            st.session_state[FAULT] = str(error)
            if len(pasted) > LONGEST_TABLE:  # too much to send back
                st.session_state[TABLE] = ""

    with st.popover(_("As a table"), icon=":material/table:"):
        st.text_area(_("A point a line: x, y"), key=TABLE, on_change=take, height=240)
        st.caption(
            _("Type or paste, such as from a spreadsheet (CSV). It is read when you leave the box.")
        )
        if FAULT in st.session_state:
            show_error(InputError(st.session_state[FAULT]))
