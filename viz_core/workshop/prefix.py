"""How much heads look at what followed the same token before: the mark of an induction head.

Source: Olsson et al. 2022, In-context Learning and Induction Heads, "prefix matching score".
"""

from __future__ import annotations

import random

import torch
from torch import nn

from viz_core.hooks import recording
from viz_core.tokenizers import END
from viz_core.workshop.sources import Source
from viz_core.workshop.told import Match

N_ROWS, PERIOD = 16, 12  # rows of random tokens, each told twice


@torch.inference_mode()
def matching(model: nn.Module, source: Source) -> Match:
    """The head with the highest score, on random tokens told twice.

    The score is the mean weight that the second telling of each token puts on the token that
    followed its first telling.
    """
    rng = random.Random("prefix matching")
    start = source.tokenizer.special_id(END)
    rows = []
    for _n in range(N_ROWS):
        once = [rng.choice(source.known) for _m in range(PERIOD)]
        rows.append([start, *once, *once])
    with recording(("*.self_attn.weights",)) as tape:
        model(torch.tensor(rows))
    second = torch.arange(PERIOD + 1, 2 * PERIOD)  # the last one's successor is itself
    best = Match(0.0, 0, 0)
    for layer, (_point, weights) in enumerate(tape.records.values()):
        scores = weights[:, :, second, second - PERIOD + 1].mean((0, 2))  # (head,)
        head = int(scores.argmax())
        best = max(best, Match(float(scores[head]), layer, head))
    return best
