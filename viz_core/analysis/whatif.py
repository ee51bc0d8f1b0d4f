"""Two passes of one model over the same places, set beside each other."""

from __future__ import annotations

import numpy as np

from viz_core.trace import Trace


def moved(before: Trace, after: Trace, stack: str) -> np.ndarray:
    """How far each word's vector moved at each level of the residual stream, (level, pos).

    The length of the difference by the length before: 0 where nothing changed.

    Args:
        before, after: hold the records `resid_pre` and `resid_post` of the stack; as many tokens.
    """
    names = [f"{stack}.0.resid_pre"]
    names += [r.name for r in before if r.name.startswith(stack) and r.name.endswith(".resid_post")]
    rows = []
    for name in names:
        old = before[name].values.astype(np.float64)  # (pos, d_model)
        apart = np.linalg.norm(after[name].values - old, axis=-1)
        rows.append(apart / np.maximum(np.linalg.norm(old, axis=-1), 1e-30))
    return np.stack(rows)


def prob_of(trace: Trace, row: int, token: int) -> float:
    """Probability of a token at one row of the logits."""
    logits = trace["logits"].values[row].astype(np.float64)
    powers = np.exp(logits - logits.max())
    return float(powers[token] / powers.sum())
