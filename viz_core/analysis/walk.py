"""One word's way through one Transformer block, worked out again number by number.

From what the trace recorded at the entrance of a block and from the model's parameters, every stage
on the way is computed in double precision and set beside what the model recorded there.

Source: Vaswani et al. 2017, sections 3.1 to 3.3.
"""

from __future__ import annotations

import numpy as np

from viz_core.analysis.attention_stages import Pair, attend, attention_stages
from viz_core.analysis.block import Block, Parameters, activation, normed, stack_norm
from viz_core.analysis.stage import Stage, Strip
from viz_core.trace import Trace


def walk(
    trace: Trace, parameters: Parameters, attention: str, head: int, query: int, key: int
) -> tuple[Stage, ...]:
    """Every stage of one word's way through a block, in the order in which the model goes.

    Where the feed-forward network reads what the attention reads (`Design.parallel`), there is no
    sum behind the attention: what both bring is added at the end.

    Args:
        trace: every record of a pass.
        parameters: of the model that left it, by name.
        attention: first part of the attention's records, such as `encoder.1.self_attn`.
        head: from 0.
        query, key: positions of the word that looks and of the word looked at.
    """
    block = Block(trace, parameters, attention)
    resid = block.entrance  # (query, d_model)
    stages = [_embedding(block, query)]
    x, source = resid, block.memory if block.crosses else resid
    if block.pre_norm:
        x = block.norm(resid, block.attention_norm)
        source = source if block.crosses else x
        record = f"{block.name}.{block.attention_norm}.out"
        stages.append(_norm(block, "norm", resid[query], record, query))
    attended = attend(block, x, source, query)
    stages += attention_stages(Pair(block, head, query, key), x, source, attended)
    if block.parallel:
        return (*stages, *_ffn(block, resid[query], query, beside=attended.out))
    stages += _sum_and_norm(block, "add", resid[query], attended.out, query)
    behind = block.record(block.before_ffn)[query]
    if block.before_ffn == block.after_attention:
        behind = resid[query] + attended.out
        if not block.pre_norm:
            behind = block.norm(behind, block.attention_norm)
    return (*stages, *_ffn(block, behind, query))


def _embedding(block: Block, query: int) -> Stage:
    """The word and its position, added up."""
    before = "decoder." if f"{block.stack}.embed" in block.trace.records else ""
    names = {"E": "embed", "P": "positions", "S": "segments"}
    strips = [
        Strip(symbol, block.record(f"{before}{name}")[query])
        for symbol, name in names.items()
        if f"{before}{name}" in block.trace.records
    ]
    total: np.ndarray = np.sum([strip.values for strip in strips], axis=0)
    norm = stack_norm(block.parameters, block.stack)
    if norm is not None and not block.pre_norm:  # else it stands behind the last block
        total = normed(total, *norm, block.design.norm_eps)
    recorded = block.trace[f"{block.stack}.0.resid_pre"].values[query]
    return Stage("embed", (*strips, Strip("x", total)), total, recorded)


def _norm(block: Block, name: str, x: np.ndarray, record: str, query: int) -> Stage:
    """What a norm does to one vector, with its mean and spread.

    Args:
        name: `norm` of the attention's norm, `norm2` of that of the feed-forward network.
        record: what the model recorded behind it.
    """
    norm = block.attention_norm if name == "norm" else block.ffn_norm
    out = block.norm(x, norm)
    numbers = {"mean": float(x.mean()), "variance": float(x.var())}
    if block.parameter(f"{norm}.bias") is None:
        numbers = {"rms": float(np.sqrt(np.square(x).mean()))}
    recorded = block.trace[record].values[query]
    return Stage(name, (Strip("x", x), Strip("norm(x)", out)), out, recorded, numbers)


def _sum_and_norm(
    block: Block, name: str, x: np.ndarray, out: np.ndarray, query: int
) -> list[Stage]:
    """The residual connection; behind it the norm, where the architecture has it there.

    Args:
        name: `add` behind the attention, `add2` behind the feed-forward network.
        out: what the attention or the network adds to x, (d_model,).
    """
    behind = block.after_attention if name == "add" else f"{block.name}.resid_post"
    summed = x + out
    strips = (Strip("x", x), Strip("f(x)", out, "output"), Strip("x + f(x)", summed))
    lengths = {
        "before": float(np.linalg.norm(x)),
        "added": float(np.linalg.norm(out)),
        "after": float(np.linalg.norm(summed)),
    }
    if block.pre_norm:
        return [Stage(name, strips, summed, block.trace[behind].values[query], lengths)]
    part = block.part if name == "add" else "ffn"
    recorded = block.record(f"{block.name}.{part}.out")[query] + x  # the sum itself is not
    norm = _norm(block, "norm" if name == "add" else "norm2", summed, behind, query)
    return [Stage(name, strips, summed, recorded, lengths), norm]


def _ffn(block: Block, x: np.ndarray, query: int, beside: np.ndarray | None = None) -> list[Stage]:
    """The feed-forward network, alone with one position.

    Args:
        beside: what the attention brings to the same sum, where both read x, (d_model,).
    """
    read, stages = x, []
    if block.pre_norm:
        read = block.norm(x, block.ffn_norm)
        stages.append(_norm(block, "norm2", x, f"{block.name}.{block.ffn_norm}.out", query))
    act = activation(block, read)  # (d_ff,)
    out = block.linear(act, "ffn.W_out")
    recorded = [block.trace[f"{block.name}.ffn.{name}"].values[query] for name in ("act", "out")]
    stages.append(
        Stage(
            "ffn",
            (Strip("a", read), Strip("h", act), Strip("f(x)", out, "output")),
            np.concatenate([act, out]),
            np.concatenate(recorded),
            {"active": float((act > 0).mean())},
        )
    )
    before = x if beside is None else x + beside
    return stages + _sum_and_norm(block, "add2", before, out, query)
