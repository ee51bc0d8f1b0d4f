"""The vectors of the source: embeddings alone, or embeddings, positions and their sum."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.analysis.block import stack_norm
from viz_core.figures import StateMap, state_maps
from viz_core.figures.theme import numbered
from viz_core.i18n import _
from viz_core.lessons.translate.details import details_of
from viz_core.lessons.translate.view import TranslationView
from viz_core.ui.show import picture


def show_embeddings(view: TranslationView) -> None:
    """A column a piece of the source."""
    embed = view.trace["embed"].values  # (pos, d_model)
    n, d_model = embed.shape
    _show_maps(
        view,
        [StateMap(_("embedding"), embed, signed=True)],
        _(
            "One column a piece of the source, one row a dimension of its vector; brown is above "
            "0, purple below. The same piece has the same column wherever it stands."
        ),
        _("{n} tokens, {d} numbers each.").format(n=n, d=d_model),
    )


def show_positions(view: TranslationView) -> None:
    """Embedding, position and their sum under each other, where the model adds positions."""
    if "positions" not in view.trace:
        st.info(
            _(
                "This model adds nothing to its vectors: how far apart two words stand changes the "
                "score with which they look at each other."
            )
        )
        return
    embed, positions = view.trace["embed"].values, view.trace["positions"].values
    total = view.trace["encoder.0.resid_pre"].values  # all three (pos, d_model)
    _show_maps(
        view,
        [
            StateMap(_("embedding"), embed, signed=True),
            StateMap(_("position"), positions, signed=True),
            StateMap(_("their sum"), embed + positions, signed=True),
        ],
        _(
            "One column a piece of the source, one row a dimension. The position's waves are fast "
            "in the upper rows and slow in the lower ones; added, they make twins differ."
        )
        if view.own
        else _(
            "One column a piece of the source, one row a dimension; added, they make twins differ."
        ),
        _what_is_read(view, float(np.abs(embed + positions - total).max())),
    )


def _what_is_read(view: TranslationView, error: float) -> str:
    """What the first layer makes of the sum: it reads it, or a norm stands before it."""
    parameters = registry.load(view.model).parameters
    if (
        stack_norm(parameters, view.trace.traits.stacks[0]) is not None
        and not view.trace.computes.pre_norm
    ):
        return _("The sum of both is brought to one scale before the first layer reads it.")
    return _(
        "Embedding plus position is what the first layer reads: largest difference {error}."
    ).format(error=f"{error:.0e}")


def _show_maps(
    view: TranslationView, maps: Sequence[StateMap], how_to_read: str, summary: str
) -> None:
    """Maps of vectors, their dimensions in order; the table holds the last one's numbers."""
    values = maps[-1].values
    picture(
        state_maps,
        f"translate-{view.stop}",
        how_to_read,
        summary,
        details_of(view, lambda: pd.DataFrame(values, index=numbered(view.source.strings))),
        maps=maps,
        tokens=view.source,
        order=np.arange(values.shape[1]),
        theme=view.theme,
        note=view.note,
    )
