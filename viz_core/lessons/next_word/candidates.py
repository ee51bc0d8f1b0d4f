"""The likeliest next words of each model, to choose one by hand."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from viz_core.figures.numbers import percent, percent_of_log
from viz_core.figures.theme import bare, kind_colour, visible
from viz_core.generate import branched
from viz_core.i18n import _
from viz_core.lessons.next_word.choices import write_choices
from viz_core.lessons.next_word.view import Continuation, NextWordView
from viz_core.ui.components import candidate_list
from viz_core.ui.errors import escape_markdown
from viz_core.ui.show import Details, how, say, show_details
from viz_core.ui.steps import go_to, model_name


def show(view: NextWordView) -> None:
    """A list of words a model; a click chooses one."""
    st.subheader(_title(view), anchor=False)
    columns = st.columns(len(view.continuations))
    for continuation, column in zip(view.continuations, columns, strict=True):
        with column:
            if len(view.continuations) > 1:
                model_name(continuation.model, continuation.kind)
            _show_list(continuation, view)
    how(_how_to_read(view.settings.strategy == "greedy"))
    show_details(
        Details(
            formula=r"p(w) = \frac{e^{z_w / \tau}}{\sum_{u \in \mathrm{kept}} e^{z_u / \tau}}"
            r" \qquad H = -\sum_w p(w) \log_2 p(w)",
            source="Vaswani et al. 2017, section 3.4; Fan et al. 2018 (top-k); Holtzman et al. "
            "2020 (top-p)",
            code=("viz_core/generate/choice.py", "filtered"),
            table=lambda: _table(view),
        ),
        "next-word",
    )


def _title(view: NextWordView) -> str:
    """The next choice, as the heading."""
    if len(view.continuations) > 1:
        return _("What each would write next")
    first = view.continuations[0]
    word = escape_markdown(bare(first.at.string))
    share = percent(first.at.prob)
    if first.following is None:
        return _("The last word was “{word}”, {share}").format(word=word, share=share)
    return _("Next comes “{word}”, {share}").format(word=word, share=share)


def _how_to_read(greedy: bool) -> str:
    """The line under the lists."""
    if greedy:
        return _(
            "Each bar is a word's share of the probability over the whole vocabulary. The framed "
            "word is the one that is written; click another one to choose it instead."
        )
    return _(
        "Pale: the model's probability. Full: after temperature, top-k and top-p; struck out "
        "is what they cut. The framed word is written, drawn by the seed or chosen by hand; "
        "click another one to choose it instead."
    )


def _show_list(continuation: Continuation, view: NextWordView) -> None:
    """One model's words, how sure it is, and how likely all is that it wrote."""
    step = continuation.at

    def force(token: int) -> None:
        st.session_state["chosen"] = write_choices(branched(view.chosen, step.place, token))
        go_to(step.place + 1)

    candidate_list(
        step,
        f"candidates_{continuation.model}",
        kind_colour(continuation.kind),
        view.theme,
        drawn=view.settings.strategy != "greedy",
        on_forced=force,
    )
    written = continuation.written
    say(
        _("Entropy {bits} bits. Probability of all that was written: {all}.").format(
            bits=f"{step.entropy:.2f}", all=percent_of_log(written[-1].logprob if written else 0)
        )
    )


def _table(view: NextWordView) -> pd.DataFrame:
    """Every written word and every candidate of the next one."""
    rows = [
        {
            _("Model"): continuation.model,
            _("Place"): step.place,
            _("Word"): visible(candidate.string),
            _("Probability"): candidate.prob,
            _("Drawn with"): candidate.drawn,
            _("Chosen"): candidate.token == step.token,
        }
        for continuation in view.continuations
        for step in dict.fromkeys((*continuation.written, continuation.at))
        for candidate in step.candidates
        if step is continuation.at or candidate.token == step.token
    ]
    return pd.DataFrame(rows)
