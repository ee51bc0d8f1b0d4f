"""One forward pass against the length of the text: time, memory or steps that wait."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

import pandas as pd
import streamlit as st

from viz_core import cost
from viz_core.analysis.growth import TAIL, slope
from viz_core.cost import Cost
from viz_core.figures import Growth, growth_lines
from viz_core.figures.theme import Theme, kind_colour
from viz_core.i18n import _
from viz_core.kinds import kind_of
from viz_core.lessons.cost import link, rounds
from viz_core.ui.inputs import choose, controls
from viz_core.ui.show import Details, picture, show_details


def show(theme: Theme) -> None:
    """Let the visitor choose what is measured, and draw a line a kind of model."""
    value, unit, read = _quantity(_choose())
    cells = [(kind, n_tokens) for kind in cost.KINDS for n_tokens in cost.LENGTHS]
    costs, when = rounds.measured(cost.forward_cost, cells)
    lines = {
        kind: {row.n_tokens: read(row) for row in costs if row.kind == kind} for kind in cost.KINDS
    }
    slopes = {kind: slope(list(line), list(line.values())) for kind, line in lines.items()}
    st.subheader(
        _("Twice the text: {value} × {most} for the decoder, × {least} for the LSTM").format(
            value=value, most=f"{2 ** slopes['decoder']:.1f}", least=f"{2 ** slopes['lstm']:.1f}"
        ),
        anchor=False,
    )
    picture(
        growth_lines,
        "cost",
        _(
            "Both axes are logarithmic, so a straight line is a power of the length: slope 1 "
            "grows with the length, slope 2 with its square. Slopes are fitted to the {n} longest "
            "texts, where overhead counts least."
        ).format(n=TAIL),
        _summary(slopes),
        courses=[_course(kind, line, slopes[kind]) for kind, line in lines.items()],
        value=value,
        unit=unit,
        theme=theme,
        note=_("width {width}, {n} layers, one text, measured {when}").format(
            width=cost.WIDTH, n=cost.N_LAYER, when=when
        ),
    )
    _show_conditions()
    show_details(_details(costs), "cost")


def _choose() -> str:
    """What is measured."""
    with controls("cost"):
        return choose(
            link.WHAT,
            _("What"),
            _(
                "time: of one forward pass. memory: the most that its tensors held at once. steps: "
                "operations that have to wait for one another."
            ),
        )


def _quantity(what: str) -> tuple[str, str, Callable[[Cost], float]]:
    """Name, unit and value of what is drawn."""
    if what == "time":
        return _("time"), _("ms"), lambda row: row.seconds * 1e3
    if what == "memory":
        return _("memory"), "MB", lambda row: row.peak_bytes / 1e6
    if what == "steps":
        return _("sequential steps"), _("steps"), lambda row: float(row.steps)
    raise ValueError(f"{what!r} is none of time, memory, steps")


def _course(kind: str, line: Mapping[int, float], power: float) -> Growth:
    """The line of a kind of model, n_tokens -> cost."""
    return Growth(
        _("{kind}, slope {slope}").format(kind=kind, slope=f"{power:.1f}"),
        kind_colour(kind),
        kind_of(kind).symbol,
        list(line),
        list(line.values()),
    )


def _summary(slopes: Mapping[str, float]) -> str:
    return _("Slopes: {looks}. {linear} is the length, {square} its square.").format(
        looks=_("; ").join(f"{kind} {power:.1f}" for kind, power in slopes.items()),
        linear=1,
        square=2,
    )


def _show_conditions() -> None:
    """How it is measured, and a button that measures again."""
    st.markdown(
        _(
            "This server computes on one thread, so the time counts all the work and nothing "
            "runs in parallel; the steps are what even a machine with endless parallel units has "
            "to wait for. At these lengths part of a Transformer's work still grows with the "
            "length alone, so its slope lies between 1 and 2. The weights are random: a pass "
            "costs the same whatever they are."
        )
    )
    st.button(_("Measure again"), icon=":material/refresh:", on_click=rounds.begin_next)


def _details(costs: Sequence[Cost]) -> Details:
    return Details(
        formula=r"\text{cost} \propto T^p \qquad "
        r"p = \frac{\Delta\log\text{cost}}{\Delta\log T}",
        source="Vaswani et al. 2017, table 1",
        code=("viz_core/cost.py", "forward_cost"),
        table=lambda: pd.DataFrame([asdict(row) for row in costs]),
        saves=True,
    )
