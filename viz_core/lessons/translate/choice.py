"""The choice of a word: the likeliest ones of one step, and the one that is written."""

from __future__ import annotations

import pandas as pd

from viz_core.figures.numbers import percent
from viz_core.figures.theme import bare, kind_colour, visible
from viz_core.i18n import _
from viz_core.lessons.translate.details import details_of
from viz_core.lessons.translate.view import TranslationView
from viz_core.ui.components import candidate_list
from viz_core.ui.show import how, say, show_details


def show(view: TranslationView) -> None:
    """The likeliest words as bars."""
    step = view.choice
    say(
        _("Word {n}: “{word}”, {share}; entropy {bits} bits.").format(
            n=step.place + 1,
            word=bare(step.string),
            share=percent(step.prob),
            bits=f"{step.entropy:.2f}",
        )
    )
    candidate_list(step, "candidates", kind_colour(view.trace.kind), view.theme, drawn=False)
    how(
        _(
            "Each bar is a word's share of the probability over the whole vocabulary, both "
            "languages; the framed word is written. Then the decoder reads it and chooses again, "
            "until [EOS] ends the text."
        )
    )
    show_details(details_of(view, lambda: _table(view)))


def _table(view: TranslationView) -> pd.DataFrame:
    """Every candidate of every word."""
    return pd.DataFrame(
        [
            {
                _("Place"): step.place,
                _("Word"): visible(candidate.string),
                _("Probability"): candidate.prob,
                _("Chosen"): candidate.token == step.token,
            }
            for step in view.steps
            for candidate in step.candidates
        ]
    )
