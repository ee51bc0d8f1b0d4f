"""What the Cost page is made of: time, memory and waiting against the length of the text."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TypeVar

import pandas as pd
import streamlit as st

from viz_core import cost
from viz_core.analysis.growth import TAIL, slope
from viz_core.analysis.influence import sequential_steps
from viz_core.cost import Cost, TrainingCost
from viz_core.figures import Growth, growth_lines
from viz_core.figures.theme import Theme, kind_colour
from viz_core.i18n import _
from viz_core.kinds import kind_of
from viz_core.lessons.cost import link
from viz_core.ui.inputs import choose
from viz_core.ui.show import Details, picture, say, show_details

PAUSE = 30  # s, shortest time between two rounds of measuring
T = TypeVar("T")


def show_cost(theme: Theme) -> None:
    """One forward pass against the length: time, memory or sequential steps."""
    what = choose(
        link.WHAT,
        _("What"),
        _(
            "time: of one forward pass. memory: the most that its tensors held at once. steps: "
            "operations that have to wait for one another."
        ),
    )
    measured, when = forward_costs()
    value, unit, read = _quantity(what)
    by_kind = {kind: [one for one in measured if one.kind == kind] for kind in cost.KINDS}
    slopes = {
        kind: slope([one.n_tokens for one in rows], [read(one) for one in rows])
        for kind, rows in by_kind.items()
    }
    st.subheader(
        _("Twice the text: {value} × {most} for the decoder, × {least} for the LSTM").format(
            value=value, most=f"{2 ** slopes['decoder']:.1f}", least=f"{2 ** slopes['lstm']:.1f}"
        ),
        anchor=False,
    )
    courses = [
        Growth(
            _("{kind}, slope {slope}").format(kind=kind, slope=f"{slopes[kind]:.1f}"),
            kind_colour(kind),
            kind_of(kind).symbol,
            [one.n_tokens for one in rows],
            [read(one) for one in rows],
        )
        for kind, rows in by_kind.items()
    ]
    note = _("width {width}, {n} layers, one text, measured {when}").format(
        width=cost.WIDTH, n=cost.N_LAYER, when=when
    )
    summary = _("Slopes: {looks}. {linear} is the length, {square} its square.").format(
        looks=_("; ").join(f"{kind} {power:.1f}" for kind, power in slopes.items()),
        linear=1,
        square=2,
    )
    picture(
        growth_lines,
        "cost",
        _(
            "Both axes double at even steps, so a straight line is a power of the length: slope 1 "
            "grows with the length, slope 2 with its square. Slopes are fitted to the {n} longest "
            "texts, where overhead counts least."
        ).format(n=TAIL),
        summary,
        courses=courses,
        value=value,
        unit=unit,
        theme=theme,
        note=note,
    )
    st.markdown(
        _(
            "This server computes on one thread, so the time counts all the work and nothing "
            "runs in parallel; the steps are what even a machine with endless parallel units has "
            "to wait for. At these lengths part of a Transformer's work still grows with the "
            "length alone, so its slope lies between 1 and 2. The weights are random: a pass "
            "costs the same whatever they are."
        )
    )
    st.button(_("Measure again"), icon=":material/refresh:", on_click=_measure_again)
    show_details(
        Details(
            formula=r"\text{cost} \propto T^p \qquad "
            r"p = \frac{\Delta\log\text{cost}}{\Delta\log T}",
            source="Vaswani et al. 2017, table 1",
            code=("viz_core/cost.py", "forward_cost"),
            table=lambda: pd.DataFrame([asdict(one) for one in measured]),
            name="cost",
            saves=True,
        )
    )


def show_training(theme: Theme) -> None:
    """A training step, all words at once against word by word."""
    st.subheader(_("Training: all words at once, or one after another"), anchor=False)
    measured, when = training_costs()
    names = {
        "all at once": _("decoder, all words at once"),
        "word by word": _("LSTM, word by word"),
        "one prefix at a time": _("decoder, one prefix at a time"),
    }
    looks = {
        "all at once": (kind_colour("decoder"), "circle", "solid"),
        "word by word": (kind_colour("lstm"), "diamond", "solid"),
        "one prefix at a time": (kind_colour("decoder"), "circle-open", "dash"),
    }
    courses = []
    for way, (color, symbol, dash) in looks.items():
        rows = [one for one in measured if one.way == way]
        sizes, seconds = [one.n_tokens for one in rows], [one.seconds * 1e3 for one in rows]
        name = _("{kind}, slope {slope}").format(
            kind=names[way], slope=f"{slope(sizes, seconds):.1f}"
        )
        courses.append(Growth(name, color, symbol, sizes, seconds, dash))
    last = {one.way: one.seconds for one in measured if one.n_tokens == cost.TRAINED_LENGTHS[-1]}
    summary = _(
        "At {n} tokens, the mask that lets one pass foresee every word makes the decoder's "
        "training step {ratio} times as fast as one prefix at a time."
    ).format(
        n=cost.TRAINED_LENGTHS[-1],
        ratio=f"{last['one prefix at a time'] / last['all at once']:.0f}",
    )
    picture(
        growth_lines,
        "training-cost",
        _(
            "Solid: how each model is trained. Dashed: the same decoder if it had to wait for "
            "each word, as an RNN does and as it does itself when it writes."
        ),
        summary,
        courses=courses,
        value=_("time of a training step"),
        unit=_("ms"),
        theme=theme,
        note=when,
    )
    n_tokens = cost.TRAINED_LENGTHS[-1]
    say(
        _(
            "On this one thread the LSTM's step takes {ratio} times the decoder's. On a machine "
            "that computes in parallel it is the waiting that counts: {steps} steps one after "
            "another for the LSTM, {few} for the decoder."
        ).format(
            ratio=f"{last['word by word'] / last['all at once']:.1f}",
            steps=sequential_steps(kind_of("lstm"), n_tokens, cost.N_LAYER),
            few=sequential_steps(kind_of("decoder"), n_tokens, cost.N_LAYER),
        )
    )
    show_details(
        Details(
            formula=r"L = -\sum_t \log p(x_{t+1} \mid x_1 \dots x_t)",
            source="Vaswani et al. 2017, section 3.2.3",
            code=("viz_core/cost.py", "training_cost"),
            table=lambda: pd.DataFrame([asdict(one) for one in measured]),
            name="training-cost",
        )
    )


def forward_costs() -> tuple[list[Cost], str]:
    """Every cell of the chart, measured once a round, and when."""
    cells = [(kind, n) for kind in cost.KINDS for n in cost.LENGTHS]
    return _measured(cost.forward_cost, cells)


def training_costs() -> tuple[list[TrainingCost], str]:
    """Every cell of the training chart, measured once a round, and when."""
    cells = [(way, n) for way in cost.WAYS for n in cost.TRAINED_LENGTHS]
    return _measured(cost.training_cost, cells)


@dataclass
class Round:
    """What all visitors share of the measurements.

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


def _measure_again() -> None:
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


def _measured(
    measure: Callable[[str, int], T], cells: Sequence[tuple[str, int]]
) -> tuple[list[T], str]:
    """Measure cell by cell, with a progress bar while something may be left to measure."""
    now = _round()
    number = now.number
    bar = None if measure.__name__ in now.done else st.progress(0.0, _("Measuring"))
    found = []
    for done, (what, n_tokens) in enumerate(cells, 1):
        found.append(_cell(measure.__name__, number, what, n_tokens, measure))
        if bar:
            bar.progress(done / len(cells), _("Measuring {n} tokens").format(n=n_tokens))
    if bar:
        bar.empty()
    if number == now.number:  # nobody began another round meanwhile
        now.done |= {measure.__name__}
    return [one for one, _when in found], max(when for _one, when in found)


@st.cache_resource(max_entries=128, show_spinner=False)
def _cell(
    name: str, number: int, what: str, n_tokens: int, _measure: Callable[[str, int], T]
) -> tuple[T, str]:
    """One measurement and its time, shared by all who ask in one round."""
    return _measure(what, n_tokens), datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _quantity(what: str) -> tuple[str, str, Callable[[Cost], float]]:
    """Name, unit and value of what is drawn."""
    if what == "time":
        return _("time"), _("ms"), lambda one: one.seconds * 1e3
    if what == "memory":
        return _("memory"), "MB", lambda one: one.peak_bytes / 1e6
    if what == "steps":
        return _("sequential steps"), _("steps"), lambda one: float(one.steps)
    raise ValueError(f"{what!r} is none of time, memory, steps")
