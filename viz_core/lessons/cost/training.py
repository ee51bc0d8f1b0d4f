"""A training step against the length of the text: all words at once, or one after another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import pandas as pd
import streamlit as st

from viz_core import cost
from viz_core.analysis.growth import slope
from viz_core.analysis.influence import sequential_steps
from viz_core.figures import Growth, growth_lines
from viz_core.figures.theme import Theme, kind_colour
from viz_core.i18n import _
from viz_core.kinds import kind_of
from viz_core.lessons.cost import rounds
from viz_core.ui.show import Details, picture, say, show_details

# way of training -> symbol and dash of its line
LOOKS = {
    "all at once": ("circle", "solid"),
    "word by word": ("diamond", "solid"),
    "one prefix at a time": ("circle-open", "dash"),
}


def show(theme: Theme) -> None:
    """A line a way of training, and what the mask saves."""
    st.subheader(_("Training: all words at once, or one after another"), anchor=False)
    cells = [(way, n_tokens) for way in cost.WAYS for n_tokens in cost.TRAINED_LENGTHS]
    costs, when = rounds.measured(cost.training_cost, cells)
    lines = {way: {row.n_tokens: row.seconds for row in costs if row.way == way} for way in LOOKS}
    longest = {way: line[cost.TRAINED_LENGTHS[-1]] for way, line in lines.items()}
    picture(
        growth_lines,
        "training-cost",
        _(
            "Solid: how each model is trained. Dashed: the same decoder if it had to wait for "
            "each word, as an RNN does and as it does itself when it writes."
        ),
        _summary(longest),
        courses=[_course(way, line) for way, line in lines.items()],
        value=_("time of a training step"),
        unit=_("ms"),
        theme=theme,
        note=when,
    )
    _say_what_waits(longest)
    show_details(
        Details(
            formula=r"L = -\sum_t \log p(x_{t+1} \mid x_1 \dots x_t)",
            source="Vaswani et al. 2017, section 3.2.3",
            code=("viz_core/cost.py", "training_cost"),
            table=lambda: pd.DataFrame([asdict(row) for row in costs]),
        ),
        "training-cost",
    )


def _course(way: str, line: Mapping[int, float]) -> Growth:
    """The line of a way of training, n_tokens -> seconds."""
    names = {
        "all at once": _("decoder, all words at once"),
        "word by word": _("LSTM, word by word"),
        "one prefix at a time": _("decoder, one prefix at a time"),
    }
    sizes, times = list(line), [seconds * 1e3 for seconds in line.values()]
    symbol, dash = LOOKS[way]
    name = _("{kind}, slope {slope}").format(kind=names[way], slope=f"{slope(sizes, times):.1f}")
    return Growth(name, kind_colour(cost.WAYS[way]), symbol, sizes, times, dash)


def _summary(longest: Mapping[str, float]) -> str:
    """What the mask saves.

    Args:
        longest: seconds of a step over the longest text, by the way of training.
    """
    return _(
        "At {n} tokens, the mask that lets one pass foresee every word makes the decoder's "
        "training step {ratio} times as fast as one prefix at a time."
    ).format(
        n=cost.TRAINED_LENGTHS[-1],
        ratio=f"{longest['one prefix at a time'] / longest['all at once']:.0f}",
    )


def _say_what_waits(longest: Mapping[str, float]) -> None:
    """The two models' steps on one thread, and in parallel."""
    n_tokens = cost.TRAINED_LENGTHS[-1]
    say(
        _(
            "On this one thread the LSTM's step takes {ratio} times the decoder's. On a machine "
            "that computes in parallel it is the waiting that counts: {steps} steps one after "
            "another for the LSTM, {few} for the decoder."
        ).format(
            ratio=f"{longest['word by word'] / longest['all at once']:.1f}",
            steps=sequential_steps(kind_of("lstm"), n_tokens, cost.N_LAYER),
            few=sequential_steps(kind_of("decoder"), n_tokens, cost.N_LAYER),
        )
    )
