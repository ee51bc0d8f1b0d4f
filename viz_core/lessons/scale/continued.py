"""The same text continued by every size, and what a token of it costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp

import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.analysis.anatomy import cache_bytes, flops_per_token, n_matrix
from viz_core.errors import VizError
from viz_core.figures.numbers import in_short, percent
from viz_core.generate import Step, Writing
from viz_core.i18n import _
from viz_core.lessons.scale import link
from viz_core.lessons.scale.view import View
from viz_core.runners.base import Card
from viz_core.ui.cache import card
from viz_core.ui.errors import show_error
from viz_core.ui.inputs import controls, number
from viz_core.ui.show import Details, how, say, show_details
from viz_core.ui.steps import kept, model_name, progress
from viz_core.ui.tiles import tile_line, written_tiles


class Timed:
    """A generation of this session, and the seconds that it took so far."""

    def __init__(self, model: str, text: str) -> None:
        self._writing = Writing(registry.writer(model), text)
        self._made, self._seconds = 0, 0.0

    def steps(self, n: int, each: Callable[[], object]) -> tuple[tuple[Step, ...], float]:
        """The first n steps, or all there are before the end, and the mean seconds a step."""
        began = time.perf_counter()
        steps = tuple(self._writing.steps(n, each))
        if len(steps) > self._made:
            self._made, self._seconds = (
                len(steps),
                self._seconds + time.perf_counter() - began,
            )
        return steps, self._seconds / self._made


@dataclass(frozen=True)
class Continued:
    """What one size wrote.

    Attributes:
        seconds: a token, as the server took when it wrote.
        operations: for the last token, computed from the sizes.
        cache: bytes of keys and values behind it.
    """

    card: Card
    steps: tuple[Step, ...]
    seconds: float
    operations: float
    cache: int


def show(view: View) -> None:
    """A column a size: its words, and what one of them costs."""
    st.subheader(_("The same beginning, continued by each size"), anchor=False)
    with controls("continued"):
        n = int(number(link.WORDS, _("Words written")))
    try:
        written = [_continued(model, view.text, n) for model in _one_of_each_size(view.models)]
    except VizError as error:
        show_error(error)
        return
    for one, column in zip(written, st.columns(len(written), gap="medium"), strict=True):
        with column:
            _show_one(one, view)
    how(
        _(
            "Each goes on by itself, always with its likeliest token; shade and number are the "
            "probability that it gave the token. Operations are computed from the sizes, for the "
            "last token; the time is measured: this server's, a token, when it wrote."
        )
    )
    show_details(
        Details(
            formula=r"2 N_{\mathrm{matrices}} + 4 L\, T d_{\mathrm{model}}",
            source="Kaplan et al. 2020, table 1",
            code=("viz_core/analysis/anatomy.py", "flops_per_token"),
            table=lambda: pd.DataFrame([_row(one) for one in written]),
        ),
        "continued",
    )


def _one_of_each_size(models: Sequence[str]) -> list[str]:
    """The first seed of each size."""
    return list({card(model).n_params: model for model in reversed(models)}.values())[::-1]


def _continued(model: str, text: str, n: int) -> Continued:
    """What a model wrote in this session, and what it took; nothing of it is shared."""
    timed = kept(("scale", model, text), lambda: Timed(model, text))
    with progress(n, _("Writing")) as each:
        steps, seconds = timed.steps(n, each)
    shapes = {name: value.shape for name, value in registry.load(model).parameters.items()}
    one, d_model, n_read = card(model), shapes["embed.weight"][1], steps[-1].n_read
    return Continued(
        one,
        steps,
        seconds,
        flops_per_token(n_matrix(shapes), one.n_layer, d_model, n_read),
        cache_bytes(one.n_layer, d_model, n_read),
    )


def _show_one(one: Continued, view: View) -> None:
    model_name(one.card.model_id, one.card.kind)
    tile_line(written_tiles(one.steps), view.theme, f"scale_{one.card.model_id}")
    say(
        _(
            "{size} parameters: {operations} million operations a token, {ms} ms on this server "
            "when it wrote. On average it gave a token of its own {share}."
        ).format(
            size=in_short(one.card.n_params),
            operations=f"{one.operations / 1e6:.2g}",
            ms=f"{1e3 * one.seconds:.1f}",
            share=percent(exp(one.steps[-1].logprob / len(one.steps))),
        )
    )


def _row(one: Continued) -> dict[str, str | int | float]:
    return {
        _("Model"): one.card.model_id,
        _("Parameters"): one.card.n_params,
        _("Tokens written"): len(one.steps),
        _("Operations a token"): one.operations,
        _("ms a token"): 1e3 * one.seconds,
        _("Bytes of keys and values"): one.cache,
        _("Text"): "".join(step.string for step in one.steps),
    }
