"""Rotary positions with the real vectors: the part of the Positions page that turns."""

from __future__ import annotations

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
from viz_core.ui.cache import run
from viz_core.ui.errors import escape_markdown
from viz_core.ui.inputs import choose, head_select, layer_select, number, word_select
from viz_core.ui.inside import quoted
from viz_core.ui.show import Details, picture, show_details

N_PLACES = 64  # distances at which the score is drawn


def show_turning(text: str, theme: Theme) -> None:
    """Rotary positions with the vectors of two words."""
    model = choose(link.MODEL, _("Model"), options=link.TURNED)
    trace = run(model, Request(text))
    tokens = trace.tokens["text"]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        layer = layer_select(len(trace.attentions))
        head = head_select(len(trace.attentions[0].values), with_mean=False) or 0
        query = word_select(tokens, label=_("Word that looks"))
        key = word_select(tokens, LOOKED_AT, _("Word looked at"), default=min(query, 1))
        turns = trace["positions.angles"].values.astype(np.float64)
        n_pairs = turns.shape[1] // 2
        pair = int(
            number(
                link.PAIR,
                _("Pair of dimensions"),
                default=min(2, n_pairs - 1),
                most=n_pairs - 1,
                width=150,
            )
        )
    name = f"decoder.{layer}.self_attn"
    q_all, k_all = (trace[f"{name}.{part}"].values.astype(np.float64) for part in "qk")
    q = unturned(q_all[head], turns)[query]
    k = unturned(k_all[head * len(k_all) // len(q_all)], turns)[key]
    n = len(tokens)
    everywhere = np.tile(angles(n, len(q)), 2)  # (pos, d_head)
    dims = [pair, pair + n_pairs]
    looking, other = quoted(tokens, query), quoted(tokens, key)
    st.subheader(escape_markdown(f"{looking} → {other}"), anchor=False)
    left, right = st.columns(2, gap="medium")
    with left:
        degrees = float(np.degrees(everywhere[1, pair]))
        summary = _("Each place further turns this pair by {degrees}°.").format(
            degrees=f"{degrees:.2f}"
        )
        picture(
            turning_points,
            "positions-turning",
            _(
                "Two dimensions as a point: pale where the word would stand elsewhere, strong "
                "where it stands. Both turn alike, so only their distance is left."
            ),
            summary,
            query=turn(np.broadcast_to(q, (n, len(q))), everywhere)[:, dims],
            key_points=turn(np.broadcast_to(k, (n, len(k))), everywhere)[:, dims],
            at=(query, key),
            names=(bare(tokens.strings[query]), bare(tokens.strings[key])),
            theme=theme,
            note=f"{model} · {name} · {head} · {pair}",
        )
    with right:
        n_far = max(N_PLACES, query - key + 1)
        scores = score_by_distance(q, k, n_far)
        recorded = float(trace[f"{name}.scores"].values[head, query, key])
        distance = query - key
        summary = (
            _("Here {distance} apart: score {score}, recorded {recorded}.").format(
                distance=distance,
                score=f"{scores[distance]:.4f}",
                recorded=f"{recorded:.4f}",
            )
            if distance >= 0
            else _("The word looked at is still to come: masked.")
        )
        picture(
            line_chart,
            "positions-score",
            _("The score of this very question and answer, if they stood so far apart."),
            summary,
            lines=[(f"{looking} → {other}", scores)],
            x=list(range(n_far)),
            theme=theme,
            x_name=_("distance in tokens"),
            y_name=_("score"),
            note=f"{model} · {name} · {head}",
        )
    show_details(
        Details(
            formula=r"q_t \to R_t\,q_t,\; k_s \to R_s\,k_s \qquad "
            r"(R_t q)\cdot(R_s k) = q \cdot R_{s-t}\,k",
            source="Su et al. 2021, RoFormer: Enhanced Transformer with Rotary Position Embedding",
            code=("viz_core/models/positions.py", "turned"),
            table=lambda: pd.DataFrame({"q": q, "k": k}, index=range(len(q))),
            name="positions-turning",
        )
    )
