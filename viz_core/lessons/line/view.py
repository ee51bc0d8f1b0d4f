"""What is looked at on the A line page: points, and a line on its way down to the best one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from viz_core.errors import VizError
from viz_core.figures.numbers import plain
from viz_core.figures.theme import Theme
from viz_core.foundations.line import Descent, descend, fastest_rate, least_squares
from viz_core.foundations.points import extent
from viz_core.i18n import _
from viz_core.lessons.line import editing, link
from viz_core.ui import running
from viz_core.ui.cache import cached
from viz_core.ui.errors import show_error
from viz_core.ui.inputs import controls, number
from viz_core.ui.steps import go_to, stop_running

START = "line_start"  # where the session keeps the line that the steps began with


@dataclass(frozen=True)
class LineView:
    """Points, and the way of a line.

    Attributes:
        points: (point, 2).
        start: the line before the first step, (a, b), made by hand.
        rate, momentum: of gradient descent.
        best: the line of the smallest loss; None where many have it.
        chosen: the point that is framed.
    """

    points: np.ndarray
    start: tuple[float, float]
    rate: float
    momentum: float
    descent: Descent
    best: np.ndarray | None
    chosen: int
    theme: Theme

    @property
    def line(self) -> np.ndarray:
        """The line after the last step, (a, b)."""
        last: np.ndarray = self.descent.lines[-1]
        return last

    @property
    def over(self) -> bool:
        """Whether no step can follow."""
        return self.descent.ran_away or self.descent.n_steps >= link.MOST_STEPS

    @property
    def ends(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Of both axes of the points' picture."""
        return extent(self.points[:, 0]), extent(self.points[:, 1])

    @property
    def fastest(self) -> float:
        """The learning rate from which on the steps grow."""
        return fastest_rate(self.points, self.momentum)

    @property
    def note(self) -> str:
        """What stands on exported pictures."""
        return _("{n} points · rate {rate} · momentum {momentum} · step {step}").format(
            n=len(self.points),
            rate=f"{self.rate:g}",
            momentum=f"{self.momentum:g}",
            step=self.descent.n_steps,
        )


def line_view(theme: Theme) -> LineView:
    """Let the visitor choose a line to begin with, and go down from it by steps."""
    running.begin_step()
    with controls("line", _("Line and steps")):
        start = (
            number(link.A, _("a by hand"), step=0.1, form="%.6g"),
            number(link.B, _("b by hand"), step=0.1, form="%.6g"),
        )
        _begin_anew_with(start)
        rate = number(
            link.RATE,
            _("Learning rate"),
            step=0.01,
            form="%.6g",
            help_text=_("How far a step goes: the gradient is multiplied by it."),
        )
        momentum = number(
            link.MOMENTUM,
            _("Momentum"),
            step=0.1,
            form="%.6g",
            help_text=_("How much of the last step goes into the next."),
        )
        step = int(number(link.STEP, _("Steps")))
    try:
        points, chosen = editing.choose_points()
    except VizError as error:
        stop_running()
        show_error(error)
        st.stop()
    descent = cached(
        descend, points=points, start=start, rate=rate, momentum=momentum, n_steps=step
    )
    return LineView(points, start, rate, momentum, descent, least_squares(points), chosen, theme)


def go_on(view: LineView) -> None:
    """While a run goes on, let the next step come."""
    running.keep_running(view.descent.n_steps, view.over)


def place_by_hand(a: float, b: float) -> None:
    """Begin anew with a line, as if its numbers had been typed."""
    limits = link.A.least, float(str(link.A.most))
    for value, found in ((link.A, a), (link.B, b)):
        st.session_state[value.key] = float(f"{np.clip(found, *limits):.5g}")
    go_to(0)


def written(line: np.ndarray) -> str:
    """A line's equation, in a sentence."""
    return f"y = {plain(line[0])} x {plain(line[1], sign=True)}"


def _begin_anew_with(start: tuple[float, float]) -> None:
    """Another line by hand has made no step; a link's first line keeps the link's steps."""
    if st.session_state.get(START, start) != start:
        go_to(0)
    st.session_state[START] = start
