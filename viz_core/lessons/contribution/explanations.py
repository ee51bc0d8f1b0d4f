"""What the guess rests on, by every method at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.attention import attention_names
from viz_core.analysis.contribution import gradient_times_attention, raw, weighted_norms
from viz_core.analysis.influence import (
    counterfactual,
    grad_x_input,
    occlusion,
    rollout,
    shares,
    trials,
)
from viz_core.figures import Course, influence_strips
from viz_core.figures.numbers import percent
from viz_core.figures.theme import bare, numbered
from viz_core.i18n import _
from viz_core.runners.base import Request
from viz_core.runners.checks import MAX_SQUARE
from viz_core.trace import Guess
from viz_core.ui.cache import alternatives, cached, run
from viz_core.ui.inside import Inside
from viz_core.ui.show import Details, picture, show_details
from viz_core.ui.trials import how_tried, tried

MEASURES = ("gradient", "attention_gradient")  # what is measured of the pass besides


def show(inside: Inside) -> None:
    """Each method's share of every word of the typed text in the first guess."""
    trace = inside.trace
    if not trace.top:
        st.info(_("Nothing is guessed in this text. Put [MASK] in it."))
        return
    words, (explanations, told) = trace.tokens[trace.stream].strings, _explanations(inside)
    st.subheader(
        _("{n} answers to one question: what does the guess rest on?").format(n=len(explanations)),
        anchor=False,
    )
    picture(
        influence_strips,
        "explanations",
        _(
            "One row a method, one column a word: its share of the whole. Gradients have signs: "
            "purple words speak against the guess."
        )
        + " "
        + how_tried(trace.traits.translates),
        _summary(trace.top[0], words, explanations),
        courses=[
            Course(name, trace.kind, values, told.get(name, ()))
            for name, values in explanations.items()
        ],
        tokens=words,
        unit=_("share"),
        theme=inside.theme,
        note=inside.note,
    )
    _caution()
    show_details(
        Details(
            formula=r"\mathrm{share}_j = \frac{c_j}{\sum_{j'} |c_{j'}|}",
            source="Kobayashi et al. 2020; Abnar and Zuidema 2020; Shrikumar et al. 2017; "
            "Zeiler and Fergus 2014; Kim et al. 2020",
            code=("viz_core/analysis/influence.py", "rollout"),
            table=lambda: pd.DataFrame(explanations, index=numbered(words)).T,
            name="explanations",
        )
    )


def _summary(guess: Guess, words: tuple[str, ...], explanations: Mapping[str, np.ndarray]) -> str:
    """The word on which the guess rests most, by each method."""
    return _("{guess} ({prob}): {answers}.").format(
        guess=bare(guess.token),
        prob=percent(guess.prob),
        answers=_("; ").join(
            _("{method} says {word}").format(method=name, word=bare(words[int(values.argmax())]))
            for name, values in explanations.items()
        ),
    )


def _caution() -> None:
    """What none of the methods proves."""
    st.caption(
        _(
            "Attention says where a word looks, not why the model speaks: weights can often be "
            "changed without changing the answer (Jain and Wallace 2019), and still they are more "
            "than noise (Wiegreffe and Pinter 2019). Only counterfactual and occlusion try it out: "
            "the one with other words, the other with a vector that is no word. They are left "
            "out beyond {n} tokens."
        ).format(n=MAX_SQUARE)
    )


Told = dict[str, list[list[str]]]  # by method, lines for the pointer at each word


def _explanations(inside: Inside) -> tuple[dict[str, np.ndarray], Told]:
    """Name of each method -> its shares, (pos); those that this model and text allow.

    Those that try it out come first.
    """
    explanations: dict[str, np.ndarray] = {}
    told: Told = {}
    if max(map(len, inside.trace.tokens.values())) <= MAX_SQUARE:
        explanations, told = _tried_out(inside)
    return explanations | _looked_up(inside), told


def _tried_out(inside: Inside) -> tuple[dict[str, np.ndarray], Told]:
    """The methods that put something else in a word's place and see what the model says."""
    request = Request(
        inside.text,
        inside.target,
        want=("logits",),
        measures=("counterfactual", "occlusion"),
        alternatives=alternatives(inside.model, inside.text),
    )
    trace = run(inside.model, request)
    other, mean = _("counterfactual"), _("occlusion")
    shown = {
        other: _signed_shares(counterfactual(trace)),
        mean: _signed_shares(occlusion(trace)),
    }
    return shown, {other: tried(inside.model, trace.top[0], trials(trace))}


def _looked_up(inside: Inside) -> dict[str, np.ndarray]:
    """The methods that read the pass as it was."""
    trace = inside.trace
    row = trace.traits.guess_row(trace.top[0].pos)
    attentions = [
        name
        for name in attention_names(trace)
        if trace[f"{name}.weights"].streams["key"] == trace.stream
    ]
    last = attentions[-1]  # the last that looks at the typed text from where the guess is made
    norms = cached(
        weighted_norms, trace=trace, parameters=inside.parameters, attention=last, head=None
    )
    explanations = {
        _("attention, last layer"): raw(trace, last, None)[row],
        _("× length of values"): shares(norms[row]),
    }
    if not trace.traits.translates:
        explanations[_("rollout, all layers")] = rollout(trace)[row]
        by_layer = [gradient_times_attention(trace, name, None) for name in attentions]
        explanations[_("gradient × attention")] = _signed_shares(np.sum(by_layer, axis=0).sum(0))
    explanations[_("gradient × input")] = _signed_shares(grad_x_input(trace))
    return explanations


def _signed_shares(values: np.ndarray) -> np.ndarray:
    """Shares of the sum of all sizes, with their signs."""
    signed: np.ndarray = shares(values) * np.sign(np.nan_to_num(values))
    return signed
