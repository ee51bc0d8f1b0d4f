"""One word's way through an attention, from its queries and keys to what all heads bring.

Source: Vaswani et al. 2017, section 3.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viz_core.analysis.attention import bias_of, softmax
from viz_core.analysis.block import Block
from viz_core.analysis.stage import Stage, Strip


@dataclass(frozen=True)
class Attended:
    """What every head of an attention makes of one query, in double precision.

    Attributes:
        q: (head, d_head); k, v: (head, key, d_head), shared ones given out.
        scale: what q k is multiplied with.
        bias: what the model adds to the scores for distance, (head, key).
        scores: (head, key); masked: the same, -inf where a key may not be seen.
        weights: softmax of the masked scores, (head, key).
        mixed: (head, d_head).
        out: what the attention adds to the residual stream, (d_model,).
    """

    q: np.ndarray
    k: np.ndarray
    v: np.ndarray
    scale: float
    bias: np.ndarray
    scores: np.ndarray
    masked: np.ndarray
    weights: np.ndarray
    mixed: np.ndarray
    out: np.ndarray


def attend(block: Block, x: np.ndarray, source: np.ndarray, query: int) -> Attended:
    """Work an attention out again for one query.

    Args:
        x: what the queries are made of, (query, d_model).
        source: what keys and values are made of, (key, d_model).
    """
    trace, part = block.trace, block.part
    recorded = trace[f"{block.attention}.scores"].values[:, query]  # (head, key)
    n_head = len(recorded)
    q, k = block.queries_and_keys(x, source, n_head)  # (head, query or key, d_head)
    q = q[:, query]
    v = block.heads(block.linear(source, f"{part}.W_v"), n_head)  # (head, key, d_head)
    told = bias_of(trace, block.attention)
    bias = np.zeros(recorded.shape) if told is None else told.values[:, query].astype(np.float64)
    scale = trace.computes.of_scores(q.shape[-1])
    scores = (q[:, None] * k).sum(-1) * scale + bias  # (head, key)
    masked = np.where(np.isfinite(recorded), scores, -np.inf)
    weights = softmax(masked)
    mixed = np.einsum("hk,hkd->hd", weights, v)  # (head, d_head)
    out = block.linear(mixed.reshape(-1), f"{part}.W_o")  # (d_model,)
    return Attended(q, k, v, scale, bias, scores, masked, weights, mixed, out)


@dataclass(frozen=True)
class Pair:
    """One head of an attention, the word that looks and a word that it looks at."""

    block: Block
    head: int
    query: int
    key: int

    def recorded(self, tensor: str) -> np.ndarray:
        """What the trace holds of a tensor of the attention, such as `weights`."""
        return self.block.trace[f"{self.block.attention}.{tensor}"].values


def attention_stages(
    pair: Pair, x: np.ndarray, source: np.ndarray, attended: Attended
) -> list[Stage]:
    """Every stage of one pair of words, from q and k to what all heads bring.

    Args:
        x, source: as in `attend`.
    """
    inputs = (Strip("a_i", x[pair.query]), Strip("a_j", source[pair.key]))
    return [
        *_pair_stages(pair, inputs, attended),
        *_row_stages(pair, attended),
        *_value_stages(pair, attended),
    ]


def _pair_stages(pair: Pair, inputs: tuple[Strip, Strip], attended: Attended) -> list[Stage]:
    """q and k of the pair, and their product dimension by dimension."""
    q, k = attended.q[pair.head], attended.k[pair.head, pair.key]
    keys = pair.recorded("k")
    shared = pair.head * len(keys) // len(attended.k)  # the keys that this head uses
    recorded_q, recorded_k = pair.recorded("q")[pair.head, pair.query], keys[shared, pair.key]
    strips = (Strip("q_i", q, "query"), Strip("k_j", k, "key"))
    return [
        Stage(
            "qk",
            (*inputs, *strips),
            np.concatenate([q, k]),
            np.concatenate([recorded_q, recorded_k]),
        ),
        Stage(
            "dot",
            (*strips, Strip("q_i k_j", q * k)),
            q * k,
            recorded_q * recorded_k,
            {"dot": float((q * k).sum())},
        ),
    ]


def _row_stages(pair: Pair, attended: Attended) -> list[Stage]:
    """Scores of all keys, the mask, and the softmax."""
    head, key = pair.head, pair.key
    scores, masked, weights = (
        values[head] for values in (attended.scores, attended.masked, attended.weights)
    )
    recorded = pair.recorded("scores")[head, pair.query]
    visible = np.isfinite(recorded)  # a masked score is nowhere recorded
    powers = np.exp(masked - masked.max())
    d_head = attended.q.shape[-1]
    dot = float((attended.q[head] * attended.k[head, key]).sum())
    row = {
        "score": float(masked[key]),
        "bias": float(attended.bias[head, key]),
        "scale": attended.scale,
    }
    return [
        Stage(
            "scale",
            (Strip("s_i", scores),),
            scores[visible],
            recorded[visible],
            {"dot": dot, "d_head": d_head, "scaled": dot * attended.scale, **row},
        ),
        Stage("mask", (Strip("s_i", masked),), masked, recorded, row),
        Stage(
            "softmax",
            (Strip("s_i", masked), Strip("e", powers), Strip("w_i", weights)),
            weights,
            pair.recorded("weights")[head, pair.query],
            {
                "largest": float(masked.max()),
                "total": float(powers.sum()),
                "weight": float(weights[key]),
                **row,
            },
        ),
    ]


def _value_stages(pair: Pair, attended: Attended) -> list[Stage]:
    """What the head mixes of the values, and what all heads bring together."""
    head, weight = pair.head, attended.weights[pair.head, pair.key]
    v, mixed, out = attended.v[head, pair.key], attended.mixed[head], attended.out
    d_head = len(mixed)
    w_o = pair.block.weight(f"{pair.block.part}.W_o")
    of_this_head = w_o[:, head * d_head : (head + 1) * d_head] @ mixed
    share = float(np.linalg.norm(of_this_head)) / max(float(np.linalg.norm(out)), 1e-30)
    return [
        Stage(
            "mix",
            (
                Strip("v_j", v, "value"),
                Strip("w_ij v_j", weight * v, "value"),
                Strip("z_i", mixed, "value"),
            ),
            mixed,
            pair.recorded("mixed")[head, pair.query],
            {"weight": float(weight)},
        ),
        Stage(
            "out",
            (
                Strip("z_i", mixed, "value"),
                Strip("W_o z_i", of_this_head, "output"),
                Strip("o_i", out, "output"),
            ),
            out,
            pair.recorded("out")[pair.query],
            {"share": share},
        ),
    ]
