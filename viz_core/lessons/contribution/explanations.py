"""The Contribution page: attention weights beside what else can be said of who gives what."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.attention import attention_names, is_causal
from viz_core.analysis.contribution import (
    agreement,
    gradient_times_attention,
    raw,
    rows_as_shares,
    weighted_norms,
)
from viz_core.analysis.influence import grad_x_input, occlusion, rollout, shares
from viz_core.figures import Course, influence_strips, labelled_map
from viz_core.figures.theme import bare, numbered
from viz_core.i18n import _
from viz_core.lessons.contribution import link
from viz_core.lessons.contribution.link import GRADIENT, NORMS, ROLLOUT
from viz_core.runners.base import Request
from viz_core.runners.checks import MAX_SQUARE
from viz_core.ui.cache import cached, run
from viz_core.ui.inputs import choose
from viz_core.ui.inside import Inside, Spot, attention_spot
from viz_core.ui.show import Details, picture, say, show_details

NEEDED = ("gradient", "attention_gradient")  # measures that one pass more gives


def show_explanations(seen: Inside) -> None:
    """Which words the guess rests on, by every method, for the place that guesses."""
    if not seen.trace.top:
        st.info(_("Nothing is guessed in this text. Put [MASK] in it."))
        return
    guess = seen.trace.top[0]
    rows = _explanations(seen)
    tokens = seen.trace.tokens[seen.trace.stream].strings
    st.subheader(
        _("{n} answers to one question: what does the guess rest on?").format(n=len(rows)),
        anchor=False,
    )
    summary = _("{guess} ({prob}): {answers}.").format(
        guess=bare(guess.token),
        prob=f"{guess.prob:.1%}",
        answers=_("; ").join(
            _("{method} says {word}").format(method=name, word=bare(tokens[int(values.argmax())]))
            for name, values in rows.items()
        ),
    )
    picture(
        influence_strips,
        "explanations",
        _(
            "One row a method, one column a word: its share of the whole. Gradients have signs: "
            "purple words speak against the guess."
        ),
        summary,
        courses=[Course(name, seen.trace.kind, values) for name, values in rows.items()],
        tokens=tokens,
        unit=_("share"),
        theme=seen.theme,
        note=seen.note,
    )
    st.caption(
        _(
            "Attention says where a word looks, not why the model speaks: weights can often be "
            "changed without changing the answer (Jain and Wallace 2019), and still they are more "
            "than noise (Wiegreffe and Pinter 2019). Occlusion is the only row that tries it out; "
            "it is left out beyond {n} tokens."
        ).format(n=MAX_SQUARE)
    )
    show_details(
        Details(
            formula=r"\mathrm{share}_j = \frac{c_j}{\sum_{j'} |c_{j'}|}",
            source="Kobayashi et al. 2020; Abnar and Zuidema 2020; Shrikumar et al. 2017; "
            "Zeiler and Fergus 2014",
            code=("viz_core/analysis/influence.py", "rollout"),
            table=lambda: pd.DataFrame(rows, index=numbered(tokens)).T,
            name="explanations",
        )
    )


def _explanations(seen: Inside) -> dict[str, np.ndarray]:
    """Each method's share of every word of the typed text in the first guess."""
    trace = seen.trace
    row = trace.traits.guess_row(trace.top[0].pos)
    looks = [
        n for n in attention_names(trace) if trace[f"{n}.weights"].streams["key"] == trace.stream
    ]
    last = looks[-1]  # the last one that looks at the typed text from where the guess is made
    norms = cached(
        weighted_norms,
        trace=trace,
        parameters=seen.parameters,
        attention=last,
        head=None,
    )
    found = {
        _("attention, last layer"): raw(trace, last, None)[row],
        _("× length of values"): shares(norms[row]),
    }
    if not trace.traits.translates:
        found[_("rollout, all layers")] = rollout(trace)[row]
        by_layer = [gradient_times_attention(trace, name, None) for name in looks]
        found[_("gradient × attention")] = _signed_shares(np.sum(by_layer, axis=0).sum(0))
    found[_("gradient × input")] = _signed_shares(grad_x_input(trace))
    if max(map(len, trace.tokens.values())) <= MAX_SQUARE:
        request = Request(seen.text, seen.target, want=("logits",), measures=("occlusion",))
        found[_("occlusion")] = _signed_shares(occlusion(run(seen.model, request)))
    return found


def _signed_shares(values: np.ndarray) -> np.ndarray:
    """Shares of the sum of all sizes, with their signs."""
    signed: np.ndarray = shares(values) * np.sign(values)
    return signed


def show_beside(seen: Inside) -> None:
    """One head's weights, and beside them what becomes of them."""
    st.subheader(_("One head, twice"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        spot = attention_spot(seen, with_mean=True)
        whole = not seen.trace.traits.translates
        method = choose(
            link.METHOD,
            _("Beside it"),
            _(
                "norms: weight × length of what the value becomes. gradient: what the guess would "
                "lose without the look. rollout: all layers up to the last, heads averaged."
            ),
            options=(NORMS, GRADIENT, ROLLOUT) if whole else (NORMS, GRADIENT),
        )
    weights = raw(seen.trace, spot.attention, spot.head)
    values = _method(seen, spot, method)
    left, right = st.columns(2, gap="medium")
    signed = method == GRADIENT
    with left:
        _map(seen, spot, "weights", weights, False, 1.0)
    with right:
        _map(seen, spot, method, values, signed, None if signed else 1.0)
    agree = agreement(weights, values)
    say(
        _("Their order agrees by {rho} (rank correlation; 1 is the same order).").format(
            rho="–" if np.isnan(agree) else f"{agree:.2f}"
        )
    )


def _method(seen: Inside, spot: Spot, method: str) -> np.ndarray:
    """The map that stands beside the weights, (query, key)."""
    if method == NORMS:
        found = cached(
            weighted_norms,
            trace=seen.trace,
            parameters=seen.parameters,
            attention=spot.attention,
            head=spot.head,
        )
        return rows_as_shares(found)
    if method == GRADIENT:
        return gradient_times_attention(seen.trace, spot.attention, spot.head)
    if method == ROLLOUT:
        return rollout(seen.trace)
    raise ValueError(f"method {method!r} is not one of {link.METHOD.codes}")


def _map(
    seen: Inside, spot: Spot, name: str, values: np.ndarray, signed: bool, limit: float | None
) -> None:
    how = {
        "weights": _("Read a row: where the word on the left looks; each row sums to 1."),
        NORMS: _("The length of what is really handed over; each row sums to 1."),
        GRADIENT: _("Brown looks speak for the guess, purple ones against it; most are of no use."),
        ROLLOUT: _("How much of each word is in the word on the left after all layers."),
    }[name]
    best = np.unravel_index(np.abs(values).argmax(), values.shape)
    summary = _("{name}: strongest from {query} to {key}, {value}.").format(
        name=name,
        query=bare(spot.queries.strings[best[0]]),
        key=bare(spot.keys.strings[best[1]]),
        value=f"{values[best]:.2f}",
    )
    picture(
        labelled_map,
        f"contribution-{'left' if name == 'weights' else 'right'}",
        how,
        summary,
        Details(
            formula=FORMULAS[name],
            source=SOURCES[name],
            code=CODE[name],
            table=lambda: pd.DataFrame(
                values, index=numbered(spot.queries.strings), columns=numbered(spot.keys.strings)
            ),
            name=f"contribution-{name}",
        ),
        aloud=False,
        values=values,
        rows=spot.queries.strings,
        columns=spot.keys.strings,
        theme=seen.theme,
        signed=signed,
        limit=limit,
        square=True,
        wide=440,
        causal=is_causal(spot.record.name),
        unit=_("nats") if signed else "",
        corner_names=(_("key"), _("query")),
        note=f"{seen.note} · {spot.attention} · {spot.head} · {name}",
    )


FORMULAS = {
    "weights": r"\alpha_{ij} = \mathrm{softmax}_j"
    r"\left(\frac{q_i \cdot k_j}{\sqrt{d_{\mathrm{head}}}}\right)",
    NORMS: r"\lVert \alpha_{ij}\, W_o v_j \rVert",
    GRADIENT: r"\alpha_{ij}\,\frac{\partial \log p(\mathrm{guess})}{\partial \alpha_{ij}}",
    ROLLOUT: r"\prod_\ell \left(\tfrac12 \bar A_\ell + \tfrac12 I\right)",
}
SOURCES = {
    "weights": "Vaswani et al. 2017, eq. 1",
    NORMS: "Kobayashi et al. 2020, Attention is Not Only a Weight",
    GRADIENT: "Barkan et al. 2021, Grad-SAM",
    ROLLOUT: "Abnar and Zuidema 2020, Quantifying Attention Flow in Transformers",
}
CODE = {
    "weights": ("viz_core/models/layers.py", "MultiHeadAttention.forward"),
    NORMS: ("viz_core/analysis/contribution.py", "weighted_norms"),
    GRADIENT: ("viz_core/analysis/contribution.py", "gradient_times_attention"),
    ROLLOUT: ("viz_core/analysis/influence.py", "rollout"),
}
