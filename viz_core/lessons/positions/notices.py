"""Which models notice that the words stand in another order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.analysis.positions import carried, order_matters
from viz_core.figures import Scale, labelled_map
from viz_core.figures.theme import Theme
from viz_core.i18n import _
from viz_core.languages import language_for, reads
from viz_core.lessons.positions import link
from viz_core.lessons.positions.reordering import Reordering, question_of
from viz_core.runners.base import Request
from viz_core.runners.interventions import Intervention, Masked, Reordered, WithoutPositions
from viz_core.ui.cache import cached, run
from viz_core.ui.show import Details, picture

SAME = 1e-5  # a difference below this is rounding
FAINTEST = 1e-8  # difference at which the scale of the map begins


def show(model: str, text: str, reordering: Reordering, theme: Theme) -> None:
    """For each of our models of a language: how far the same words are from their old vectors.

    Args:
        model: whose words were put in another order; it is among them, whosever it is.
    """
    if reordering.changes_nothing:
        st.info(_("The words stand where they stood. Choose two others, or another number."))
        return
    code = language_for(model, text)
    models = [one for one in link.ordered_models() if one == model or _is_beside(one, code)]
    values = np.array([_differences(model, text, reordering) for model in models])
    columns = [_("as it is"), _("no positions"), _("nor mask")]
    amounts = np.log10(np.maximum(values, FAINTEST) / FAINTEST) / -np.log10(FAINTEST)
    picture(
        labelled_map,
        "positions-order",
        _(
            "Each number: the largest difference between the vectors of the shuffled words and the "
            "same vectors shuffled, by the largest value. 1e-07 is rounding: the text is a set. A "
            "causal mask alone gives order away."
        ),
        _summary(values),
        Details(
            formula=r"\max_t \left| h_t(\pi(w)) - h_{\pi(t)}(w) \right| \;/\; \max_t |h_t(w)|",
            source="Yun et al. 2020; Haviv et al. 2022, Transformer Language Models without "
            "Positional Encodings Still Learn Positional Information",
            code=("viz_core/analysis/positions.py", "order_matters"),
            table=lambda: pd.DataFrame(values, index=models, columns=columns),
        ),
        values=np.clip(amounts, 0, 1),
        rows=models,
        columns=columns,
        theme=theme,
        scale=Scale(limit=1, unit=_("(log scale)")),
        words=False,
        text=[["–" if np.isnan(value) else f"{value:.0e}" for value in row] for row in values],
        note=reordering.text,
    )


def _is_beside(model: str, code: str) -> bool:
    """Whether a model stands beside others of a language: ours do, they need no loading."""
    return registry.entry_of(model).own and reads(model, code)


def _summary(values: np.ndarray) -> str:
    """The largest difference of a set, and the smallest of a text: (model, column)."""
    free, told = float(values[:, 2].max()), float(values[:, 0].min())
    sentence = (
        _(
            "Without positions and without mask the shuffled words have the same vectors: largest "
            "difference of all models {free}. As they are, it is at least {told}."
        )
        if free < SAME
        else _("Largest difference without positions and mask {free}; as they are at least {told}.")
    )
    return sentence.format(free=f"{free:.0e}", told=f"{told:.0e}")


def _differences(model: str, text: str, reordering: Reordering) -> list[float]:
    """How much order matters to one model, the order carried over to its own tokens."""
    question = question_of(model, text)
    special = run(model, Request(question)).tokens["text"].special
    order = carried(reordering.order, reordering.tokens.special, special)
    return cached(_order_matters, model=model, text=question, order=order)


def _order_matters(model: str, text: str, order: tuple[int, ...]) -> list[float]:
    """How far the end of the stack is from a set: as it is, without positions, nor mask."""
    runner, kind = registry.load(model), registry.MODELS[model].traits
    last = f"{kind.stacks[0]}.{registry.card(model).n_layer - 1}.resid_post"

    def vectors(*changes: Intervention) -> np.ndarray:
        return runner.run(Request(text, want=(last,), intervene=changes))[last].values

    no_positions = () if model == link.variant("none") else (WithoutPositions(),)
    nor_mask = (*no_positions, Masked(causal=False)) if kind.causal else no_positions
    return [
        order_matters(vectors(*changes), vectors(*changes, Reordered(order)), order)
        for changes in ((), no_positions, nor_mask)
    ]
