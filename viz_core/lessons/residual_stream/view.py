"""The Residual stream page: what each layer would say, what the stream is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.block import Block
from viz_core.analysis.residual import Lens, Stream, cosines, logit_lens, neurons, stream
from viz_core.figures import labelled_map
from viz_core.figures.theme import LONGEST_LABEL, bare, escape, numbered, visible
from viz_core.i18n import _
from viz_core.lessons.residual_stream import link
from viz_core.ui.cache import cached
from viz_core.ui.errors import escape_markdown
from viz_core.ui.inputs import choose, layer_select
from viz_core.ui.inside import Inside
from viz_core.ui.show import Details, picture, show_details


@dataclass(frozen=True)
class Flow:
    """The stream of one stack of a model."""

    seen: Inside
    stack: str
    found: Stream

    @property
    def key(self) -> tuple[object, ...]:
        return (self.seen.key, self.stack)

    @property
    def words(self) -> tuple[str, ...]:
        """The tokens along the stream."""
        return self.seen.tokens(self.stack).strings

    @property
    def levels(self) -> list[str]:
        """The levels' names, for people."""
        return [
            _("entrance"),
            *(_("after layer {n}").format(n=n) for n in range(len(self.found.levels) - 1)),
        ]

    @property
    def parts(self) -> list[str]:
        """The parts' names, for people."""
        plain = {
            "embed": _("embedding"),
            "positions": _("position"),
            "segments": _("sentence"),
            "norm": _("biases of norms"),
        }
        names = {
            "self_attn": _("{n} · attention"),
            "cross_attn": _("{n} · cross-attention"),
            "ffn": _("{n} · feed-forward"),
        }
        found = []
        for part in self.found.parts:
            layer, _dot, rest = part.partition(".")
            found.append(plain[part] if part in plain else names[rest].format(n=layer))
        return found


def _stack(seen: Inside) -> str:
    """One of the stacks of a model that has two; of any other the only one."""
    if len(seen.stacks) == 1:
        return seen.stacks[0]
    return choose(link.STACK, _("Stack"), options=seen.stacks)


def stream_view(seen: Inside) -> Flow:
    """Let the visitor choose a stack, and take its stream apart."""
    stack = _stack(seen)
    found = cached(stream, trace=seen.trace, parameters=seen.parameters, stack=stack)
    return Flow(seen, stack, found)


def show_stream(flow: Flow) -> None:
    """One of the views of the stream."""
    view = choose(
        link.VIEW,
        _("View"),
        _(
            "lens: what each layer would say. parts: what the end is made of. lengths: how much "
            "each part writes. alike: how the stream turns. neurons: the feed-forward network."
        ),
    )
    shown: dict[str, Callable[[Flow], None]] = {
        link.LENS: _show_lens,
        link.PARTS: _show_parts,
        link.LENGTHS: _show_lengths,
        link.ALIKE: _show_alike,
        link.NEURONS: _show_neurons,
    }
    shown[view](flow)
    st.caption(
        _(
            "Embedding, every attention and every feed-forward network add up to the recorded "
            "stream: largest difference {error}."
        ).format(error=f"{flow.found.error:.0e}")
    )


def _show_lens(flow: Flow) -> None:
    """What each level would say if the model ended there."""
    lens: Lens = cached(
        logit_lens,
        values=flow.found.values,
        parameters=flow.seen.parameters,
        kind=flow.seen.trace.traits,
    )
    says = [[flow.seen.string(int(token)) for token in row] for row in lens.best]
    text = [
        [f"{_cell(word)}<br>{prob:.0%}" for word, prob in zip(words, probs, strict=True)]
        for words, probs in zip(says, lens.prob, strict=True)
    ]
    place = len(flow.words) - 1
    speaks = flow.stack == flow.seen.stacks[-1]
    if flow.seen.trace.top and speaks:
        place = flow.seen.trace.traits.guess_row(flow.seen.trace.top[0].pos)
    first = next(n for n in range(len(says)) if (lens.final_rank[n:, place] == 1).all())
    if not speaks:
        st.info(
            _("This stack does not speak; its stream is read with the vocabulary all the same.")
        )
    st.subheader(
        _("“{word}” is settled {level}").format(
            word=escape_markdown(bare(says[-1][place])), level=flow.levels[first]
        ),
        anchor=False,
    )
    summary = _("At {word}: {steps}.").format(
        word=visible(flow.words[place]),
        steps=_("; ").join(
            _("{level} {said} {prob} (the final word is number {rank})").format(
                level=level,
                said=bare(row[place]),
                prob=f"{lens.prob[n, place]:.0%}",
                rank=f"{lens.final_rank[n, place]:,}",
            )
            for n, (level, row) in enumerate(zip(flow.levels, says, strict=True))
        ),
    )
    _picture(
        flow,
        link.LENS,
        lens.prob,
        flow.levels,
        flow.words,
        _(
            "One column a word, one row a level: the likeliest word if the model ended there, and "
            "its probability. The lowest row is what the model really says."
        )
        if speaks
        else _("One column a word, one row a level: the token whose embedding is nearest."),
        summary,
        limit=1.0,
        text=text,
        column=place,
    )
    show_details(
        Details(
            formula=r"\mathrm{softmax}\left(E\;\mathrm{norm}(x^{(\ell)})\right)",
            source="nostalgebraist 2020, interpreting GPT: the logit lens",
            code=("viz_core/analysis/residual.py", "logit_lens"),
            table=lambda: pd.DataFrame(
                [
                    {
                        _("Level"): level,
                        _("Word"): word,
                        _("Says"): says[n][pos],
                        _("Probability"): lens.prob[n, pos],
                        _("Probability of the final word"): lens.final_prob[n, pos],
                        _("Its rank"): lens.final_rank[n, pos],
                    }
                    for n, level in enumerate(flow.levels)
                    for pos, word in enumerate(numbered(flow.words))
                ]
            ),
            name="stream-lens",
        )
    )


def _show_parts(flow: Flow) -> None:
    """What the stream at the end is made of."""
    st.subheader(_("What each word's vector is made of in the end"), anchor=False)
    shares = flow.found.shares
    last = len(flow.words) - 1
    order = np.argsort(-np.abs(shares[:, last]))[:3]
    summary = _("{word} is made most of {parts}.").format(
        word=visible(flow.words[last]),
        parts=_("; ").join(f"{flow.parts[n]} {shares[n, last]:.0%}" for n in order),
    )
    _picture(
        flow,
        link.PARTS,
        shares,
        flow.parts,
        flow.words,
        _(
            "One column a word: the share that each part has in the vector at the end; a column "
            "sums to 1. Purple parts point against the rest."
        ),
        summary,
        signed=True,
    )
    _details(
        flow,
        r"x = E + P + \sum_\ell \left(\mathrm{attn}_\ell + \mathrm{ffn}_\ell\right) \qquad "
        r"\mathrm{share}_c = \frac{c \cdot x}{\lVert x \rVert^2}",
        "Elhage et al. 2021, A Mathematical Framework for Transformer Circuits",
        "stream",
        shares,
        flow.parts,
    )


def _show_lengths(flow: Flow) -> None:
    """How long the vectors are that each part writes."""
    st.subheader(_("How much each part writes"), anchor=False)
    stream_lengths = np.linalg.norm(flow.found.values, axis=-1)  # (level, pos)
    kept = [n for n, part in enumerate(flow.found.parts) if part != "norm"]
    values = np.concatenate([flow.found.lengths[kept], stream_lengths[-1:]])
    rows = [*(flow.parts[n] for n in kept), _("stream at the end")]
    summary = _("The stream goes from length {first} to {last} on average.").format(
        first=f"{stream_lengths[0].mean():.1f}", last=f"{stream_lengths[-1].mean():.1f}"
    )
    _picture(
        flow,
        link.LENGTHS,
        values,
        rows,
        flow.words,
        _("One column a word, one row a part: the length of the vector that it writes."),
        summary,
    )
    _details(flow, r"\lVert c \rVert_2", "Elhage et al. 2021", "stream", values, rows)


def _show_alike(flow: Flow) -> None:
    """How the stream turns from level to level."""
    st.subheader(_("How far the stream turns"), anchor=False)
    values = cosines(flow.found.values)
    summary = _("Entrance and end have a cosine of {cosine}.").format(cosine=f"{values[0, -1]:.2f}")
    _picture(
        flow,
        link.ALIKE,
        values,
        flow.levels,
        flow.levels,
        _("1 is the same direction, 0 a right angle: the mean over all words."),
        summary,
        signed=True,
        limit=1.0,
    )
    _details(
        flow,
        r"\cos(x, y) = \frac{x \cdot y}{\lVert x \rVert \lVert y \rVert}",
        "Ethayarajh 2019, How Contextual are Contextualized Word Representations?",
        "cosines",
        values,
        flow.levels,
        flow.levels,
    )


def _show_neurons(flow: Flow) -> None:
    """The neurons of one feed-forward network that write most."""
    layer = layer_select(len(flow.found.levels) - 1)
    act = flow.seen.trace[f"{flow.stack}.{layer}.ffn.act"].values  # (pos, d_ff)
    block = Block(flow.seen.trace, flow.seen.parameters, f"{flow.stack}.{layer}.self_attn")
    w_out = block.parameter("ffn.W_out.weight")
    if w_out is None:
        raise ValueError(f"{flow.stack}.{layer} has no feed-forward network")
    chosen = neurons(act, w_out)
    values = act[:, chosen].T  # (neuron, pos)
    rows = [_("neuron {n}").format(n=n) for n in chosen]
    st.subheader(
        _("{share} of all neurons of layer {layer} are above 0").format(
            share=f"{(act > 0).mean():.0%}", layer=layer
        ),
        anchor=False,
    )
    strongest = np.unravel_index(np.abs(values).argmax(), values.shape)
    summary = _("Strongest: neuron {n} at {word}, {value}.").format(
        n=chosen[strongest[0]],
        word=visible(flow.words[strongest[1]]),
        value=f"{values[strongest]:.2f}",
    )
    _picture(
        flow,
        f"{link.NEURONS}-{layer}",
        values,
        rows,
        flow.words,
        _(
            "One column a word, one row a neuron, those first that write most: brown is above 0. "
            "Each word goes through the network alone."
        ),
        summary,
        signed=True,
    )
    _details(
        flow,
        r"h = f(W_{\mathrm{in}}\,a + b_{\mathrm{in}})",
        "Geva et al. 2021, Transformer Feed-Forward Layers Are Key-Value Memories",
        "neurons",
        values,
        rows,
    )


def _cell(token: str) -> str:
    shown = visible(token)
    return escape(shown if len(shown) <= LONGEST_LABEL else shown[: LONGEST_LABEL - 1] + "…")


def _picture(
    flow: Flow,
    name: str,
    values: np.ndarray,
    rows: list[str],
    columns: list[str] | tuple[str, ...],
    how_to_read: str,
    summary: str,
    *,
    signed: bool = False,
    limit: float | None = None,
    text: list[list[str]] | None = None,
    column: int | None = None,
) -> None:
    picture(
        labelled_map,
        "stream",
        how_to_read,
        summary,
        values=values,
        rows=rows,
        columns=columns,
        theme=flow.seen.theme,
        signed=signed,
        limit=limit,
        text=text,
        column=column,
        words=columns is flow.words,
        note=f"{flow.seen.note} · {flow.stack}",
    )


def _details(
    flow: Flow,
    formula: str,
    source: str,
    code: str,
    values: np.ndarray,
    rows: list[str],
    columns: list[str] | None = None,
) -> None:
    show_details(
        Details(
            formula=formula,
            source=source,
            code=("viz_core/analysis/residual.py", code),
            table=lambda: pd.DataFrame(
                values, index=rows, columns=columns if columns else numbered(flow.words)
            ),
            name="stream",
        )
    )
