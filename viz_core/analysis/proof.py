"""A trace checked against itself: whatever fails here must not be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from viz_core.analysis.attention import attention_names, is_causal, recompute
from viz_core.trace import Record, Trace

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


def proofs(trace: Trace, names: Sequence[str], plain_logits: np.ndarray) -> list[Proof]:
    """Check a full trace.

    Args:
        trace: every record of one forward pass.
        names: the records that the model says it leaves.
        plain_logits: the logits of the same text with no tape open, shaped as `logits`; of a model
            without a head its last states.
    """
    missing = len(set(names) ^ set(trace.records))
    said = trace["logits"] if "logits" in trace else last_states(trace)
    unchanged = float(np.abs(said.values - plain_logits).max())
    return [
        Proof("every record is there, and no other", missing, 0),
        *(_attention_proofs(trace) if trace.attentions else []),
        Proof("recording leaves the logits as they are", unchanged, 0),
    ]


def last_states(trace: Trace) -> Record:
    """What the last block of a Transformer left."""
    stack = trace.traits.stacks[-1]
    names = [name for name in trace.records if name.startswith(f"{stack}.")]
    return trace[max((n for n in names if n.endswith(".resid_post")), key=_layer)]


def _layer(name: str) -> int:
    """The number of a record's layer."""
    return int(name.split(".")[1])


def _attention_proofs(trace: Trace) -> list[Proof]:
    """Check all attentions of a trace."""
    parts = [recompute(trace, name) for name in attention_names(trace)]
    weights = [record.values for record in trace.attentions]
    sums = max(float(np.abs(w.sum(-1) - 1).max()) for w in weights)
    claims = [
        Proof("rows sum to 1", sums),
        Proof("q and k give the scores", max(part.scores_error for part in parts)),
        Proof("softmax of the scores gives the weights", max(part.softmax_error for part in parts)),
        Proof(
            "q and k give the weights",
            max(part.weights_error / max(1.0, part.largest) for part in parts),
        ),
    ]
    causal = [record.values for record in trace.attentions if is_causal(record.name)]
    if trace.design is not None and "mask" in trace.design.without:
        causal = []  # it was made to look everywhere
    if causal:
        ahead = max(float(np.triu(w, 1).max()) for w in causal)
        claims.append(Proof("nothing looks to the right", ahead, 0))
    return claims
