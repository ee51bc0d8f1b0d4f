"""What the model thinks, as bars."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from viz_core.analysis.probabilities import Distribution, distributions, follows_probability
from viz_core.figures import probability_bars
from viz_core.figures.theme import Theme, bare, kind_colour, visible
from viz_core.i18n import _
from viz_core.trace import Trace
from viz_core.ui.cache import card
from viz_core.ui.show import Details, picture, say


def show_guesses(trace: Trace, theme: Theme) -> None:
    """The likeliest next words, or the likeliest fillers of each [MASK]; and if the text has two
    sentences, whether the model thinks that the second follows the first."""
    found = distributions(trace)
    if trace.traits.fills:
        st.subheader(_("What stands behind [MASK]"), anchor=False)
        if not found:
            st.info(_("Put [MASK] in the text where the model shall guess a word."))
        if _is_pair(trace):
            share = f"{follows_probability(trace):.0%}"
            say(_("The second sentence follows the first: {share}.").format(share=share))
            metrics = card(trace.model_id).metrics
            measured = metrics["next_sentence"]
            st.caption(
                _(
                    "From the model's card, measured {date}: on {n} unseen pairs, half of them "
                    "true, it was right {share} of the time; guessing would be right half of "
                    "the time."
                ).format(
                    date=metrics["measured"],
                    n=measured["n"],
                    share=f"{measured['accuracy']:.0%}",
                )
            )
    else:
        st.subheader(_("What comes next"), anchor=False)
    if len(found) > 1:
        names = [_("Place {n}").format(n=one.place) for one in found]
        for one, tab in zip(found, st.tabs(names), strict=True):
            with tab:
                _show_one(trace, one, theme)
    elif found:
        _show_one(trace, found[0], theme)


def _show_one(trace: Trace, found: Distribution, theme: Theme) -> None:
    best = found.guesses[0]
    picture(
        probability_bars,
        f"guesses-{found.place}",
        _(
            "Each bar is one word's share of the probability over the whole vocabulary; "
            "the grey one is all the others together. Entropy {bits} bits."
        ).format(bits=f"{found.entropy:.2f}"),
        _("Likeliest: {word}, {share}.").format(word=bare(best.token), share=f"{best.prob:.1%}"),
        Details(
            formula=r"p(w) = \frac{e^{z_w}}{\sum_{u} e^{z_u}} \qquad H = -\sum_w p(w) \log_2 p(w)",
            source="Vaswani et al. 2017, section 3.4",
            code=("viz_core/analysis/probabilities.py", "distributions"),
            table=lambda: pd.DataFrame(
                {
                    _("Word"): [visible(guess.token) for guess in found.guesses],
                    _("Probability"): [guess.prob for guess in found.guesses],
                }
            ),
        ),
        aloud=False,
        found=found,
        theme=theme,
        color=kind_colour(trace.kind),
    )


def _is_pair(trace: Trace) -> bool:
    return trace.tokens["text"].strings.count("[SEP]") > 1
