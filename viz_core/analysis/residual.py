"""The residual stream: what it is made of, how it turns, what each layer would already say.

Source: Elhage et al. 2021, A Mathematical Framework for Transformer Circuits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from viz_core.analysis.attention import softmax
from viz_core.analysis.block import ACTIVATIONS, Block, Parameters, normed, stack_norm
from viz_core.design import Design
from viz_core.kinds import Kind
from viz_core.trace import Trace


@dataclass(frozen=True)
class ResidualStream:
    """The residual stream of one stack, and the parts that add up to it.

    Attributes:
        levels: names of the points at which the stream is looked at: `0` is the entrance, `n`
            what layer n - 1 left.
        values: recorded, (level, pos, d_model).
        parts: names of what was added: `embed`, `positions`, `0.self_attn`, `0.ffn`, ...; `norm`
            holds what the biases of norms within the stream added.
        added: what each part contributes to the last level, (part, pos, d_model).
        lengths: of what each part wrote when it was written, (part, pos).
    """

    levels: tuple[str, ...]
    values: np.ndarray
    parts: tuple[str, ...]
    added: np.ndarray
    lengths: np.ndarray

    @property
    def error(self) -> float:
        """How far the sum of the parts is from the last level; relative for numbers beyond 1."""
        last = self.values[-1]
        apart = np.abs(self.added.sum(0) - last) / np.maximum(1, np.abs(last))
        return float(apart.max(initial=0))

    @property
    def shares(self) -> np.ndarray:
        """How much of the last level each part is, (part, pos); each column sums to 1.

        The part's length along the direction of the stream, by the stream's own length: negative
        where a part points against the sum.
        """
        last = self.values[-1]
        square = np.maximum(np.square(last).sum(-1), 1e-30)  # (pos)
        shares: np.ndarray = (self.added * last).sum(-1) / square
        return shares


def residual_stream(trace: Trace, parameters: Parameters, stack: str) -> ResidualStream:
    """Take the residual stream of a stack apart.

    Where the norm stands behind each sum (Vaswani et al. 2017; BERT), it rescales all that came
    before. Given the spread that it divided by, that is a linear map, so every part is carried
    through it and the sum stays exact.

    Args:
        trace: every record of a pass.
        stack: `encoder` or `decoder`.
    """
    design = trace.computes
    parts = _entrance(trace, stack)
    lengths = {name: np.linalg.norm(value, axis=-1) for name, value in parts.items()}
    first = None if design.pre_norm else stack_norm(parameters, stack)
    if first is not None:  # BERT and BART have a norm at the entrance
        parts = _through_norm(parts, *first, design.norm_eps)
    levels = [trace[f"{stack}.0.resid_pre"].values.astype(np.float64)]
    for layer in range(_n_layer(trace, stack)):
        block = Block(trace, parameters, f"{stack}.{layer}.self_attn")
        for part, norm in _parts_of(block).items():
            out = block.record(f"{block.name}.{part}.out")
            parts = {**parts, f"{layer}.{part}": out}
            lengths[f"{layer}.{part}"] = np.linalg.norm(out, axis=-1)
            if not design.pre_norm:
                weight, bias = block.weight(norm), block.parameter(f"{norm}.bias")
                parts = _through_norm(parts, weight, bias, design.norm_eps)
        levels.append(block.record(f"{block.name}.resid_post"))
    lengths.setdefault("norm", np.zeros(len(levels[0])))
    return ResidualStream(
        tuple(map(str, range(len(levels)))),
        np.stack(levels),
        tuple(parts),
        np.stack(list(parts.values())),
        np.stack([lengths[name] for name in parts]),
    )


def _n_layer(trace: Trace, stack: str) -> int:
    """How many layers a stack has."""
    return sum(
        name.startswith(f"{stack}.") and name.endswith(".resid_post") for name in trace.records
    )


def _parts_of(block: Block) -> dict[str, str]:
    """The parts of a block that add to the stream, in their order, and the norm of each."""
    if f"{block.name}.cross_attn.out" in block.trace.records:
        return {"self_attn": "norm_1", "cross_attn": "norm_2", "ffn": block.ffn_norm}
    return {"self_attn": "norm_1", "ffn": block.ffn_norm}


def _entrance(trace: Trace, stack: str) -> dict[str, np.ndarray]:
    """Embedding, position and segment, as far as there are such."""
    before = "decoder." if f"{stack}.embed" in trace.records else ""
    parts = {
        name: trace[f"{before}{name}"].values.astype(np.float64)
        for name in ("embed", "positions", "segments")
        if f"{before}{name}" in trace.records
    }
    n_pos = len(parts["embed"])
    return {name: np.broadcast_to(part, (n_pos, part.shape[-1])) for name, part in parts.items()}


def _through_norm(
    parts: dict[str, np.ndarray], weight: np.ndarray, bias: np.ndarray | None, eps: float
) -> dict[str, np.ndarray]:
    """Carry every part through one LayerNorm, given the spread of their sum; (pos, d_model)."""
    bias = np.zeros_like(weight) if bias is None else bias
    total: np.ndarray = np.sum(list(parts.values()), axis=0)
    spread = np.sqrt(total.var(-1, keepdims=True) + eps)  # (pos, 1)
    through = {
        name: weight * (part - part.mean(-1, keepdims=True)) / spread
        for name, part in parts.items()
    }
    through["norm"] = through.get("norm", np.zeros_like(total)) + bias
    return through


def cosines(values: np.ndarray) -> np.ndarray:
    """How alike the stream is at two levels, -1 to 1, mean over the words; (level, level).

    Args:
        values: (level, pos, d_model).
    """
    length = np.maximum(np.linalg.norm(values, axis=-1, keepdims=True), 1e-30)
    unit = values / length
    alike: np.ndarray = np.einsum("apd,bpd->abp", unit, unit).mean(-1)
    return alike


@dataclass(frozen=True)
class Lens:
    """What each level would say if it were the last one.

    Attributes:
        best: id of the likeliest token, (level, pos).
        prob: its probability, (level, pos).
        final_prob, final_rank: of the token that the model says in the end, (level, pos).
    """

    best: np.ndarray
    prob: np.ndarray
    final_prob: np.ndarray
    final_rank: np.ndarray

    def settled(self, pos: int) -> int:
        """The level from which on the token of the end stays the likeliest one."""
        first = self.final_rank[:, pos] == 1
        return next(level for level in range(len(first)) if first[level:].all())


def logit_lens(
    values: np.ndarray, parameters: Parameters, kind: Kind, design: Design | None = None
) -> Lens:
    """Read the stream at every level as if it were the last one.

    Args:
        values: (level, pos, d_model), the last level being the end.
        kind, design: of the model, which decide what stands between stream and vocabulary.

    Source: nostalgebraist 2020, interpreting GPT: the logit lens.
    """
    probs = softmax(scored(values, parameters, kind, design))  # (level, pos, vocab)
    best = probs.argmax(-1)
    final = best[-1]  # (pos)
    final_prob = probs[:, np.arange(len(final)), final]  # (level, pos)
    final_rank = 1 + (probs > final_prob[..., None]).sum(-1)
    return Lens(best, probs.max(-1), final_prob, final_rank)


def jacobians_of(trace: Trace) -> tuple[np.ndarray, ...]:
    """What the measure `jacobian` recorded, layer by layer: (d_end, d_model) each."""
    stack = trace.traits.stacks[-1]
    names = [name for name in trace.records if name.endswith(".resid_pre.jacobian")]
    return tuple(trace[f"{stack}.{n}.resid_pre.jacobian"].values for n in range(len(names)))


def carried(values: np.ndarray, jacobians: Sequence[np.ndarray]) -> np.ndarray:
    """Each level as the end of the stream would hold it, to the first order.

    Args:
        values: (level, pos, d_model), the last level being the end.
        jacobians: of all levels but the last, (d_end, d_model).

    Returns:
        (level, pos, d_model).

    Source: the Jacobian lens (Anthropic 2026).
    """
    moved = [x @ jacobian.T for x, jacobian in zip(values[:-1], jacobians, strict=True)]
    return np.stack([*moved, values[-1]])


def scored(
    x: np.ndarray, parameters: Parameters, kind: Kind, design: Design | None = None
) -> np.ndarray:
    """From the end of a stack to a score for every token, (..., d_model) -> (..., vocab).

    Args:
        design: of the model; by default as others of its kind compute.

    Raises:
        ValueError: a kind without a residual stream.
    """
    design = design or kind.design
    if design is None:
        raise ValueError(f"a {kind.name} has no residual stream")
    if kind.fills:
        weight, bias = parameters["masked_head.dense.weight"], parameters["masked_head.dense.bias"]
        bent = ACTIVATIONS[design.activation](x @ weight.T.astype(np.float64) + bias)
        scale, shift = (parameters[f"masked_head.norm.{part}"] for part in ("weight", "bias"))
        x = normed(bent, scale, shift, design.norm_eps)
    last = stack_norm(parameters, kind.stacks[-1])
    if design.pre_norm and last is not None:  # then one stands at the end, too
        x = normed(x, *last, design.norm_eps)
    tied = parameters["embed.weight"]
    head = parameters.get("head.weight", parameters.get("decoder.embed.weight", tied))
    logits: np.ndarray = x * design.logit_scale @ head.astype(np.float64).T
    more = parameters.get("masked_head.bias" if kind.fills else "head.bias")
    return logits if more is None else logits + more


def neurons(act: np.ndarray, w_out: np.ndarray, n: int = 24) -> np.ndarray:
    """Numbers of the neurons that write most into the stream over all words, strongest first.

    Args:
        act: (pos, d_ff).
        w_out: (d_model, d_ff).

    Source: Geva et al. 2021, Transformer Feed-Forward Layers Are Key-Value Memories.
    """
    added = np.abs(act).max(0) * np.linalg.norm(w_out, axis=0)
    return np.argsort(-added, kind="stable")[:n]
