"""What could stand in the place of a token: what a model expects there, or what is like it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import normalize

from viz_core.runners.base import N_ALTERNATIVES, Alternatives
from viz_core.tokenizers import SubwordTokenizer

SEARCHED = 64  # nearest tokens among which the alternatives are looked for


def expected(
    logits: Tensor, ids: Sequence[int], tokenizer: SubwordTokenizer
) -> tuple[Alternatives, ...]:
    """The likeliest tokens at places that a model can't see, without those that stand there.

    Args:
        logits: at each of the places, (place, vocab).
        ids: the tokens that stand there.
    """
    barred = logits.double()
    barred[:, list(tokenizer.special_ids)] = -torch.inf
    barred[torch.arange(len(ids)), list(ids)] = -torch.inf
    probs, others = barred.softmax(-1).topk(N_ALTERNATIVES)
    shares = probs / probs.sum(-1, keepdim=True)
    return tuple(
        Alternatives(token, tuple(row), tuple(weights))
        for token, row, weights in zip(ids, others.tolist(), shares.tolist(), strict=True)
    )


def nearest(
    embedding: Tensor, ids: Sequence[int], tokenizer: SubwordTokenizer
) -> tuple[Alternatives, ...]:
    """The tokens whose vectors point most nearly where the own one points, all alike likely.

    The same word with another case or space is none, nor is one of another script.

    Args:
        embedding: (vocab, d_model).
        ids: the tokens.

    Source: Alzantot et al. 2018, Generating Natural Language Adversarial Examples, section 3.
    """
    directions = normalize(embedding, dim=-1)
    alike = directions[list(ids)] @ directions.T  # (place, vocab)
    alike[:, list(tokenizer.special_ids)] = -torch.inf
    words = tokenizer.words
    found = []
    nearest_first = alike.topk(min(SEARCHED, len(embedding))).indices.tolist()
    for token, order in zip(ids, nearest_first, strict=True):
        own = words[token]
        others = [i for i in order if words[i] != own and words[i].isascii() == own.isascii()]
        kept = tuple(others[:N_ALTERNATIVES])
        found.append(Alternatives(token, kept, (1 / max(1, len(kept)),) * len(kept)))
    return tuple(found)
