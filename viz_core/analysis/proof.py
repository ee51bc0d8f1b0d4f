"""A trace checked against itself: whatever fails here must not be shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viz_core.analysis.attention import attention_names, is_causal, recompute
from viz_core.trace import Trace

TOLERANCE = 1e-5  # float32, a few hundred additions


@dataclass(frozen=True)
class Proof:
    """One claim about a trace and how far it is from true.

    Attributes:
        claim: what must hold, in English.
        error: the largest difference found.
        limit: the largest that is allowed.
    """

    claim: str
    error: float
    limit: float = TOLERANCE

    @property
    def holds(self) -> bool:
        return bool(self.error <= self.limit)


def proofs(trace: Trace, n_layer: int, plain_logits: np.ndarray) -> list[Proof]:
    """Check a full trace.

    Args:
        trace: every record of one forward pass.
        n_layer: layers that the model says it has.
        plain_logits: the logits of the same text with no tape open, shaped as `logits`.
    """
    names = attention_names(trace)
    parts = [recompute(trace, name) for name in names]
    weights = [trace[f"{name}.weights"].values for name in names]
    checked = [
        Proof("one attention for each layer", abs(len(names) - n_layer), 0),
        Proof("rows sum to 1", max(float(np.abs(w.sum(-1) - 1).max()) for w in weights)),
        Proof("q and k give the scores", max(part.scores_error for part in parts)),
        Proof("softmax of the scores gives the weights", max(p.weights_error for p in parts)),
    ]
    causal = [w for name, w in zip(names, weights, strict=True) if is_causal(name)]
    if causal:
        ahead = max(float(np.triu(w, 1).max()) for w in causal)
        checked.append(Proof("nothing looks to the right", ahead, 0))
    unchanged = float(np.abs(trace["logits"].values - plain_logits).max())
    return [*checked, Proof("recording leaves the logits as they are", unchanged, 0)]
