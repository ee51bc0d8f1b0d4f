"""The words in another order: the part of the Positions page that shuffles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.analysis.attention import is_causal
from viz_core.analysis.positions import carried, order_matters, shuffled, swapped
from viz_core.analysis.probabilities import distributions
from viz_core.figures import guess_columns, labelled_map
from viz_core.figures.theme import Theme, bare
from viz_core.i18n import _
from viz_core.lessons.positions import link
from viz_core.runners.base import Request
from viz_core.runners.interventions import Intervention, Masked, Reordered, WithoutPositions
from viz_core.runners.question import SEP_WORD, without
from viz_core.trace import Tokens, Trace
from viz_core.ui.cache import cached, run
from viz_core.ui.inputs import choose, head_select, layer_select, number, word_select
from viz_core.ui.inside import as_question
from viz_core.ui.show import Details, picture, say

SAME = 1e-5  # a difference below this is rounding
FAINTEST = 1e-8  # difference at which the scale of the map of orders begins


@dataclass(frozen=True)
class Reordering:
    """A text in its own order and in another one.

    Attributes:
        order: for each place the place from which its word comes.
    """

    text: str
    tokens: Tokens
    order: tuple[int, ...]


def show_order(text: str, theme: Theme) -> None:
    """Shuffle the words and see which models notice."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        model = choose(link.MODEL, _("Model"))
        asked = _asked(model, text)
        plain = run(model, Request(asked))
        now = _reordering(asked, plain)
    words = [bare(plain.tokens["text"].strings[n]) for n in now.order]
    st.subheader(_("The words in another order"), anchor=False)
    say(" ".join(words))
    after = run(model, Request(asked, intervene=(Reordered(now.order),)))
    columns = [
        (name, trace.kind, distributions(trace)[0])
        for name, trace in ((_("before"), plain), (_("after"), after))
        if trace.top
    ]
    left, right = st.columns([2, 3], gap="medium")
    with left:
        summary = _("; ").join(
            f"{name}: {bare(one.guesses[0].token)}, {one.guesses[0].prob:.1%}"
            for name, _kind, one in columns
        )
        picture(
            guess_columns,
            "positions-guess",
            _("What the model says after the words in their own order, and in the new one."),
            summary,
            columns=columns,
            theme=theme,
            note=f"{model} · {asked}",
        )
    with right:
        _show_who_notices(text, now, theme)
    _show_attention(model, plain, after, now, theme)


def _reordering(text: str, trace: Trace) -> Reordering:
    """Let the visitor shuffle, or swap two words."""
    tokens = trace.tokens["text"]
    how = choose(link.WAY, _("Order"))
    if how == link.SHUFFLE:
        seed = int(number(link.SEED, _("Shuffle number"), width=150))
        return Reordering(text, tokens, shuffled(tokens.special, seed))
    one = word_select(tokens, link.FIRST, _("Swap"), default=1)
    other = word_select(tokens, link.SECOND, _("with"), default=min(4, len(tokens) - 1))
    if tokens.special[one] or tokens.special[other]:
        st.info(_("Special tokens stay where they are. Choose two words."))
        return Reordering(text, tokens, tuple(range(len(tokens))))
    return Reordering(text, tokens, swapped(len(tokens), one, other))


def _show_who_notices(text: str, now: Reordering, theme: Theme) -> None:
    """For every model: how far the same words are from their old vectors."""
    if now.order == tuple(range(len(now.order))):
        st.info(_("The words stand where they stood. Choose two others, or another number."))
        return
    rows, values, orders = list(link.ordered_models()), [], []
    for model in rows:
        asked = _asked(model, text)
        special = run(model, Request(asked)).tokens["text"].special
        orders.append(carried(now.order, now.tokens.special, special))
        values.append(cached(_noticed, model=model, text=asked, order=orders[-1]))
    found = np.array(values)
    amounts = np.log10(np.maximum(found, FAINTEST) / FAINTEST) / -np.log10(FAINTEST)
    free, told = float(found[:, 2].max()), float(found[:, 0].min())
    summary = (
        _(
            "Without positions and without mask the shuffled words have the same vectors: largest "
            "difference of all models {free}. As they are, it is at least {told}."
        )
        if free < SAME
        else _("Largest difference without positions and mask {free}; as they are at least {told}.")
    ).format(free=f"{free:.0e}", told=f"{told:.0e}")
    picture(
        labelled_map,
        "positions-order",
        _(
            "Each number: the largest difference between the vectors of the shuffled words and the "
            "same vectors shuffled, by the largest value. 1e-07 is rounding: the text is a set. A "
            "causal mask alone gives order away."
        ),
        summary,
        Details(
            formula=r"\max_t \left| h_t(\pi(w)) - h_{\pi(t)}(w) \right| \;/\; \max_t |h_t(w)|",
            source="Yun et al. 2020; Haviv et al. 2022, Transformer Language Models without "
            "Positional Encodings Still Learn Positional Information",
            code=("viz_core/analysis/positions.py", "order_matters"),
            table=lambda: pd.DataFrame(
                found, index=rows, columns=[_("as it is"), _("no positions"), _("nor mask")]
            ),
        ),
        values=np.clip(amounts, 0, 1),
        rows=rows,
        columns=[_("as it is"), _("no positions"), _("nor mask")],
        theme=theme,
        limit=1.0,
        words=False,
        text=[["–" if np.isnan(v) else f"{v:.0e}" for v in row] for row in found],
        unit=_("(log scale)"),
        note=now.text,
    )


def _asked(model: str, text: str) -> str:
    """As a question to a model of its kind; two sentences as one, for segments name places too."""
    return as_question(registry.MODELS[model].traits, without(text, SEP_WORD) or text)


def _noticed(model: str, text: str, order: tuple[int, ...]) -> list[float]:
    """How far the end of the stack is from a set: as it is, without positions, nor mask."""
    runner, kind = registry.load(model), registry.MODELS[model].traits
    last = f"{kind.stacks[0]}.{registry.card(model).n_layer - 1}.resid_post"
    told: tuple[Intervention, ...] = () if model == f"{link.LESSON}-none" else (WithoutPositions(),)
    both = (*told, Masked(causal=False)) if kind.causal else told
    found = []
    for changes in ((), told, both):
        one, other = (
            runner.run(Request(text, want=(last,), intervene=(*changes, *more)))[last].values
            for more in ((), (Reordered(order),))
        )
        found.append(order_matters(one, other, order))
    return found


def _show_attention(model: str, plain: Trace, after: Trace, now: Reordering, theme: Theme) -> None:
    """One head over the words in both orders."""
    st.subheader(_("Where the words look in both orders"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        layer = layer_select(len(plain.attentions))
        head = head_select(len(plain.attentions[0].values))
    columns = st.columns(2, gap="medium")
    for column, trace, name in zip(columns, (plain, after), (_("before"), _("after")), strict=True):
        record = trace.attentions[layer]
        values = record.values.mean(0) if head is None else record.values[head]
        strings = trace.tokens["text"].strings
        with column:
            best = np.unravel_index(values.argmax(), values.shape)
            picture(
                labelled_map,
                f"positions-attention-{'before' if trace is plain else 'after'}",
                _("Read a row: where the word on the left looks; each row sums to 1."),
                _("{query} looks most at {key}, {share}").format(
                    query=bare(strings[best[0]]),
                    key=bare(strings[best[1]]),
                    share=f"{values[best]:.2f}",
                ),
                aloud=False,
                values=values,
                rows=strings,
                columns=strings,
                theme=theme,
                limit=1.0,
                square=True,
                wide=440,
                causal=is_causal(record.name),
                corner_names=(_("key"), _("query")),
                note=f"{model} · {record.name} · {head} · {name}",
            )
