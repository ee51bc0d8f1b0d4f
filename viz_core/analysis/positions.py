"""Positional encodings as numbers: what they are, and what a shuffled text does to a model.

The numbers of a decoder's encoding are those that its forward pass uses; a test compares them.
"""

from __future__ import annotations

import numpy as np

from viz_core.analysis.block import Parameters, turn

SIZE = 0.02 * 2**0.5  # amplitude of the sinusoids beside embeddings of this size


def sinusoids(n_pos: int, d_model: int) -> np.ndarray:
    """Sines and cosines of growing wavelengths, (pos, d_model).

    Source: Vaswani et al. 2017, section 3.5.
    """
    angles = np.arange(n_pos)[:, None] * 10_000.0 ** (-np.arange(0, d_model, 2) / d_model)
    waves: np.ndarray = np.stack([np.sin(angles), np.cos(angles)], -1).reshape(n_pos, -1)
    return waves[:, :d_model]


def angles(n_pos: int, d_head: int) -> np.ndarray:
    """By how much rotary positions turn each pair of dimensions, radians, (pos, d_head / 2).

    Source: Su et al. 2021, RoFormer, section 3.2.2.
    """
    return np.asarray(np.arange(n_pos)[:, None] * 10_000.0 ** (-np.arange(0, d_head, 2) / d_head))


def slopes(n_head: int) -> np.ndarray:
    """By how much ALiBi lowers a score for each token of distance, (head,).

    Source: Press et al. 2022, section 3.
    """
    return np.asarray(2.0 ** (-8 * np.arange(1, n_head + 1) / n_head))


def encoding(
    kind: str, parameters: Parameters, n_pos: int, d_model: int, n_head: int
) -> np.ndarray:
    """What an encoding tells each place, one row a place.

    Returns:
        learned, sinusoidal: (pos, d_model). rotary: cosines of the angles, (pos, d_head / 2).
        alibi: what is added to the score of a key so far away, (distance, head). none: nothing,
        (pos, 0).

    Raises:
        ValueError: no such encoding.
    """
    if kind == "none":
        return np.zeros((n_pos, 0))
    if kind == "learned":
        return np.asarray(parameters["positions.weight"][:n_pos].astype(np.float64))
    if kind == "sinusoidal":
        return SIZE * sinusoids(n_pos, d_model)
    if kind == "rotary":
        return np.asarray(np.cos(angles(n_pos, d_model // n_head)))
    if kind == "alibi":
        return np.asarray(-np.arange(n_pos)[:, None] * slopes(n_head))
    raise ValueError(f"no encoding {kind!r}")


def by_distance(kind: str, values: np.ndarray) -> np.ndarray:
    """How alike two places look by their distance, mean over all pairs; (distance, line).

    Cosine of the two vectors (learned, sinusoidal); mean cosine of the angle between them (rotary);
    what is added to the score, one line a head (alibi).

    Args:
        values: from `encoding`.
    """
    n = len(values)
    if kind == "alibi":
        return values
    if kind == "rotary":
        return np.asarray(values.mean(-1, keepdims=True))  # two places differ as 0 and distance
    unit = values / np.maximum(np.linalg.norm(values, axis=-1, keepdims=True), 1e-30)
    alike = unit @ unit.T
    return np.array([[np.diagonal(alike, distance).mean()] for distance in range(n)])


def shuffled(special: tuple[bool, ...], seed: int) -> tuple[int, ...]:
    """An order of places in which all but the special tokens are shuffled."""
    words = [n for n, put in enumerate(special) if not put]
    drawn = np.random.default_rng(seed).permutation(words)
    order = list(range(len(special)))
    for place, origin in zip(words, drawn, strict=True):
        order[place] = int(origin)
    return tuple(order)


def swapped(n: int, first: int, second: int) -> tuple[int, ...]:
    """An order of places in which two have changed theirs."""
    order = list(range(n))
    order[first], order[second] = order[second], order[first]
    return tuple(order)


def carried(
    order: tuple[int, ...], special: tuple[bool, ...], other: tuple[bool, ...]
) -> tuple[int, ...]:
    """The same change of order in another model's input form of the text.

    The words that only one of the two forms has, at the end, stay where they are.

    Args:
        order: places of the one form; special, other: what each form put there itself.
    """
    here, there = ([n for n, put in enumerate(form) if not put] for form in (special, other))
    moves = [here.index(order[place]) for place in here]  # by the number of the word
    kept = [n for n in moves if n < len(there)]
    new_order = list(range(len(other)))
    for place, n in zip(there, kept, strict=False):
        new_order[place] = there[n]
    return tuple(new_order)


def order_matters(plain: np.ndarray, reordered: np.ndarray, order: tuple[int, ...]) -> float:
    """How far the same words are from their old vectors in another order; 0: a set, not a row.

    The largest difference by the largest value.

    Args:
        plain: vectors of the text, (pos, d_model).
        reordered: of the text in another order.
        order: for each place the place from which its word comes.
    """
    apart = np.abs(reordered - plain[list(order)]).max()
    return float(apart / max(float(np.abs(plain).max()), 1e-30))


def unturned(x: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """Rotated vectors turned back to where they were, (pos, d_head).

    Args:
        x: as recorded, (pos, d_head).
        turns: recorded angles, (pos, d_head).
    """
    return turn(x, -turns)


def score_by_distance(q: np.ndarray, k: np.ndarray, n: int) -> np.ndarray:
    """The score of one question and one answer if the answer stood 0 to n - 1 places before, (n,).

    Args:
        q, k: not turned, (d_head,).
    """
    rates = np.concatenate([angles(2, len(q))[1]] * 2)  # (d_head)
    turns = -np.arange(n)[:, None] * rates  # the key's, the query standing at 0
    return np.asarray(turn(np.broadcast_to(k, (n, len(k))), turns) @ q / np.sqrt(len(q)))
