"""How much a word gives to another, by more than the attention weight alone.

A large weight on a short vector moves little, and a weight that moves much may not matter for what
the model says (Jain and Wallace 2019; Wiegreffe and Pinter 2019). Each function returns a map
(query, key).
"""

from __future__ import annotations

import numpy as np

from viz_core.analysis.attention import one_head
from viz_core.analysis.block import Block, Parameters
from viz_core.trace import Trace


def weighted_norms(
    trace: Trace, parameters: Parameters, attention: str, head: int | None
) -> np.ndarray:
    """Length of what each key gives to each query, after values and W_o.

    Args:
        trace: every record of a pass.
        attention: first part of the attention's records.
        head: of one head, or None for all heads of the layer together.

    Source: Kobayashi et al. 2020, Attention is Not Only a Weight, eq. 4 and 6.
    """
    block = Block(trace, parameters, attention)
    weights = block.record(f"{attention}.weights")  # (head, query, key)
    v = block.record(f"{attention}.v")  # (kv_head, key, d_head)
    v = np.repeat(v, len(weights) // len(v), axis=0)
    w_o = block.weight(f"{block.part}.W_o")
    split = w_o.reshape(len(w_o), -1, v.shape[-1])  # (d_model, head, d_head)
    written = np.einsum("hkd,mhd->hkm", v, split)  # (head, key, d_model)
    if head is not None:
        alone: np.ndarray = weights[head] * np.linalg.norm(written[head], axis=-1)
        return alone
    together = np.einsum("hqk,hkm->qkm", weights, written)  # (query, key, d_model)
    lengths: np.ndarray = np.linalg.norm(together, axis=-1)
    return lengths


def gradient_times_attention(trace: Trace, attention: str, head: int | None) -> np.ndarray:
    """How much log p(guess) would fall, to first order, without each look; nats.

    Args:
        trace: holds the attention's weights and their gradient (`Request.measures`).
        head: of one head, or None for the sum over the heads.

    Source: Barkan et al. 2021, Grad-SAM, eq. 5, without its cut at 0.
    """
    weights = trace[f"{attention}.weights"].values.astype(np.float64)
    products = weights * trace[f"{attention}.weights.grad"].values
    signed: np.ndarray = products.sum(0) if head is None else products[head]
    return signed


def rows_as_shares(values: np.ndarray) -> np.ndarray:
    """Each row of amounts scaled to sum to 1; a row of zeros stays one."""
    total = values.sum(-1, keepdims=True)
    scaled: np.ndarray = np.divide(values, total, out=np.zeros_like(values), where=total > 0)
    return scaled


def raw(trace: Trace, attention: str, head: int | None) -> np.ndarray:
    """The attention weights themselves."""
    return one_head(trace[f"{attention}.weights"], head)


def agreement(first: np.ndarray, second: np.ndarray) -> float:
    """Rank correlation of two maps where both could be other than 0, -1 to 1; nan if it has none.

    Source: Spearman 1904; as Jain and Wallace 2019 compare attention with gradients (by Kendall's
    tau there).
    """
    looks = (first != 0) | (second != 0)
    if looks.sum() < 3:
        return float("nan")
    ranks = [_ranks(values[looks]) for values in (first, second)]
    if any(np.ptp(r) == 0 for r in ranks):
        return float("nan")
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _ranks(values: np.ndarray) -> np.ndarray:
    """The rank of each value; equal ones share the mean of theirs."""
    _unique, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(sizes)
    means: np.ndarray = ends - (sizes - 1) / 2
    return means[group]
