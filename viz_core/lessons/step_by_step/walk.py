"""The Step by step page: one word's way through one block, every number worked out again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.block import Block, strongest_neurons, uses_rms_norm
from viz_core.analysis.walk import Stop, walk
from viz_core.figures import VectorStrip, vector_strips
from viz_core.figures.theme import bare
from viz_core.i18n import _
from viz_core.lessons.step_by_step import link
from viz_core.lessons.step_by_step.arithmetic import (
    LLAMA_SOURCE,
    SOURCE,
    SYMBOLS,
    arithmetic,
    formula,
    stop_sentence,
    stop_title,
)
from viz_core.links import LOOKED_AT
from viz_core.ui.cache import cached, card
from viz_core.ui.errors import escape_markdown
from viz_core.ui.inputs import word_select
from viz_core.ui.inside import Inside, Spot, attention_spot, quoted
from viz_core.ui.show import Details, picture, say, show_details
from viz_core.ui.steps import walk_select

PROOF = 1e-5  # largest difference that counts as the same number
OVER_KEYS = ("scale", "mask", "softmax")  # stops whose vectors count words
OF_A_PAIR = ("qk", "dot", "scale", "mask", "softmax", "mix")
CODE = {
    "embed": "_embedding",
    "norm": "_norm",
    "add": "_sum_and_norm",
    "norm2": "_norm",
    "ffn": "_ffn",
    "add2": "_sum_and_norm",
}


@dataclass(frozen=True)
class Way:
    """A walk, and the stop of it that is looked at.

    Attributes:
        query, key: places of the word that looks and of the word looked at.
    """

    seen: Inside
    spot: Spot
    query: int
    key: int
    stops: tuple[Stop, ...]
    at: int

    @property
    def stop(self) -> Stop:
        return self.stops[self.at]

    @property
    def cache_key(self) -> tuple[object, ...]:
        """What decides the pictures."""
        return (self.seen.key, self.spot.attention, self.spot.head, self.query, self.key)

    @property
    def note(self) -> str:
        """What stands on exported pictures."""
        where = f"{self.spot.attention} · {self.spot.head}"
        return f"{self.seen.model} · {where} · {self.query} → {self.key} · {self.seen.text}"


def walk_view(seen: Inside) -> Way:
    """Let the visitor choose a head and two words, and walk."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        spot = attention_spot(seen, with_mean=False)
        query = word_select(spot.queries, label=_("Word that looks"))
        key = word_select(spot.keys, LOOKED_AT, _("Word looked at"), default=min(query, 1))
    head = spot.head or 0
    stops = cached(
        walk,
        trace=seen.trace,
        parameters=seen.parameters,
        attention=spot.attention,
        head=head,
        query=query,
        key=key,
    )
    names = tuple(stop.name for stop in stops)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        at = walk_select(
            link.AT,
            _("Stop"),
            _("The way of one word through the block, in the model's order."),
            options=names,
        )
    return Way(seen, spot, query, key, stops, names.index(at))


def show_walk(way: Way) -> None:
    """The stop: what happens, its vectors, the arithmetic with the real numbers, the proof."""
    stop = way.stop
    looking, other = quoted(way.spot.queries, way.query), quoted(way.spot.keys, way.key)
    st.subheader(
        f"{way.at + 1} · {stop_title(stop.name)}: "
        + escape_markdown(f"{looking} → {other}" if stop.name in OF_A_PAIR else looking),
        anchor=False,
    )
    st.latex(arithmetic(stop, formula(stop.name, way.seen.trace, way.seen.parameters)))
    summary = _("{title}. {proof}").format(title=stop_title(stop.name), proof=proof(stop))
    picture(
        vector_strips,
        "step-by-step",
        stop_sentence(stop.name, way.seen.trace.traits),
        summary,
        aloud=False,
        strips=_strips(way),
        theme=way.seen.theme,
        cell=way.key if stop.name in OVER_KEYS else None,
        note=way.note,
    )
    say(proof(stop))
    for line in _remarks(way):
        say(line)
    show_details(
        Details(
            formula=formula(stop.name, way.seen.trace, way.seen.parameters),
            source=LLAMA_SOURCE
            if uses_rms_norm(way.seen.parameters)
            else f"{SOURCE}; {card(way.seen.model).source}",
            code=("viz_core/analysis/walk.py", CODE.get(stop.name, "_attention")),
            table=lambda: _table(stop),
            name="step-by-step",
        )
    )


def show_end(way: Way) -> None:
    """How near the whole walk is to what the model recorded."""
    worst = max(way.stops, key=lambda stop: stop.error)
    st.caption(
        _(
            "All {n} stops are worked out again from what the block reads and the model's "
            "parameters: largest difference {error}, at “{stop}”. One forward pass feeds them all."
        ).format(n=len(way.stops), error=f"{worst.error:.0e}", stop=stop_title(worst.name))
    )


def proof(stop: Stop) -> str:
    """To how many digits the worked out number is the recorded one."""
    if stop.error <= PROOF:
        digits = min(7, int(-np.log10(max(stop.error, 1e-30))))
        return _(
            "The same as the model recorded to {digits} digits: largest difference {error}."
        ).format(digits=digits, error=f"{stop.error:.0e}")
    return _("NOT the same as the model recorded: largest difference {error}.").format(
        error=f"{stop.error:.0e}"
    )


def _strips(way: Way) -> list[VectorStrip]:
    words = way.spot.keys.strings if way.stop.name in OVER_KEYS else ()
    return [
        VectorStrip(
            SYMBOLS.get(strip.name, strip.name),
            strip.values,
            strip.role,
            amounts=strip.name in ("w_i", "e"),
            tokens=words,
        )
        for strip in way.stop.strips
    ]


def _remarks(way: Way) -> list[str]:
    """What else is to be said of a stop for this model."""
    name, trace = way.stop.name, way.seen.trace
    lines = []
    if name == "embed" and way.spot.layer:
        lines.append(
            _(
                "Layer {layer} reads what the layers below made of this: the residual stream."
            ).format(layer=way.spot.layer)
        )
    n_head = len(way.spot.record.values)
    n_kv = len(trace[f"{way.spot.attention}.k"].values)
    if name == "qk" and n_kv < n_head:
        size = n_head // n_kv
        first = (way.spot.head or 0) // size * size
        lines.append(
            _("Grouped-query attention: heads {heads} share these keys and values.").format(
                heads=", ".join(str(first + n) for n in range(size))
            )
        )
    if name == "qk" and "positions.angles" in trace.records:
        lines.append(_("Rotary positions: q and k are shown as turned by their places."))
    if name in ("scale", "mask") and not np.isfinite(way.stop.numbers["score"]):
        lines.append(
            _("{word} is still to come, so its score becomes −∞ and its weight 0.").format(
                word=bare(way.spot.keys.strings[way.key])
            )
        )
    if name == "ffn" and f"{way.spot.block}.cross_attn.out" in trace.records:
        lines += _across(way)
    if name == "ffn":
        block = Block(trace, way.seen.parameters, way.spot.attention)
        w_out = block.parameter("ffn.W_out.weight")
        if w_out is not None:
            act = next(strip.values for strip in way.stop.strips if strip.name == "h")
            best = strongest_neurons(act, w_out, 5)
            lines.append(
                _("Strongest neurons: {neurons}.").format(
                    neurons=_("; ").join(
                        _("{n} at {act}, adds a vector of length {added}").format(
                            n=n, act=f"{a:.2f}", added=f"{added:.2f}"
                        )
                        for n, a, added in best
                    )
                )
            )
    return lines


def _across(way: Way) -> list[str]:
    """What stands between self-attention and feed-forward network of a translator's decoder."""
    if way.spot.attention.endswith("cross_attn"):
        return []
    return [
        _(
            "Between the two, this layer looks across at the source: choose “cross” to walk "
            "through that. Here the recorded result of it is read."
        )
    ]


def _table(stop: Stop) -> pd.DataFrame:
    """The vectors side by side, a row a dimension."""
    return pd.DataFrame({strip.name: pd.Series(strip.values) for strip in stop.strips})
