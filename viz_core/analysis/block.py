"""A Transformer block of any architecture, worked out again from its parameters in numpy.

Source: Vaswani et al. 2017; LayerNorm before each part: Radford et al. 2019; RMSNorm, rotary
positions, SwiGLU: Touvron et al. 2023.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from viz_core.trace import Trace

_erf = np.vectorize(math.erf)

Parameters = Mapping[str, np.ndarray]


class Block:
    """Where a block's records and parameters are, whichever architecture it is of.

    Args:
        attention: first part of the attention's records, such as `decoder.0.cross_attn`.
    """

    def __init__(self, trace: Trace, parameters: Parameters, attention: str) -> None:
        self.trace, self.parameters, self.attention = trace, parameters, attention
        self.stack, layer, self.part = attention.split(".")
        self.layer = int(layer)
        shared = f"blocks.{layer}." in " ".join(parameters)
        self.prefix = f"blocks.{layer}" if shared else f"{self.stack}.{layer}"
        self.name = f"{self.stack}.{layer}"
        self.design = trace.computes
        self.pre_norm, self.parallel = self.design.pre_norm, self.design.parallel
        self.crosses = self.part == "cross_attn"

    def record(self, name: str) -> np.ndarray:
        """A record in double precision."""
        return self.trace[name].values.astype(np.float64)

    def parameter(self, name: str) -> np.ndarray | None:
        """A parameter of this block in double precision, or None where it has no such one."""
        values = self.parameters.get(f"{self.prefix}.{name}")
        return None if values is None else values.astype(np.float64)

    def required(self, name: str) -> np.ndarray:
        """A parameter of this block that is there, in double precision.

        Raises:
            ValueError: it is not.
        """
        values = self.parameter(name)
        if values is None:
            raise ValueError(f"{self.name} has no {name}")
        return values

    def weight(self, name: str) -> np.ndarray:
        """The weight of a part of this block, such as `ffn.W_out`."""
        return self.required(f"{name}.weight")

    def linear(self, x: np.ndarray, name: str) -> np.ndarray:
        """W x + b, (..., d_in) -> (..., d_out)."""
        out: np.ndarray = x @ self.weight(name).T
        bias = self.parameter(f"{name}.bias")
        return out if bias is None else out + bias

    def norm(self, x: np.ndarray, name: str) -> np.ndarray:
        """LayerNorm or RMSNorm of this block, over the last axis."""
        bias = self.parameter(f"{name}.bias")
        return normed(x, self.weight(name), bias, self.design.norm_eps)

    @property
    def attention_norm(self) -> str:
        """The norm that goes with the attention."""
        return "norm_2" if self.crosses else "norm_1"

    @property
    def ffn_norm(self) -> str:
        """The norm that goes with the feed-forward network."""
        return "norm_3" if self.parameter("norm_3.weight") is not None else "norm_2"

    @property
    def entrance(self) -> np.ndarray:
        """What the attention's queries are made of, before any norm, (query, d_model)."""
        return self.record(f"{self.name}.resid_{'mid' if self.crosses else 'pre'}")

    @property
    def memory(self) -> np.ndarray:
        """What a decoder looks across at: what its encoder made in the end, (key, d_model)."""
        if "encoder.norm.out" in self.trace.records:
            return self.record("encoder.norm.out")
        last = max(int(r.name.split(".")[1]) for r in self.trace if r.name.startswith("encoder."))
        return self.record(f"encoder.{last}.resid_post")

    @property
    def after_attention(self) -> str:
        """The record of the stream behind the attention."""
        return f"{self.name}.resid_{'cross' if self.crosses else 'mid'}"

    @property
    def before_ffn(self) -> str:
        """The record of the stream that the feed-forward network reads, before any norm."""
        if self.parallel:
            return f"{self.name}.resid_pre"
        crossing = f"{self.name}.resid_cross"
        return crossing if crossing in self.trace.records else f"{self.name}.resid_mid"

    def heads(self, x: np.ndarray, n_head: int) -> np.ndarray:
        """(pos, heads * d_head) -> (n_head, pos, d_head), shared heads given out."""
        d_head = self.trace[f"{self.attention}.q"].values.shape[-1]
        split = x.reshape(len(x), -1, d_head).swapaxes(0, 1)
        return np.repeat(split, n_head // len(split), axis=0)

    def queries_and_keys(
        self, x: np.ndarray, source: np.ndarray, n_head: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """q of the rows of x and k of those of source, as they meet; (n_head, pos, d_head) each.

        Where the architecture has norms of q and k, each head's are brought to one scale; where
        positions are rotary, they are turned by their places.
        """
        made = []
        for name, rows in (("q", x), ("k", source)):
            heads = self.heads(self.linear(rows, f"{self.part}.W_{name}"), n_head)
            norm = self.parameter(f"{self.part}.norm_{name}.weight")
            if norm is not None:
                heads = normed(heads, norm, None, self.design.norm_eps)
            turns = "positions.angles" in self.trace.records
            made.append(turn(heads, self.record("positions.angles")) if turns else heads)
        return made[0], made[1]


def turn(x: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """Turn dimensions n and n + d / 2 together, (..., d_head), of the first d that are told how.

    Args:
        turns: (pos, d), d at most d_head; the dimensions behind stay (Black et al. 2022, GPT-NeoX,
            section 2.1.1).

    Source: Su et al. 2021 (RoFormer), eq. 34.
    """
    told, rest = x[..., : turns.shape[-1]], x[..., turns.shape[-1] :]
    first, second = np.split(told, 2, axis=-1)
    moved = told * np.cos(turns) + np.concatenate([-second, first], -1) * np.sin(turns)
    return np.concatenate([moved, rest], -1)


def stack_norm(parameters: Parameters, stack: str) -> tuple[np.ndarray, np.ndarray | None] | None:
    """Weight and bias of the one norm of a stack that is no part's; None if it has none.

    Where the norms of parts stand before them, it stands behind the last block, else before the
    first one.
    """
    names = (name for name in (f"{stack}.norm", "norm") if f"{name}.weight" in parameters)
    if (name := next(names, None)) is None:
        return None
    bias = parameters.get(f"{name}.bias")
    weight = parameters[f"{name}.weight"].astype(np.float64)
    return weight, None if bias is None else bias.astype(np.float64)


def normed(x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None, eps: float) -> np.ndarray:
    """LayerNorm where there is a bias (Ba et al. 2016), else RMSNorm; over the last axis."""
    if bias is None:
        scaled: np.ndarray = weight * x / np.sqrt(np.square(x).mean(-1, keepdims=True) + eps)
        return scaled
    centred = x - x.mean(-1, keepdims=True)
    spread = np.sqrt(np.square(centred).mean(-1, keepdims=True) + eps)
    out: np.ndarray = weight * centred / spread + bias
    return out


def gelu(x: np.ndarray) -> np.ndarray:
    """x times the share of a normal distribution below it (Hendrycks and Gimpel 2016)."""
    out: np.ndarray = 0.5 * x * (1 + _erf(x / math.sqrt(2)))
    return out


def gelu_tanh(x: np.ndarray) -> np.ndarray:
    """GPT-2's approximation of GELU (Hendrycks and Gimpel 2016, section 2)."""
    cubic = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
    out: np.ndarray = 0.5 * x * (1 + np.tanh(cubic))
    return out


def silu(x: np.ndarray) -> np.ndarray:
    """x times its own sigmoid (Hendrycks and Gimpel 2016, section 2)."""
    out: np.ndarray = x / (1 + np.exp(-x))
    return out


def relu(x: np.ndarray) -> np.ndarray:
    """max(0, x), as in the first Transformer (Vaswani et al. 2017, eq. 2)."""
    out: np.ndarray = np.maximum(0, x)
    return out


ACTIVATIONS = {"gelu": gelu, "gelu_tanh": gelu_tanh, "relu": relu, "silu": silu}


def activation(block: Block, x: np.ndarray) -> np.ndarray:
    """The neurons of a block's feed-forward network, (..., d_model) -> (..., d_ff)."""
    inner, bent = block.linear(x, "ffn.W_in"), ACTIVATIONS[block.design.activation]
    if block.parameter("ffn.W_gate.weight") is not None:
        gated: np.ndarray = bent(block.linear(x, "ffn.W_gate")) * inner
        return gated
    return bent(inner)


def uses_rms_norm(parameters: Parameters) -> bool:
    """Whether a Transformer's norms scale and do not shift, as in T5 and the Llama family."""
    norms = [name for name in parameters if name.endswith("norm_1.weight")]
    return bool(norms) and norms[0].replace(".weight", ".bias") not in parameters


def strongest_neurons(
    act: np.ndarray, w_out: np.ndarray, n: int = 8
) -> list[tuple[int, float, float]]:
    """The neurons that write most into the stream: number, activation, length of what they add.

    Args:
        act: (d_ff,).
        w_out: (d_model, d_ff).

    Source: Geva et al. 2021, Transformer Feed-Forward Layers Are Key-Value Memories.
    """
    added = np.abs(act) * np.linalg.norm(w_out, axis=0)
    strongest = np.argsort(-added, kind="stable")[:n]
    return [(int(i), float(act[i]), float(added[i])) for i in strongest]
