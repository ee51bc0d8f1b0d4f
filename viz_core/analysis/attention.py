"""What attention weights say: recomputed from their parts, measured head by head, ranked.

All functions take records of a trace and return new arrays. Source of the formula: Vaswani et al.
2017, eq. 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np

from viz_core.trace import Record, Tokens, Trace

STACKS, CROSS = ("encoder", "decoder"), "cross"  # of a model that translates: its attentions
BIAS = "positions.bias"  # what ALiBi and T5 add to a stack's scores, (head, query, key)


@dataclass(frozen=True)
class Recomputed:
    """One attention worked out again from what the trace holds.

    Attributes:
        scores: q k^T / sqrt(d_head), or as the model's design scales it, plus what it adds for
            distance, where the recorded scores are finite, (head, query, key).
        weights: softmax of those scores over the keys, (head, query, key).
        scores_error, weights_error: largest differences from the recorded ones; of scores beyond
            1, relative to the score.
        softmax_error: the same between the softmax of the recorded scores and the weights.
        largest: of the scores that are seen, without its sign. A float32 holds seven digits: where
            scores are a hundred times larger they are off by a hundred times more, and so are the
            weights.
    """

    scores: np.ndarray
    weights: np.ndarray
    scores_error: float
    weights_error: float
    softmax_error: float
    largest: float


def recompute(trace: Trace, name: str) -> Recomputed:
    """Work an attention out again, in double precision, from its recorded q and k.

    Args:
        trace: holds q, k, scores and weights of the attention.
        name: its first part, such as `decoder.0.self_attn`.
    """
    q = trace[f"{name}.q"].values.astype(np.float64)  # (head, query, d_head)
    k = trace[f"{name}.k"].values.astype(np.float64)  # (head, key, d_head)
    recorded, weights = trace[f"{name}.scores"].values, trace[f"{name}.weights"].values
    k = np.repeat(k, q.shape[0] // k.shape[0], axis=0)  # heads may share keys
    scale = trace.computes.of_scores(q.shape[-1])
    scores = q @ k.swapaxes(-2, -1) * scale  # (head, query, key)
    if (bias := bias_of(trace, name)) is not None:
        scores = scores + bias.values
    visible = np.isfinite(recorded)
    error = np.abs(scores - np.where(visible, recorded, 0)) / np.maximum(1, np.abs(scores))
    scores = np.where(visible, scores, -np.inf)
    again = softmax(scores)
    return Recomputed(
        scores,
        again,
        float(error[visible].max()),
        float(np.abs(again - weights).max()),
        float(np.abs(softmax(recorded.astype(np.float64)) - weights).max()),
        float(np.abs(recorded[visible]).max()),
    )


def bias_of(trace: Trace, name: str) -> Record | None:
    """What an attention's scores are given for distance, (head, query, key); None if nothing.

    Args:
        name: the attention's first part; what looks across is told no distances.
    """
    stack, _layer, part = name.split(".")
    if part == "cross_attn":
        return None
    first = stack == trace.traits.stacks[0]
    return trace.records.get(BIAS if first else f"{stack}.{BIAS}")


def weights_error(trace: Trace, name: str) -> float:
    """The largest difference between an attention's recorded and recomputed weights."""
    return recompute(trace, name).weights_error


def softmax(scores: np.ndarray) -> np.ndarray:
    """exp(x) / sum exp(x) over the last axis, shifted so that nothing overflows."""
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))


def attention_names(trace: Trace) -> list[str]:
    """The first parts of a trace's attentions, layer by layer: `decoder.0.self_attn`, ..."""
    return [record.name.removesuffix(".weights") for record in trace.attentions]


def head_code(attention: str, head: int) -> str:
    """A head's name in a link: layer.head, with its stack before it where there are three."""
    stack, layer, part = attention.split(".")
    return f"{'cross' if part == 'cross_attn' else stack} {layer}.{head}"


def stacks(trace: Trace) -> dict[str, list[Record]]:
    """A trace's attentions by where they are, layer by layer.

    One entry for a model of one stack; `encoder`, `decoder` and `cross` for one of two, the last
    being the looks of the decoder at the encoder's text.
    """
    records: dict[str, list[Record]] = {}
    for record in trace.attentions:
        stack = CROSS if ".cross_attn." in record.name else record.name.split(".")[0]
        records.setdefault(stack, []).append(record)
    return {stack: records[stack] for stack in sorted(records, key=[*STACKS, CROSS].index)}


def is_causal(name: str) -> bool:
    """Whether a record is of an attention that may not look to the right."""
    return name.startswith("decoder.") and ".self_attn" in name


@dataclass(frozen=True)
class HeadMeasures:
    """Means over the queries of one head; nan where queries and keys are of two texts and the
    measure would compare their places.

    Attributes:
        entropy: of a row, in bits; 0 looks at one word, log2(keys) at all alike.
        distance: of the words looked at, in tokens, weighted by attention.
        previous, first: share of attention on the token before, on the first token.
        same: share on other occurrences of the same token, over the queries that can see one;
            nan where none can.
    """

    entropy: float
    distance: float
    previous: float
    first: float
    same: float


def head_measures(record: Record, tokens: Tokens) -> list[HeadMeasures]:
    """Measure every head of an attention.

    Args:
        record: weights, axes (head, query, key), each row a probability distribution.
        tokens: of the stream of the keys.
    """
    w = record.values.astype(np.float64)  # (head, query, key)
    n = w.shape[-1]
    positions = np.arange(n)
    logs = np.log2(w, out=np.zeros_like(w), where=w > 0)
    entropy = -(w * logs).sum(-1).mean(-1)  # (head,)
    if crosses(record):
        return [
            HeadMeasures(float(h), nan, nan, float(f), nan)
            for h, f in zip(entropy, w[:, :, 0].mean(-1), strict=True)
        ]
    distance = (w * np.abs(positions[:, None] - positions)).sum(-1).mean(-1)
    previous = w[:, positions[1:], positions[:-1]].mean(-1) if n > 1 else np.zeros(len(w))
    first = w[:, :, 0].mean(-1)
    ids = np.array(tokens.ids)
    same = (ids[:, None] == ids) & (positions[:, None] != positions)  # (query, key)
    if (w[0] == 0).any():  # a query that can't see its twin says nothing about the head
        same &= (w > 0).any(0)
    twinned = same.any(-1)  # (query,)
    share = (w * same).sum(-1)[:, twinned].mean(-1) if twinned.any() else np.full(len(w), np.nan)
    return [
        HeadMeasures(*map(float, row))
        for row in zip(entropy, distance, previous, first, share, strict=True)
    ]


def one_head(record: Record, head: int | None) -> np.ndarray:
    """The weights of one head, or the mean of all, (query, key).

    Raises:
        ValueError: the record has other axes, or `head` is outside it.
    """
    if record.axes != ("head", "query", "key"):
        raise ValueError(f"{record.name} has axes {record.axes}, not head, query, key")
    if head is None:
        return np.asarray(record.values.mean(0))
    if not 0 <= head < len(record.values):
        raise ValueError(f"head {head} is not one of 0 to {len(record.values) - 1}")
    return np.asarray(record.values[head])


def crosses(record: Record) -> bool:
    """Whether the queries of an attention are of another text than its keys."""
    return record.streams.get("query") != record.streams.get("key")


def among(weights: np.ndarray, queries: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Weights among the kept tokens only, each row scaled to sum to 1 again; (query, key).

    Rows and columns of the others are 0, and so is a row that looks at nothing that is kept.

    Args:
        weights: (query, key).
        queries, keys: True for each token that is kept.
    """
    kept = weights * (queries[:, None] & keys)
    total = kept.sum(-1, keepdims=True)
    return np.asarray(np.divide(kept, total, out=np.zeros_like(kept), where=total > 0))


def ranks(weights: np.ndarray) -> np.ndarray:
    """Each key's place among its query's keys, 1 for the largest weight; (query, key)."""
    order = np.argsort(-weights, axis=-1, kind="stable")
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(1, weights.shape[-1] + 1)[None], axis=-1)
    return places
