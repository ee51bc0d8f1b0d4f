"""The line's equation with its numbers, and the arithmetic of the next step."""

from __future__ import annotations

import streamlit as st

from viz_core.figures.numbers import plain, tex
from viz_core.foundations.line import gradient, loss
from viz_core.i18n import _
from viz_core.lessons.line.view import LineView, written
from viz_core.ui.show import how, say


def show(view: LineView) -> None:
    """The model, its loss, the gradient, and where the next step leads."""
    st.subheader(_("The next step in numbers"), anchor=False)
    st.latex(in_numbers(view))
    if view.best is not None:
        say(
            _("Least squares needs no steps: {line}, loss {loss}.").format(
                line=written(view.best), loss=plain(loss(view.points, view.best))
            )
        )
    how(
        _(
            "e is a point's error. The gradient says how the loss grows with a and with b; a step "
            "v goes against it, as far as the learning rate says, and momentum adds a share of "
            "the step before."
        )
    )


def in_numbers(view: LineView) -> str:
    """The arithmetic of the next step, in TeX."""
    (a, b), n = view.line, len(view.points)
    slopes = gradient(view.points, view.line)
    steps = view.momentum * view.descent.velocity - view.rate * slopes
    lines = [
        rf"y &= {tex(a)}\,x {tex(b, sign=True)}",
        r"e_i &= a x_i + b - y_i",
        rf"L &= \tfrac1{{{n}}}\textstyle\sum_i e_i^2 = {tex(view.descent.losses[-1])}",
    ]
    for name, value, slope, before, step, factor in zip(
        "ab", (a, b), slopes, view.descent.velocity, steps, (r"\,x_i", ""), strict=True
    ):
        mean = rf"\tfrac2{{{n}}}\textstyle\sum_i e_i{factor}"
        after = rf"\mathbf{{{tex(value + step)}}}"
        lines += [
            rf"\tfrac{{\partial L}}{{\partial {name}}} &= {mean} = {tex(slope)}",
            rf"v_{name} &= {_carried(view.momentum, before)}- {tex(view.rate)} \cdot"
            rf" ({tex(slope)}) = {tex(step)}",
            rf"{name} &\leftarrow {tex(value)} {tex(step, sign=True)} = {after}",
        ]
    return r"\begin{aligned}" + r"\\".join(lines) + r"\end{aligned}"


def _carried(momentum: float, before: float) -> str:
    """What a step takes over from the one before."""
    return rf"{tex(momentum)} \cdot ({tex(before)}) " if momentum else ""
