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
        self.pre_norm = trace.traits.norm == "before"
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
        return normed(x, self.weight(name), bias, self.trace.traits.norm_eps)

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
        """What a decoder looks across at: what the encoder's last layer left, (key, d_model)."""
        last = max(int(r.name.split(".")[1]) for r in self.trace if r.name.startswith("encoder."))
        return self.record(f"encoder.{last}.resid_post")

    @property
    def after_attention(self) -> str:
        """The record of the stream behind the attention."""
        return f"{self.name}.resid_{'cross' if self.crosses else 'mid'}"

    @property
    def before_ffn(self) -> str:
        """The record of the stream before the feed-forward network."""
        crossing = f"{self.name}.resid_cross"
        return crossing if crossing in self.trace.records else f"{self.name}.resid_mid"

    def heads(self, x: np.ndarray, n_head: int) -> np.ndarray:
        """(pos, heads * d_head) -> (n_head, pos, d_head), shared heads given out."""
        d_head = self.trace[f"{self.attention}.q"].values.shape[-1]
        split = x.reshape(len(x), -1, d_head).swapaxes(0, 1)
        return np.repeat(split, n_head // len(split), axis=0)

    def turned(self, x: np.ndarray) -> np.ndarray:
        """q or k turned by their places, where positions are rotary; (head, pos, d_head)."""
        if "positions.angles" not in self.trace.records:
            return x
        return turn(x, self.record("positions.angles"))


def turn(x: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """Turn dimensions n and n + d_head / 2 together, (..., d_head).

    Source: Su et al. 2021 (RoFormer), eq. 34.
    """
    first, second = np.split(x, 2, axis=-1)
    out: np.ndarray = x * np.cos(turns) + np.concatenate([-second, first], -1) * np.sin(turns)
    return out


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


def relu(x: np.ndarray) -> np.ndarray:
    """max(0, x), as in the first Transformer (Vaswani et al. 2017, eq. 2)."""
    out: np.ndarray = np.maximum(0, x)
    return out


ACTIVATIONS = {"gelu": gelu, "gelu_tanh": gelu_tanh, "relu": relu}


def activation(block: Block, x: np.ndarray) -> np.ndarray:
    """The neurons of a block's feed-forward network, (..., d_model) -> (..., d_ff)."""
    inner = block.linear(x, "ffn.W_in")
    if block.parameter("ffn.W_gate.weight") is not None:
        gate = block.linear(x, "ffn.W_gate")
        gated: np.ndarray = gate / (1 + np.exp(-gate)) * inner
        return gated
    return ACTIVATIONS[block.trace.traits.activation](inner)


def uses_rms_norm(parameters: Parameters) -> bool:
    """Whether a decoder's norms scale and do not shift, as in the Llama family: RMSNorm."""
    return "norm.weight" in parameters and "norm.bias" not in parameters


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
