"""What the model expects after every word."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from viz_core.analysis.probabilities import Distribution, distributions
from viz_core.figures import next_words
from viz_core.figures.numbers import percent
from viz_core.figures.theme import bare, visible
from viz_core.i18n import _
from viz_core.lessons.memory.view import MemoryView
from viz_core.ui.cache import cached
from viz_core.ui.show import Details, picture

N_GUESS = 4


def show(view: MemoryView) -> None:
    """Under each word the likeliest next ones."""
    st.subheader(_("Its guesses after every word"), anchor=False)
    expected = cached(distributions, trace=view.trace)
    best = expected[view.word].guesses[0]
    picture(
        next_words,
        "next-words",
        _("Under each word, the likeliest next ones, best on top; the colour says how sure."),
        _("After “{word}”: {guess}, {share}.").format(
            word=bare(view.words[view.word]), guess=bare(best.token), share=percent(best.prob)
        ),
        Details(
            formula=r"p(w \mid x_1 \dots x_t) = \mathrm{softmax}(E\, h_t)_w",
            source="Elman 1990; Bengio et al. 2003, section 2",
            code=("viz_core/analysis/probabilities.py", "distributions"),
            table=lambda: _table(view, expected),
        ),
        found=expected,
        tokens=view.words,
        theme=view.theme,
        n=N_GUESS,
        word=view.word,
        note=f"{view.model} · {view.text}",
    )


def _table(view: MemoryView, expected: Sequence[Distribution]) -> pd.DataFrame:
    """A row a word and a guess."""
    return pd.DataFrame(
        [
            {
                _("After"): f"{n} {visible(word)}",
                _("Word"): visible(guess.token),
                _("Probability"): guess.prob,
            }
            for n, (word, distribution) in enumerate(zip(view.words, expected, strict=True))
            for guess in distribution.guesses
        ]
    )
