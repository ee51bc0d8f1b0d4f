"""What the model thinks, as bars."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from viz_core.analysis.probabilities import Distribution, distributions, follows_probability
from viz_core.figures import probability_bars
from viz_core.figures.numbers import percent
from viz_core.figures.theme import bare, kind_colour, visible
from viz_core.i18n import _
from viz_core.lessons.attention.view import AttentionView
from viz_core.trace import Trace
from viz_core.ui.cache import cached, card
from viz_core.ui.show import Details, picture, say
from viz_core.ui.usable import tell_unmeasured


def show(view: AttentionView) -> None:
    """The likeliest next words, or the likeliest fillers of each [MASK]; and if the text has two
    sentences, whether the model thinks that the second follows the first."""
    if not view.trace.traits.speaks:
        say(_("This model has no head that says words: others read the states that it makes."))
        return
    guessed = cached(distributions, trace=view.trace)
    if view.trace.traits.fills:
        st.subheader(_("What stands behind [MASK]"), anchor=False)
        if not guessed:
            st.info(_("Put [MASK] in the text where the model shall guess a word."))
        if _is_pair(view.trace):
            _show_whether_it_follows(view)
    else:
        st.subheader(_("What comes next"), anchor=False)
    if len(guessed) > 1:
        names = [_("Place {n}").format(n=distribution.place) for distribution in guessed]
        for distribution, tab in zip(guessed, st.tabs(names), strict=True):
            with tab:
                _show_bars(view, distribution)
    elif guessed:
        _show_bars(view, guessed[0])


def _is_pair(trace: Trace) -> bool:
    """Whether a model that learned to tell has two sentences before it."""
    return "next_sentence.logits" in trace and trace.tokens["text"].strings.count("[SEP]") > 1


def _show_whether_it_follows(view: AttentionView) -> None:
    """What the model thinks of two sentences, and how often it is right."""
    share = percent(follows_probability(view.trace))
    say(_("The second sentence follows the first: {share}.").format(share=share))
    metrics = card(view.model).metrics
    measured = metrics.get("next_sentence")
    if not measured:
        tell_unmeasured([view.model])
        return
    st.caption(
        _(
            "From the model's card, measured {date}: on {n} unseen pairs, half of them "
            "true, it was right {share} of the time; guessing would be right half of "
            "the time."
        ).format(
            date=metrics["measured"],
            n=measured["n"],
            share=percent(measured["accuracy"]),
        )
    )


def _show_bars(view: AttentionView, distribution: Distribution) -> None:
    """The likeliest words of one place."""
    best = distribution.guesses[0]
    picture(
        probability_bars,
        f"guesses-{distribution.place}",
        _(
            "Each bar is one word's share of the probability over the whole vocabulary; "
            "the grey one is all the others together. Entropy {bits} bits."
        ).format(bits=f"{distribution.entropy:.2f}"),
        _("Likeliest: {word}, {share}.").format(word=bare(best.token), share=percent(best.prob)),
        Details(
            formula=r"p(w) = \frac{e^{z_w}}{\sum_{u} e^{z_u}} \qquad H = -\sum_w p(w) \log_2 p(w)",
            source="Vaswani et al. 2017, section 3.4",
            code=("viz_core/analysis/probabilities.py", "distributions"),
            table=lambda: pd.DataFrame(
                {
                    _("Word"): [visible(guess.token) for guess in distribution.guesses],
                    _("Probability"): [guess.prob for guess in distribution.guesses],
                }
            ),
        ),
        aloud=False,
        found=distribution,
        theme=view.theme,
        color=kind_colour(view.trace.kind),
    )
