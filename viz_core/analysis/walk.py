"""One word's way through one Transformer block, worked out again number by number.

From what the trace recorded at the entrance of a block and from the model's parameters, every stop
on the way is computed in double precision and set beside what the model recorded there.

Source: Vaswani et al. 2017, sections 3.1 to 3.3.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from viz_core.analysis.attention import BIAS, softmax
from viz_core.analysis.block import Block, Parameters, activation, normed
from viz_core.trace import Trace


@dataclass(frozen=True)
class Strip:
    """A vector on the way.

    Attributes:
        name: its symbol, such as `q_i`.
        values: (dimension,).
        role: query, key, value, output, or empty.
    """

    name: str
    values: np.ndarray
    role: str = ""


# In the order in which a model of the `before` kind passes them; others leave some out.
STAGES = tuple("embed norm qk dot scale mask softmax mix out add norm2 ffn add2".split())


@dataclass(frozen=True)
class Stop:
    """One step of the arithmetic.

    Attributes:
        name: what happens here, a name of `NAMES`.
        strips: the vectors that it takes, and at the end the one that it gives.
        numbers: single numbers by symbol.
        recomputed, recorded: what comes out, worked out again and as the model had it.
    """

    name: str
    strips: tuple[Strip, ...]
    recomputed: np.ndarray
    recorded: np.ndarray
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def error(self) -> float:
        """The largest difference; of numbers beyond 1, relative to the number."""
        both = np.isfinite(self.recorded)
        if (both != np.isfinite(self.recomputed)).any():
            return math.inf
        apart = np.abs(self.recomputed[both] - self.recorded[both])
        return float((apart / np.maximum(1, np.abs(self.recorded[both]))).max(initial=0))


NAMES = (
    "embed",
    "norm",
    "qk",
    "dot",
    "scale",
    "mask",
    "softmax",
    "mix",
    "out",
    "add",
    "norm2",
    "ffn",
    "add2",
)


def walk(
    trace: Trace, parameters: Parameters, attention: str, head: int, query: int, key: int
) -> tuple[Stop, ...]:
    """Every stop of one word's way through a block, in the order in which the model goes.

    Args:
        trace: every record of a pass.
        parameters: of the model that left it, by name.
        attention: first part of the attention's records, such as `encoder.1.self_attn`.
        head: from 0.
        query, key: places of the word that looks and of the word looked at.
    """
    block = Block(trace, parameters, attention)
    x = block.entrance  # (query, d_model)
    source = block.memory if block.crosses else x
    stops = [_embedding(block, query)]
    asked, answering = x, source
    if block.pre_norm:
        asked = answering = block.norm(x, block.attention_norm)
        stops.append(
            _norm(block, "norm", x[query], block.attention_norm, f"{block.name}.norm_1.out", query)
        )
    heard, out = _attention(block, asked, answering, head, query, key)
    stops += heard
    summed = x[query] + out
    added = block.trace[block.after_attention].values[query]
    stops += _sum_and_norm(block, "", x[query], out, block.attention_norm, added, query)
    stream = block.record(block.before_ffn)[query]
    if not block.crosses and block.before_ffn.endswith("mid"):
        stream = summed if block.pre_norm else block.norm(summed, block.attention_norm)
    return (*stops, *_ffn(block, stream, query))


def _embedding(block: Block, query: int) -> Stop:
    """The word and its place, added up."""
    before = "decoder." if f"{block.stack}.embed" in block.trace.records else ""
    names = {"E": "embed", "P": "positions", "S": "segments"}
    strips = [
        Strip(symbol, block.record(f"{before}{name}")[query])
        for symbol, name in names.items()
        if f"{before}{name}" in block.trace.records
    ]
    total: np.ndarray = np.sum([strip.values for strip in strips], axis=0)
    if "segments" in block.trace.records:
        weight, bias = (
            block.parameters[f"norm.{n}"].astype(np.float64) for n in ("weight", "bias")
        )
        total = normed(total, weight, bias, block.trace.traits.norm_eps)
    recorded = block.trace[f"{block.stack}.0.resid_pre"].values[query]
    return Stop("embed", (*strips, Strip("x", total)), total, recorded)


def _norm(block: Block, stop: str, x: np.ndarray, norm: str, record: str, query: int) -> Stop:
    """What a norm does to one vector, with its mean and spread."""
    out = block.norm(x, norm)
    recorded = block.trace[record].values[query]
    rms = block.parameter(f"{norm}.bias") is None
    numbers = (
        {"rms": float(np.sqrt(np.square(x).mean()))}
        if rms
        else {"mean": float(x.mean()), "variance": float(x.var())}
    )
    return Stop(stop, (Strip("x", x), Strip("norm(x)", out)), out, recorded, numbers)


def _attention(
    block: Block, asked: np.ndarray, answering: np.ndarray, head: int, query: int, key: int
) -> tuple[list[Stop], np.ndarray]:
    """From q and k to what the attention adds to the stream, (d_model,)."""
    name, trace = block.attention, block.trace
    n_head, d_head = trace[f"{name}.q"].values.shape[0], trace[f"{name}.q"].values.shape[-1]
    q = block.turned(block.heads(block.linear(asked, f"{block.part}.W_q"), n_head))
    k = block.turned(block.heads(block.linear(answering, f"{block.part}.W_k"), n_head))
    v = block.heads(block.linear(answering, f"{block.part}.W_v"), n_head)
    shared = head * trace[f"{name}.k"].values.shape[0] // n_head  # the pair that this head uses
    q_i, k_j = q[head, query], k[head, key]
    products = q_i * k_j
    dot = float(products.sum())
    scaled = dot / math.sqrt(d_head)
    bias = block.record(BIAS)[:, query] if BIAS in trace.records else np.zeros((n_head, 1))
    scores = (q[:, query, None] * k).sum(-1) / math.sqrt(d_head) + bias  # (head, key)
    recorded = trace[f"{name}.scores"].values[:, query]  # (head, key)
    masked = np.where(np.isfinite(recorded), scores, -np.inf)
    weights = softmax(masked)  # (head, key)
    mixed = np.einsum("hk,hkd->hd", weights, v)
    out = block.linear(mixed.reshape(-1), f"{block.part}.W_o")
    w_o = block.parameter(f"{block.part}.W_o.weight")
    assert w_o is not None
    mine = w_o[:, head * d_head : (head + 1) * d_head] @ mixed[head]
    seen = np.isfinite(recorded[head])  # a masked score is nowhere recorded
    both = np.concatenate([q_i, k_j])
    row = {
        "score": float(masked[head, key]),
        "bias": float(bias[head, key if BIAS in trace.records else 0]),
    }
    stops = [
        Stop(
            "qk",
            (
                Strip("a_i", asked[query]),
                Strip("a_j", answering[key]),
                Strip("q_i", q_i, "query"),
                Strip("k_j", k_j, "key"),
            ),
            both,
            np.concatenate(
                [trace[f"{name}.q"].values[head, query], trace[f"{name}.k"].values[shared, key]]
            ),
        ),
        Stop(
            "dot",
            (Strip("q_i", q_i, "query"), Strip("k_j", k_j, "key"), Strip("q_i k_j", products)),
            products,
            trace[f"{name}.q"].values[head, query] * trace[f"{name}.k"].values[shared, key],
            {"dot": dot},
        ),
        Stop(
            "scale",
            (Strip("s_i", scores[head]),),
            scores[head][seen],
            recorded[head][seen],
            {"dot": dot, "d_head": d_head, "scaled": scaled, **row},
        ),
        Stop("mask", (Strip("s_i", masked[head]),), masked[head], recorded[head], row),
        Stop(
            "softmax",
            (
                Strip("s_i", masked[head]),
                Strip("e", np.exp(masked[head] - masked[head].max())),
                Strip("w_i", weights[head]),
            ),
            weights[head],
            trace[f"{name}.weights"].values[head, query],
            {
                "largest": float(masked[head].max()),
                "total": float(np.exp(masked[head] - masked[head].max()).sum()),
                "weight": float(weights[head, key]),
                **row,
            },
        ),
        Stop(
            "mix",
            (
                Strip("v_j", v[head, key], "value"),
                Strip("w_ij v_j", weights[head, key] * v[head, key], "value"),
                Strip("z_i", mixed[head], "value"),
            ),
            mixed[head],
            trace[f"{name}.mixed"].values[head, query],
            {"weight": float(weights[head, key])},
        ),
        Stop(
            "out",
            (
                Strip("z_i", mixed[head], "value"),
                Strip("W_o z_i", mine, "output"),
                Strip("o_i", out, "output"),
            ),
            out,
            trace[f"{name}.out"].values[query],
            {"share": float(np.linalg.norm(mine)) / max(float(np.linalg.norm(out)), 1e-30)},
        ),
    ]
    return stops, out


def _sum_and_norm(
    block: Block,
    suffix: str,
    x: np.ndarray,
    out: np.ndarray,
    norm: str,
    recorded: np.ndarray,
    query: int,
) -> list[Stop]:
    """The residual connection; behind it the norm, where the architecture has it there."""
    summed = x + out
    strips = (Strip("x", x), Strip("f(x)", out, "output"), Strip("x + f(x)", summed))
    lengths = {
        "before": float(np.linalg.norm(x)),
        "added": float(np.linalg.norm(out)),
        "after": float(np.linalg.norm(summed)),
    }
    if block.pre_norm:
        return [Stop(f"add{suffix}", strips, summed, recorded, lengths)]
    part = "ffn" if suffix else block.part
    again = block.record(f"{block.name}.{part}.out")[query] + x
    name = f"{block.name}.resid_post" if suffix else block.after_attention
    return [
        Stop(f"add{suffix}", strips, summed, again, lengths),
        _norm(block, f"norm{suffix}", summed, norm, name, query),
    ]


def _ffn(block: Block, x: np.ndarray, query: int) -> list[Stop]:
    """The feed-forward network, alone with one position."""
    read, stops = x, []
    if block.pre_norm:
        read = block.norm(x, block.ffn_norm)
        stops.append(_norm(block, "norm2", x, block.ffn_norm, f"{block.name}.norm_2.out", query))
    act = activation(block, read)
    out = block.linear(act, "ffn.W_out")
    recorded = block.trace[f"{block.name}.ffn.out"].values[query]
    stops.append(
        Stop(
            "ffn",
            (Strip("a", read), Strip("h", act), Strip("f(x)", out, "output")),
            np.concatenate([act, out]),
            np.concatenate([block.trace[f"{block.name}.ffn.act"].values[query], recorded]),
            {"active": float((act > 0).mean())},
        )
    )
    post = block.trace[f"{block.name}.resid_post"].values[query]
    return stops + _sum_and_norm(block, "2", x, out, block.ffn_norm, post, query)
