"""Rotary positions with the vectors of two words: how both turn, and what is left in the score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.block import turn
from viz_core.analysis.positions import angles, score_by_distance, unturned
from viz_core.figures import line_chart, turning_points
from viz_core.figures.theme import Theme, bare
from viz_core.i18n import _
from viz_core.lessons.positions import link
from viz_core.links import LOOKED_AT
from viz_core.runners.base import Request
from viz_core.trace import Tokens, Trace
from viz_core.ui.cache import run
from viz_core.ui.errors import escape_markdown
from viz_core.ui.inputs import (
    controls,
    head_select,
    layer_select,
    model_select,
    number,
    word_select,
)
from viz_core.ui.inside import quoted
from viz_core.ui.raised import tell_reader
from viz_core.ui.show import Details, picture, show_details

N_PLACES = 64  # distances at which the score is drawn


@dataclass(frozen=True)
class Turning:
    """Two words in one head of a model with rotary positions.

    Attributes:
        query, key: places of the word that looks, and of the one looked at.
        pair: of the dimensions that turn together, from 0.
    """

    model: str
    trace: Trace
    layer: int
    head: int
    query: int
    key: int
    pair: int
    theme: Theme

    @property
    def tokens(self) -> Tokens:
        """The words that can be chosen."""
        return self.trace.tokens["text"]

    @property
    def attention(self) -> str:
        """First part of the attention's records."""
        return f"decoder.{self.layer}.self_attn"

    @property
    def q(self) -> np.ndarray:
        """The query before it is turned, (d_head,)."""
        return self._unturned(self._heads("q")[self.head], self.query)

    @property
    def k(self) -> np.ndarray:
        """The key before it is turned, (d_head,); some queries' heads may share one of keys."""
        k, n_head = self._heads("k"), len(self._heads("q"))
        return self._unturned(k[self.head * len(k) // n_head], self.key)

    @property
    def names(self) -> str:
        """Both words, for people."""
        return f"{quoted(self.tokens, self.query)} → {quoted(self.tokens, self.key)}"

    def _heads(self, part: str) -> np.ndarray:
        return np.asarray(self.trace[f"{self.attention}.{part}"].values, np.float64)

    def _unturned(self, vectors: np.ndarray, place: int) -> np.ndarray:
        turns = self.trace["positions.angles"].values.astype(np.float64)
        vector: np.ndarray = unturned(vectors, turns)[place]
        return vector


def show(text: str, theme: Theme) -> None:
    """Let the visitor choose two words, and turn them."""
    view = _choose(text, theme)
    st.subheader(escape_markdown(view.names), anchor=False)
    left, right = st.columns(2, gap="medium")
    with left:
        _show_points(view)
    with right:
        _show_score(view)
    show_details(
        Details(
            formula=r"q_t \to R_t\,q_t,\; k_s \to R_s\,k_s \qquad "
            r"(R_t q)\cdot(R_s k) = q \cdot R_{s-t}\,k",
            source="Su et al. 2021, RoFormer: Enhanced Transformer with Rotary Position Embedding",
            code=("viz_core/models/positions.py", "turned"),
            table=lambda: pd.DataFrame({"q": view.q, "k": view.k}, index=range(len(view.q))),
        ),
        "positions-turning",
    )


def _choose(text: str, theme: Theme) -> Turning:
    """Let the visitor choose a head, two words and a pair of dimensions."""
    row = controls("turning")
    with row:
        model = model_select(link.MODEL, link.turned())
    tell_reader(text, [model], link.MODEL, link.turned())
    trace = run(model, Request(text))
    tokens = trace.tokens["text"]
    with row:
        layer = layer_select(len(trace.attentions))
        head = head_select(len(trace.attentions[0].values), with_mean=False) or 0
        query = word_select(tokens, label=_("Word that looks"))
        key = word_select(tokens, LOOKED_AT, _("Word looked at"), default=min(query, 1))
        last = trace["positions.angles"].values.shape[1] // 2 - 1
        pair = number(
            link.PAIR, _("Pair of dimensions"), default=min(2, last), most=last, width=150
        )
    return Turning(model, trace, layer, head, query, key, int(pair), theme)


def _show_points(view: Turning) -> None:
    """Two dimensions of both words at every place of the text."""
    n, d_head = len(view.tokens), len(view.q)
    everywhere = np.tile(angles(n, d_head), 2)  # (pos, d_head)
    dims = [view.pair, view.pair + d_head // 2]

    def turned(vector: np.ndarray) -> np.ndarray:
        return turn(np.broadcast_to(vector, (n, d_head)), everywhere)[:, dims]

    picture(
        turning_points,
        "positions-turning",
        _(
            "Two dimensions as a point: pale where the word would stand elsewhere, strong "
            "where it stands. Both turn alike, so only their distance is left."
        ),
        _("Each place further turns this pair by {degrees}°.").format(
            degrees=f"{np.degrees(everywhere[1, view.pair]):.2f}"
        ),
        query=turned(view.q),
        key_points=turned(view.k),
        at=(view.query, view.key),
        names=tuple(bare(view.tokens.strings[place]) for place in (view.query, view.key)),
        theme=view.theme,
        note=f"{view.model} · {view.attention} · {view.head} · {view.pair}",
    )


def _show_score(view: Turning) -> None:
    """The score of the two words at every distance."""
    distance = view.query - view.key
    n_far = max(N_PLACES, distance + 1)
    scores = score_by_distance(view.q, view.k, n_far)
    picture(
        line_chart,
        "positions-score",
        _("The score of this very question and answer, if they stood so far apart."),
        _score_summary(view, scores),
        lines=[(view.names, scores)],
        x=list(range(n_far)),
        theme=view.theme,
        x_name=_("distance in tokens"),
        y_name=_("score"),
        note=f"{view.model} · {view.attention} · {view.head}",
    )


def _score_summary(view: Turning, scores: np.ndarray) -> str:
    """The score at the words' distance, beside the recorded one."""
    distance = view.query - view.key
    if distance < 0:
        return _("The word looked at is still to come: masked.")
    recorded = view.trace[f"{view.attention}.scores"].values[view.head, view.query, view.key]
    return _("Here {distance} apart: score {score}, recorded {recorded}.").format(
        distance=distance, score=f"{scores[distance]:.4f}", recorded=f"{float(recorded):.4f}"
    )
