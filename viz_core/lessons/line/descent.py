"""The loss of every line, and the way down."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.figures import line_chart
from viz_core.figures.line import loss_surface
from viz_core.figures.numbers import plain
from viz_core.foundations.line import loss, surface
from viz_core.foundations.points import keyed
from viz_core.i18n import _
from viz_core.lessons.line.view import LineView, place_by_hand, written
from viz_core.ui import running
from viz_core.ui.cache import cached
from viz_core.ui.handles import Handle, Moves, handles
from viz_core.ui.show import Details, picture


def show_title(view: LineView) -> None:
    """Where the line stands, the buttons that take it on, and what is to be said of its way."""
    found = plain(view.descent.losses[-1])
    title = (
        _("After {n} steps: {line}, loss {loss}")
        if view.descent.n_steps
        else _("Placed by hand: {line}, loss {loss}")
    )
    said = {"n": view.descent.n_steps, "line": written(view.line), "loss": found}
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(title.format(**said), anchor=False, width="stretch")
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            running.show_buttons(view.descent.n_steps, view.over)
    if view.descent.ran_away:
        st.warning(
            _(
                "The steps ran away: after step {n} the loss is {loss}, and no step brings it "
                "back. With these points and this momentum a learning rate below {limit} comes to "
                "the best line; this one is {rate}."
            ).format(
                n=view.descent.n_steps,
                loss=found,
                limit=f"{view.fastest:.3g}",
                rate=f"{view.rate:g}",
            ),
            icon=":material/trending_up:",
        )
    elif view.rate > view.fastest:
        st.warning(
            _(
                "The learning rate {rate} is too large for these points: each step overshoots "
                "further than the last. Below {limit} they come to the best line."
            ).format(limit=f"{view.fastest:.3g}", rate=f"{view.rate:g}"),
            icon=":material/trending_up:",
        )
    if view.best is None:
        st.info(
            _(
                "All points have the same x, so many lines have the smallest loss and least "
                "squares has no answer. Gradient descent comes to one of them: which one depends "
                "on where it starts."
            )
        )


def show_surface(view: LineView) -> None:
    """The loss of every line as a map, and the way of this one."""
    map_ = cached(surface, points=view.points, start=view.start)
    ends = [(float(axis[0]), float(axis[-1])) for axis in (map_.a, map_.b)]
    picture(
        loss_surface,
        "line-surface",
        _(
            "Each place is a line. The rings join lines of equal loss, which grows outwards (on a "
            "logarithmic scale). The dots are steps downhill from the line by hand, which can be "
            "dragged; the cross is least squares."
        ),
        _("From a = {a}, b = {b} the loss goes from {first} to {last} in {n} steps.").format(
            a=f"{view.start[0]:g}",
            b=f"{view.start[1]:g}",
            first=plain(view.descent.losses[0]),
            last=plain(view.descent.losses[-1]),
            n=view.descent.n_steps,
        ),
        aloud=False,
        over=partial(_show_handle, view, (keyed(ends[0]), keyed(ends[1]))),
        surface=map_,
        descent=view.descent,
        best=view.best,
        theme=view.theme,
        note=view.note,
    )


def _show_handle(view: LineView, steps: tuple[float, float]) -> None:
    """The line by hand, as a point of the map."""
    handles(
        "line-surface",
        [Handle(_("the line by hand"), *view.start)],
        Moves(lambda _at, a, b: place_by_hand(a, b)),
        steps,
        view.theme,
    )


def show_course(view: LineView) -> None:
    """The loss step by step."""
    lines = [(_("gradient descent"), view.descent.losses)]
    least = None if view.best is None else loss(view.points, view.best)
    if least:  # a loss of 0 has no place on a logarithmic axis
        lines.append((_("least squares"), np.full(len(view.descent.losses), least)))
    picture(
        line_chart,
        "line-course",
        _("The loss after each step, on a logarithmic scale."),
        _("From {first} to {last} in {n} steps.").format(
            first=plain(view.descent.losses[0]),
            last=plain(view.descent.losses[-1]),
            n=view.descent.n_steps,
        ),
        Details(
            formula=r"L(a, b) = \frac1n \sum_i (a x_i + b - y_i)^2 \qquad v \leftarrow \mu v -"
            r" \eta \nabla L \qquad (a, b) \leftarrow (a, b) + v",
            source="Legendre 1805 (least squares); Cauchy 1847 (gradient descent); Polyak 1964 "
            "(momentum)",
            code=("viz_core/foundations/line.py", "descend"),
            table=lambda: pd.DataFrame(
                {
                    "a": view.descent.lines[:, 0],
                    "b": view.descent.lines[:, 1],
                    _("loss"): view.descent.losses,
                }
            ),
            saves=True,
            name="line",
        ),
        aloud=False,
        lines=lines,
        x=list(range(len(view.descent.losses))),
        theme=view.theme,
        x_name=_("step"),
        y_name=_("loss"),
        log=True,
        note=view.note,
    )
