"""How much heads look at what followed the same token before: the mark of an induction head.

Source: Olsson et al. 2022, In-context Learning and Induction Heads, "prefix matching score".
"""

from __future__ import annotations

import random

import torch
from torch import nn

from viz_core.hooks import recording
from viz_core.tokenizers import END
from viz_core.workshop.sources import Source, pieces
from viz_core.workshop.told import Match

N_ROWS, LENGTH = 24, 40  # rows of tokens that come again, piece by piece


@torch.inference_mode()
def matching(model: nn.Module, source: Source) -> Match:
    """The head with the highest score, on rows that tell a few random tokens again and again.

    The score is the mean weight that a token puts on the tokens that followed the same token
    before, over all tokens that stood there before.
    """
    rng = random.Random("prefix matching")
    start = source.tokenizer.special_id(END)
    rows = [[start, *pieces(rng, source.known, LENGTH)[0]] for _n in range(N_ROWS)]
    ids = torch.tensor(rows)  # (row, pos)
    before = (ids[:, :, None] == ids[:, None, :]).tril(-1)  # (row, query, key): the same token
    followed = torch.zeros_like(before)
    followed[:, :, 1:] = before[:, :, :-1]  # what stood right behind it
    with recording(("*.self_attn.weights",)) as tape:
        model(ids)
    best = Match(0.0, 0, 0)
    for layer, (_point, weights) in enumerate(tape.records.values()):
        shares = (weights * followed[:, None]).sum(-1)  # (row, head, query)
        scores = shares.transpose(0, 1)[:, before.any(-1)].mean(-1)  # (head,)
        head = int(scores.argmax())
        best = max(best, Match(float(scores[head]), layer, head))
    return best
