"""One model's map, alone or less another's: the part of the Compare page that looks inside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.influence import (
    difference,
    rollout,
)
from viz_core.analysis.states import unit_order
from viz_core.errors import VizError
from viz_core.figures import (
    StateMap,
    influence_map,
    state_maps,
)
from viz_core.figures.theme import bare, numbered
from viz_core.i18n import _
from viz_core.kinds import Kind
from viz_core.lessons.compare import link
from viz_core.runners.base import Request
from viz_core.ui.cache import cached, cached_trace, card
from viz_core.ui.errors import show_error
from viz_core.ui.inputs import choose
from viz_core.ui.readings import (
    Comparison,
    Reading,
)
from viz_core.ui.show import Details, picture, show_details


def show_difference(seen: Comparison) -> None:
    """One model's map, alone or less another's."""
    st.subheader(_("Look inside one, or subtract two"), anchor=False)
    models = [one.model for one in seen.readings]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        what = choose(
            link.MAP,
            _("Map"),
            _(
                "dependence: gradient × input of what is said at each place, defined alike for "
                "all. own: the model's own view, attention rollout or hidden state."
            ),
        )
        model = choose(link.MODEL, _("Model"), options=models)
        minus = choose(
            link.MINUS, _("minus"), options=(link.NOTHING, *(m for m in models if m != model))
        )
    chosen = next(one for one in seen.readings if one.model == model)
    other = next((one for one in seen.readings if one.model == minus), None)
    if what == "own" and chosen.traits.recurrent and other is None:
        _show_states(chosen, seen)
    elif other is not None and (chosen.traits.translates or other.traits.translates):
        st.info(
            _(
                "The map of a model that reads one text and writes another has two texts on its "
                "sides, so none can be subtracted from it. Choose “minus” nothing."
            )
        )
    elif (
        what == "own" and other is not None and (chosen.traits.recurrent or other.traits.recurrent)
    ):
        st.info(
            _(
                "Units of two networks have nothing in common, so hidden states can't be "
                "subtracted. Choose the map “dependence”, or “minus” nothing."
            )
        )
    else:
        _show_token_map(chosen, other, what, seen)


@dataclass(frozen=True)
class TokenMap:
    """A map of one model: words at the left, words above, (query, key)."""

    queries: tuple[str, ...]
    keys: tuple[str, ...]
    values: np.ndarray


def token_map(one: Reading, what: str, by_place: bool = False) -> TokenMap | None:
    """A model's map over its words; None if the text is too long.

    Of a model that writes another text, the rows are the words that it writes.

    Args:
        by_place: let row t of a causal model's dependence be about what it foresees at t, as an
            encoder's is, and not about what it says after t.
    """
    if one.traits.translates:
        return _pair_map(one, what)
    if what == "own":
        values = cached(rollout, trace=one.trace)
    else:
        request = Request(one.request.text, want=("embed",), measures=("dependence",))
        try:
            values = cached_trace(one.model, request, one.trained)["dependence.grad_x_input"].values
        except VizError as error:
            show_error(error)
            return None
    rows = np.flatnonzero(one.typed) - (by_place and not one.traits.fills)
    return TokenMap(one.words, one.words, values[np.ix_(rows, one.typed)])


def _pair_map(one: Reading, what: str) -> TokenMap | None:
    """The map of what a model writes over what it reads: cross-attention, or dependence."""
    measures = ("dependence",) if what == "dependence" else ()
    want = ("logits", "*.cross_attn.weights")
    request = Request(one.request.text, want=want, measures=measures)
    try:
        trace = cached_trace(one.model, request, one.trained)
    except VizError as error:
        show_error(error)
        return None
    if what == "dependence":
        values = trace["dependence.grad_x_input"].values
    else:
        values = trace.attentions[-1].values.mean(0)  # (query, key)
    written = (*trace.tokens["target"].strings[1:], trace.top[0].token)  # what each place says
    return TokenMap(written, one.words, values[:, one.typed])


def _show_token_map(chosen: Reading, other: Reading | None, what: str, seen: Comparison) -> None:
    kinds = [one.traits for one in (chosen, other) if one]
    by_place = what == "dependence" and any(kind.fills for kind in kinds)
    found = token_map(chosen, what, by_place)
    subtracted = token_map(other, what, by_place) if other else None
    if found is None or (other and subtracted is None):
        return
    name = chosen.model if other is None else f"{chosen.model} − {other.model}"
    if subtracted is not None:
        words, values = difference((found.keys, found.values), (subtracted.keys, subtracted.values))
        found = TokenMap(tuple(words), tuple(words), values)
    causal = all(kind.causal for kind in kinds)
    n = len(found.keys)
    sentence = _how_to_read(chosen.traits, what, by_place)
    if other is not None:
        sentence += " " + _("Brown: more in the first model; purple: more in the second.")
    summary = _map_summary(name, found)
    picture(
        influence_map,
        "compare-map",
        sentence,
        summary,
        values=found.values,
        queries=found.queries,
        keys=found.keys,
        unit=_("nats") if what == "dependence" else _("share"),
        theme=seen.theme,
        signed=what == "dependence" or other is not None,
        masked=np.arange(n)[:, None] < np.arange(n) if causal else None,
        note=f"{name} · {what} · {seen.note}",
    )
    formula, source, code = _origin(chosen.traits, what)
    show_details(
        Details(
            formula=formula,
            source=source,
            code=code,
            table=lambda: pd.DataFrame(
                found.values, index=numbered(found.queries), columns=numbered(found.keys)
            ),
            name="compare-map",
        )
    )


def _how_to_read(kind: Kind, what: str, by_place: bool) -> str:
    """The line under a map.

    Args:
        by_place: row t is about the word at t, not about the word after it.
    """
    if kind.translates and what == "dependence":
        return _(
            "Read a row: the choice of the word at the left, which the model writes, rests on the "
            "words above, which it reads; brown speaks for it, purple against it."
        )
    if kind.translates:
        return _(
            "Read a row: where in the text the model looked when it chose the word at the left "
            "(cross-attention, mean of the last layer's heads). Special tokens are left out, so a "
            "row sums to less than 1."
        )
    if by_place:
        return _(
            "Read a row: what the model thinks of the word at the left without seeing it rests "
            "on the words above; brown speaks for it, purple against it."
        )
    if what == "dependence":
        return _(
            "Read a row: what the model says next after the word at the left rests on the words "
            "above; brown speaks for it, purple against it."
        )
    return _(
        "Read a row: how much of each word above has flowed into this place through attention "
        "and residual connections of all layers. Special tokens are left out, so a row sums "
        "to less than 1."
    )


def _origin(kind: Kind, what: str) -> tuple[str, str, tuple[str, str]]:
    """Formula, source and code of a map."""
    if what == "dependence":
        return (
            r"M_{tj} = x_j \cdot \frac{\partial \log p(\hat w_t)}{\partial x_j}",
            "Shrikumar et al. 2017, section 3",
            ("viz_core/runners/measures.py", "dependence"),
        )
    if not kind.translates:
        return (
            r"\tilde A = \prod_l \left(\tfrac12 \bar A_l + \tfrac12 I\right)",
            "Abnar and Zuidema 2020, section 3",
            ("viz_core/analysis/influence.py", "rollout"),
        )
    return (
        r"\mathrm{softmax}\left(\frac{Q K^{\top}}{\sqrt{d_{\mathrm{head}}}}\right)",
        "Vaswani et al. 2017, eq. 1",
        ("viz_core/models/layers.py", "MultiHeadAttention.forward"),
    )


def _map_summary(name: str, found: TokenMap) -> str:
    """The largest number of a map."""
    if not found.values.size:
        return _("{name}: nothing to draw.").format(name=name)
    query, key = divmod(int(np.abs(found.values).argmax()), found.values.shape[1])
    return _("{name}: largest at {query}, on {key}, {value}.").format(
        name=name,
        query=bare(found.queries[query]),
        key=bare(found.keys[key]),
        value=f"{found.values[query, key]:+.2f}",
    )


def _show_states(one: Reading, seen: Comparison) -> None:
    """The last layer's hidden state, as the Memory page draws it."""
    record = one.trace[f"{one.kind}.{card(one.model).n_layer - 1}.h"]
    order = cached(unit_order, values=record.values)
    picture(
        state_maps,
        "compare-map",
        _(
            "One row a unit, one column a word: the state of the last layer after it. The Memory "
            "page has every layer and gate."
        ),
        _("{name}: {n} units after each of {words} tokens.").format(
            name=one.model, n=record.values.shape[1], words=len(record.values)
        ),
        aloud=False,
        maps=[StateMap(_("hidden state"), record.values, signed=True)],
        tokens=one.tokens,
        order=order,
        theme=seen.theme,
        note=f"{one.model} · {seen.note}",
    )
    words = numbered(one.tokens.strings)
    show_details(
        Details(
            formula=r"h_t = f(x_t, h_{t-1})",
            source=card(one.model).source,
            code=("viz_core/models/rnn.py", "RNNLayer.forward")
            if one.kind == "rnn"
            else ("viz_core/models/lstm.py", "LSTMLayer.forward"),
            table=lambda: pd.DataFrame(record.values, index=words),
            name="compare-map",
        )
    )
