"""What the model calls the picture, beside its untrained twin."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from viz_core.analysis.probabilities import distributions
from viz_core.figures import guess_columns
from viz_core.figures.numbers import percent
from viz_core.i18n import _
from viz_core.lessons.pictures import link
from viz_core.lessons.pictures.view import PicturesView
from viz_core.ui.cache import cached, card
from viz_core.ui.show import Details, picture


def show(view: PicturesView) -> None:
    """The likeliest names as bars, and how often the model is right."""
    found, other = (cached(distributions, trace=trace)[0] for trace in (view.trace, view.untrained))
    best = found.guesses[0]
    title = _("It is a {digit}, {share}").format(digit=best.token, share=percent(best.prob))
    st.subheader(title, anchor=False)
    kind = view.trace.kind
    picture(
        guess_columns,
        "pictures-name",
        _("The likeliest names of the picture, of the trained model and of its untrained twin."),
        title,
        Details(
            formula=r"y = \mathrm{softmax}(W\,\mathrm{LN}(z_L^0) + b)",
            source="Dosovitskiy et al. 2021, An Image is Worth 16x16 Words, eq. 4",
            code=("viz_core/models/vit.py", "ViT.hidden"),
            table=lambda: pd.DataFrame(
                [{_("Digit"): one.token, _("Probability"): one.prob} for one in found.guesses]
            ),
            saves=True,
        ),
        aloud=False,
        columns=[(_("trained"), kind, found), (_("untrained"), kind, other)],
        theme=view.theme,
        n=4,
    )
    if view.wrote is not None:
        st.caption(_("Somebody wrote this one as a {digit}.").format(digit=view.wrote))
    _show_quality()


def _show_quality() -> None:
    """What the cards say of unseen digits."""
    metrics: Any = card(link.NAMER).metrics
    if "naming" not in metrics:
        return
    st.caption(
        _(
            "From its card, measured {date}: of {n} unseen digits it names {share} right; the "
            "nearest neighbours among the same training digits name {others}."
        ).format(
            date=metrics["measured"],
            n=metrics["naming"]["n"],
            share=percent(metrics["naming"]["accuracy"]),
            others=percent(metrics["neighbours"]["accuracy"]),
        )
    )
