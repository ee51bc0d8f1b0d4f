"""What the guess rests on, by every method at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.attention import attention_names
from viz_core.analysis.contribution import gradient_times_attention, raw, weighted_norms
from viz_core.analysis.influence import grad_x_input, occlusion, rollout, shares
from viz_core.figures import Course, influence_strips
from viz_core.figures.theme import bare, numbered
from viz_core.i18n import _
from viz_core.runners.base import Request
from viz_core.runners.checks import MAX_SQUARE
from viz_core.trace import Guess
from viz_core.ui.cache import cached, run
from viz_core.ui.inside import Inside
from viz_core.ui.show import Details, picture, show_details

MEASURES = ("gradient", "attention_gradient")  # what is measured of the pass besides


def show(inside: Inside) -> None:
    """Each method's share of every word of the typed text in the first guess."""
    trace = inside.trace
    if not trace.top:
        st.info(_("Nothing is guessed in this text. Put [MASK] in it."))
        return
    words, explanations = trace.tokens[trace.stream].strings, _explanations(inside)
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
        ),
        _summary(trace.top[0], words, explanations),
        courses=[Course(name, trace.kind, values) for name, values in explanations.items()],
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
            "Zeiler and Fergus 2014",
            code=("viz_core/analysis/influence.py", "rollout"),
            table=lambda: pd.DataFrame(explanations, index=numbered(words)).T,
            name="explanations",
        )
    )


def _summary(guess: Guess, words: tuple[str, ...], explanations: Mapping[str, np.ndarray]) -> str:
    """The word on which the guess rests most, by each method."""
    return _("{guess} ({prob}): {answers}.").format(
        guess=bare(guess.token),
        prob=f"{guess.prob:.1%}",
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
            "than noise (Wiegreffe and Pinter 2019). Occlusion is the only row that tries it out; "
            "it is left out beyond {n} tokens."
        ).format(n=MAX_SQUARE)
    )


def _explanations(inside: Inside) -> dict[str, np.ndarray]:
    """Name of each method -> its shares, (pos); those that this model and text allow."""
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
    if max(map(len, trace.tokens.values())) <= MAX_SQUARE:
        request = Request(inside.text, inside.target, want=("logits",), measures=("occlusion",))
        without = run(inside.model, request)
        explanations[_("occlusion")] = _signed_shares(occlusion(without))
    return explanations


def _signed_shares(values: np.ndarray) -> np.ndarray:
    """Shares of the sum of all sizes, with their signs."""
    signed: np.ndarray = shares(values) * np.sign(values)
    return signed
