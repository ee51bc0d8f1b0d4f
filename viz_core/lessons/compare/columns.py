"""What each model says next: its likeliest words, one column a model."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from viz_core.figures import guess_columns
from viz_core.figures.numbers import percent
from viz_core.figures.theme import bare, visible
from viz_core.i18n import _
from viz_core.ui.readings import Comparison
from viz_core.ui.show import Details, picture


def show(comparison: Comparison) -> None:
    """The likeliest words of every model."""
    st.subheader(_("What each model says next"), anchor=False)
    picture(
        guess_columns,
        "compare-guesses",
        _(
            "One column a model, one bar a word: its share of the probability. The encoder reads "
            "both ways, so it is asked with [MASK] in the place; the others read up to there. The "
            "translator is asked for the first word of its translation."
        ),
        _summary(comparison),
        Details(
            formula=r"p(w) = \frac{e^{z_w}}{\sum_{u} e^{z_u}}",
            source="Vaswani et al. 2017, section 3.4",
            code=("viz_core/analysis/probabilities.py", "distributions"),
            table=lambda: _table(comparison),
            saves=True,
        ),
        aloud=False,
        columns=[(reading.model, reading.kind, reading.guess) for reading in comparison.readings],
        theme=comparison.theme,
        note=comparison.note,
    )


def _summary(comparison: Comparison) -> str:
    """The likeliest word of every model."""
    likeliest = [(reading.model, reading.guess.guesses[0]) for reading in comparison.readings]
    return _("Likeliest word: {words}.").format(
        words=_("; ").join(
            _("{model} {word}, {share}").format(
                model=model, word=bare(guess.token), share=percent(guess.prob)
            )
            for model, guess in likeliest
        )
    )


def _table(comparison: Comparison) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                _("Model"): reading.model,
                _("Word"): visible(guess.token),
                _("Probability"): guess.prob,
            }
            for reading in comparison.readings
            for guess in reading.guess.guesses
        ]
    )
