"""What heads are there for, on one text: the most telling head, and the best of each known role.

A role is measured, never assumed: each goes to the head that plays it best on this text, with the
share of attention that it gives to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from viz_core.analysis.attention import crosses
from viz_core.trace import Record, Tokens

FINDS, PREVIOUS, COPIES, SAME, FIRST = "finds", "previous", "copies", "same", "first"
LEAST = 0.3  # share below which a head doesn't play a role
SHORTEST = 3  # letters; shorter words of an alphabet are mostly function words


@dataclass(frozen=True)
class Role:
    """A head that plays a role.

    Attributes:
        name: one of this module's names.
        layer, head: the head that plays it best.
        query, key: tokens at which it is seen best.
        share: of attention; at that pair for `FINDS`, else the mean over the queries concerned.
    """

    name: str
    layer: int
    head: int
    query: int
    key: int
    share: float


def roles(records: Sequence[Record], queries: Tokens, keys: Tokens) -> tuple[Role, ...]:
    """The roles that heads of an attention play on this text, the most telling head first.

    `FINDS`: a word looks at a word that is not its neighbour; a word that stood before is taken
    first, since what it finds is what was said of it. `PREVIOUS`, `FIRST`, `SAME`: on the token
    before, on the first token, on the same token elsewhere. `COPIES`: on the token that followed
    the same token before, an induction head.

    Args:
        records: weights layer by layer, axes (head, query, key).

    Source: Clark et al. 2019, What Does BERT Look At?; Olsson et al. 2022, In-context Learning and
    Induction Heads.
    """
    weights = np.stack([record.values for record in records]).astype(np.float64)
    found = [_finds(weights, queries, keys, apart=not crosses(records[0]))]
    if not crosses(records[0]):
        found += [_best(name, weights, mask) for name, mask in _masks(keys).items()]
    return tuple(role for role in found if role is not None and role.share >= LEAST)


def last_look(weights: Sequence[np.ndarray], keys: Tokens) -> Role | None:
    """The head whose last query looks most sharply at a word that is not its neighbour.

    Args:
        weights: of that query, layer by layer, (head, key).
    """
    rows = np.stack(weights)[:, :, None].astype(np.float64)  # (layer, head, 1, key)
    pairs = (_words(keys) & _long(keys))[None]
    pairs[:, -2:] = False
    return _sharpest(rows, pairs)


def _finds(weights: np.ndarray, queries: Tokens, keys: Tokens, apart: bool) -> Role | None:
    """The sharpest look of a word at another word.

    Args:
        weights: (layer, head, query, key).
        apart: both are of one text: neighbours and the same word do not count.
    """
    asks, tells = _words(queries), _words(keys)
    pairs = asks[:, None] & (tells & _long(keys))
    if apart:
        ids, place = np.array(keys.ids), np.arange(len(keys))
        pairs &= (ids[:, None] != ids) & (np.abs(place[:, None] - place) > 1)
        again = np.array([keys.ids.index(token) < n for n, token in enumerate(keys.ids)])
        found = _sharpest(weights, pairs & (again & _long(keys))[:, None])
        if found is not None and found.share >= 0.5:
            return found
    return _sharpest(weights, pairs)


def _sharpest(weights: np.ndarray, pairs: np.ndarray) -> Role | None:
    if not pairs.any():
        return None
    shares = weights * pairs
    layer, head, query, key = np.unravel_index(shares.argmax(), shares.shape)
    share = float(shares[layer, head, query, key])
    return Role(FINDS, int(layer), int(head), int(query), int(key), share)


def _masks(tokens: Tokens) -> dict[str, np.ndarray]:
    """The pairs of each role, (query, key)."""
    ids, place = np.array(tokens.ids), np.arange(len(tokens))
    before = place[:, None] - place == 1
    twins = (ids[:, None] == ids) & (place[:, None] != place)
    after_twin = np.zeros_like(twins)
    after_twin[:, 1:] = twins[:, :-1] & (place[:, None] > place[:-1])
    after_twin &= place[:, None] > place
    first = np.zeros_like(twins)
    first[2:, 0] = True
    return {PREVIOUS: before, COPIES: after_twin & ~before, SAME: twins, FIRST: first}


def _best(name: str, weights: np.ndarray, pairs: np.ndarray) -> Role | None:
    """The head that gives these pairs most, as the mean over the queries that have one."""
    concerned = pairs.any(-1) & (weights * pairs).any((0, 1, 3))  # a mask may hide the twin
    if not concerned.any():
        return None
    shares = (weights * pairs).sum(-1)  # (layer, head, query)
    layer, head = np.unravel_index(shares[:, :, concerned].mean(-1).argmax(), shares.shape[:2])
    query = int(np.where(concerned, shares[layer, head], -1).argmax())
    key = int((weights[layer, head, query] * pairs[query]).argmax())
    share = float(shares[layer, head][concerned].mean())
    return Role(name, int(layer), int(head), query, key, share)


def _words(tokens: Tokens) -> np.ndarray:
    """True for each token with a letter in it that a person typed, (pos,)."""
    return np.array(
        [
            any(map(str.isalpha, string)) and not special
            for string, special in zip(tokens.strings, tokens.special, strict=True)
        ]
    )


def _long(tokens: Tokens) -> np.ndarray:
    """False for each token of one or two letters of an alphabet, (pos,)."""
    return np.array([len(s.strip()) >= SHORTEST or not s.strip().isascii() for s in tokens.strings])
