"""The words in another order: what a model says then, which models notice, where words look."""

from __future__ import annotations

import numpy as np
import streamlit as st

from viz_core.analysis.attention import is_causal
from viz_core.analysis.probabilities import Distribution, distributions
from viz_core.figures import guess_columns, weight_map
from viz_core.figures.numbers import percent
from viz_core.figures.theme import Theme, bare
from viz_core.i18n import _
from viz_core.lessons.positions import link, notices
from viz_core.lessons.positions.reordering import choose_order, question_of
from viz_core.runners.base import Request
from viz_core.runners.interventions import Reordered
from viz_core.trace import Trace
from viz_core.ui.cache import cached, run
from viz_core.ui.inputs import controls, head_select, layer_select, model_select
from viz_core.ui.raised import tell_reader
from viz_core.ui.show import picture, say


def show(text: str, theme: Theme) -> None:
    """Shuffle the words and see which models notice."""
    row = controls("order")
    with row:
        model = model_select(link.MODEL)
    tell_reader(text, [model], link.MODEL)
    with row:
        question = question_of(model, text)
        before = run(model, Request(question))
        reordering = choose_order(question, before.tokens["text"])
    st.subheader(_("The words in another order"), anchor=False)
    say(" ".join(bare(reordering.tokens.strings[place]) for place in reordering.order))
    after = run(model, Request(question, intervene=(Reordered(reordering.order),)))
    left, right = st.columns([2, 3], gap="medium")
    with left:
        _show_guesses(before, after, theme, f"{model} · {question}")
    with right:
        notices.show(model, text, reordering, theme)
    _show_attention(model, before, after, theme)


def _show_guesses(before: Trace, after: Trace, theme: Theme, note: str) -> None:
    """The likeliest words in both orders."""
    columns: list[tuple[str, str, Distribution]] = [
        (name, trace.kind, cached(distributions, trace=trace)[0])
        for name, trace in ((_("before"), before), (_("after"), after))
        if trace.top
    ]
    picture(
        guess_columns,
        "positions-guess",
        _("What the model says after the words in their own order, and in the new one."),
        _("; ").join(
            f"{name}: {bare(guess.guesses[0].token)}, {percent(guess.guesses[0].prob)}"
            for name, _kind, guess in columns
        ),
        columns=columns,
        theme=theme,
        note=note,
    )


def _show_attention(model: str, before: Trace, after: Trace, theme: Theme) -> None:
    """One head over the words in both orders."""
    st.subheader(_("Where the words look in both orders"), anchor=False)
    with controls("head", _("Layer and head")):
        layer = layer_select(len(before.attentions))
        head = head_select(len(before.attentions[0].values))
    left, right = st.columns(2, gap="medium")
    for column, trace, when, name in (
        (left, before, "before", _("before")),
        (right, after, "after", _("after")),
    ):
        note = f"{model} · {trace.attentions[layer].name} · {head} · {name}"
        with column:
            _show_map(when, trace, layer, head, theme, note)


def _show_map(
    when: str, trace: Trace, layer: int, head: int | None, theme: Theme, note: str
) -> None:
    """Where each word looks."""
    record, words = trace.attentions[layer], trace.tokens["text"].strings
    weights = record.values.mean(0) if head is None else record.values[head]  # (query, key)
    query, key = np.unravel_index(weights.argmax(), weights.shape)
    picture(
        weight_map,
        f"positions-attention-{when}",
        _("Read a row: where the word on the left looks; each row sums to 1."),
        _("{query} looks most at {key}, {share}").format(
            query=bare(words[query]), key=bare(words[key]), share=f"{weights[query, key]:.2f}"
        ),
        aloud=False,
        values=weights,
        queries=words,
        keys=words,
        theme=theme,
        wide=440,
        causal=is_causal(record.name),
        note=note,
    )
