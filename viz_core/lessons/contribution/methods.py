"""The ways to say how much a word gives to another, as maps (query, key)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viz_core.analysis.contribution import (
    gradient_times_attention,
    raw,
    rows_as_shares,
    weighted_norms,
)
from viz_core.analysis.influence import rollout
from viz_core.i18n import _
from viz_core.lessons.contribution.link import GRADIENT, NORMS, ROLLOUT
from viz_core.ui.cache import cached
from viz_core.ui.inside import ChosenHead, Inside

WEIGHTS = "weights"  # the attention weights themselves


@dataclass(frozen=True)
class Method:
    """One way to say it.

    Attributes:
        signed: in nats, above and below 0; else shares from 0 to 1.
        formula, source, code: as in `viz_core.ui.show.Details`.
    """

    formula: str
    source: str
    code: tuple[str, str]
    signed: bool = False


METHODS = {
    WEIGHTS: Method(
        r"\alpha_{ij} = \mathrm{softmax}_j"
        r"\left(\frac{q_i \cdot k_j}{\sqrt{d_{\mathrm{head}}}}\right)",
        "Vaswani et al. 2017, eq. 1",
        ("viz_core/models/layers.py", "MultiHeadAttention.forward"),
    ),
    NORMS: Method(
        r"\lVert \alpha_{ij}\, W_o v_j \rVert",
        "Kobayashi et al. 2020, Attention is Not Only a Weight",
        ("viz_core/analysis/contribution.py", "weighted_norms"),
    ),
    GRADIENT: Method(
        r"\alpha_{ij}\,\frac{\partial \log p(\mathrm{guess})}{\partial \alpha_{ij}}",
        "Barkan et al. 2021, Grad-SAM",
        ("viz_core/analysis/contribution.py", "gradient_times_attention"),
        signed=True,
    ),
    ROLLOUT: Method(
        r"\prod_\ell \left(\tfrac12 \bar A_\ell + \tfrac12 I\right)",
        "Abnar and Zuidema 2020, Quantifying Attention Flow in Transformers",
        ("viz_core/analysis/influence.py", "rollout"),
    ),
}


def how_to_read(method: str) -> str:
    """How a method's map is read."""
    sentences = {
        WEIGHTS: _("Read a row: where the word on the left looks; each row sums to 1."),
        NORMS: _("The length of what is really handed over; each row sums to 1."),
        GRADIENT: _("Brown looks speak for the guess, purple ones against it; most are of no use."),
        ROLLOUT: _("How much of each word is in the word on the left after all layers."),
    }
    return sentences[method]


def contributions(inside: Inside, chosen: ChosenHead, method: str) -> np.ndarray:
    """What each key gives to each query by a method, (query, key)."""
    if method == WEIGHTS:
        return raw(inside.trace, chosen.attention, chosen.head)
    if method == NORMS:
        norms = cached(
            weighted_norms,
            trace=inside.trace,
            parameters=inside.parameters,
            attention=chosen.attention,
            head=chosen.head,
        )
        return rows_as_shares(norms)
    if method == GRADIENT:
        return gradient_times_attention(inside.trace, chosen.attention, chosen.head)
    if method == ROLLOUT:
        return rollout(inside.trace)
    raise ValueError(f"method {method!r} is not one of {', '.join(METHODS)}")
