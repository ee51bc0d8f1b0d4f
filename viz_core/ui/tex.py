"""Formulas of attention as a model computes it, in TeX."""

from __future__ import annotations

from viz_core.analysis.attention import bias_of
from viz_core.trace import Trace


def scores_tex(trace: Trace, attention: str, q: str, k: str, told: str) -> str:
    """What a model's scores are: q k, scaled where its design scales them, and what it adds.

    Args:
        attention: first part of the attention's records.
        q, k: symbols whose product is meant, such as `q_i` and `k_j`.
        told: symbol of what the model adds for distance.
    """
    product = rf"{q} {k}"
    if trace.computes.scale is None:
        product = rf"\frac{{{product}}}{{\sqrt{{d_{{\mathrm{{head}}}}}}}}"
    return product if bias_of(trace, attention) is None else f"{product} + {told}"


def weights_tex(trace: Trace, attention: str) -> str:
    """The weights of an attention, as a model computes them."""
    scores = scores_tex(trace, attention, "Q", r"K^{\top}", "B")
    return rf"\mathrm{{softmax}}\left({scores} + \mathrm{{mask}}\right)"
