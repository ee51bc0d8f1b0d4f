"""The same parts in models of published size, beside the chosen one."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from viz_core.analysis.anatomy import BERT, GPT_2, bert_counts, counts, gpt_2_counts
from viz_core.figures import part_bars
from viz_core.i18n import _
from viz_core.lessons.anatomy.names import part_names
from viz_core.lessons.anatomy.view import View
from viz_core.ui.show import Details, picture

PUBLISHED = {size.name: size for size in (*GPT_2, *BERT)}


def show(view: View) -> None:
    """One bar a model, one colour a part."""
    st.subheader(_("The same parts, a hundred times larger"), anchor=False)
    published = _published_counts()
    rows = [(view.model, counts(view.shapes)), *published.items()]
    picture(
        part_bars,
        "anatomy-published",
        _("One bar a model, one colour a part, its share of the whole; the total at the right."),
        _summary(published),
        Details(
            formula=r"N_{\mathrm{GPT\text{-}2}} = V d + T d + L\,(12 d^2 + 13 d) + 2 d",
            source="Radford et al. 2019; Devlin et al. 2019; counts of the released weights. The "
            "GPT-2 paper names 117 M and 345 M; the released weights have 124 M and 355 M",
            code=("viz_core/analysis/anatomy.py", "gpt_2_counts"),
            table=lambda: pd.DataFrame([_row(name, parts) for name, parts in rows]),
        ),
        rows=rows,
        names=part_names(),
        theme=view.theme,
    )


def _published_counts() -> dict[str, dict[str, int]]:
    """What our formulas give for each part of each published model."""
    formulas = ((gpt_2_counts, GPT_2), (bert_counts, BERT))
    return {
        size.name: formula(size.n_layer, size.d_model, size.n_ctx, size.vocab_size)
        for formula, sizes in formulas
        for size in sizes
    }


def _summary(published: Mapping[str, Mapping[str, int]]) -> str:
    """Whether the formulas give what was published."""
    if all(sum(parts.values()) == PUBLISHED[name].n_params for name, parts in published.items()):
        return _(
            "Our formula gives exactly the published number of parameters of all {n} models."
        ).format(n=len(published))
    return _("Our formula does NOT give the published numbers.")


def _row(name: str, parts: Mapping[str, int]) -> dict[str, str | int]:
    names = part_names()
    return {
        _("Model"): name,
        _("Said to have"): PUBLISHED[name].stated if name in PUBLISHED else "–",
        _("Parameters"): sum(parts.values()),
        **{names[part]: n for part, n in parts.items()},
    }
