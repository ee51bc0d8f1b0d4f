"""Which words a prediction depends on, by measures that are defined alike for every kind.

The prediction is the likeliest token at the place that the model guesses. All functions read the
records of a trace that was asked for the measure (`Request.measures`) and return new arrays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from viz_core.kinds import Kind
from viz_core.trace import Trace

_BYTE = re.compile("<[0-9A-F]{2}>")


def grad_x_input(trace: Trace) -> np.ndarray:
    """How much log p(guess) would change, to first order, without each token; nats, (pos,).

    The dot product of the token's embedding and the gradient of log p(guess) with respect to it.
    Positive: the token speaks for the guess.

    Args:
        trace: holds `embed` and `embed.grad`.

    Source: Shrikumar et al. 2017, Learning Important Features, section 3.
    """
    products = trace["embed"].values.astype(np.float64) * trace["embed.grad"].values
    return np.asarray(products.sum(-1))  # (pos, d_model) -> (pos,)


def grad_norm(trace: Trace) -> np.ndarray:
    """Length of the gradient of log p(guess) with respect to each token's embedding, (pos,).

    Args:
        trace: holds `embed.grad`.

    Source: Pascanu et al. 2013, On the difficulty of training recurrent neural networks.
    """
    return np.asarray(np.linalg.norm(trace["embed.grad"].values.astype(np.float64), axis=-1))


def occlusion(trace: Trace) -> np.ndarray:
    """By how much p(guess) falls when a token is replaced by the mean one, from -1 to 1, (pos,).

    Args:
        trace: holds `occlusion.drop`.

    Source: Zeiler and Fergus 2014, Visualizing and Understanding, section 4.2.
    """
    return trace["occlusion.drop"].values.astype(np.float64)


@dataclass(frozen=True)
class Trial:
    """One other word that was put in a token's place.

    Attributes:
        token: its id.
        weight: how likely it is there, among those that were tried.
        drop: by how much p(guess) falls with it, from -1 to 1.
    """

    token: int
    weight: float
    drop: float


def trials(trace: Trace) -> list[list[Trial]]:
    """What was tried in the place of each token, likeliest first; nothing where none was.

    Args:
        trace: holds `counterfactual.drop`, `.weight` and `.token`, (pos, alternative).
    """
    parts = (trace[f"counterfactual.{part}"].values for part in ("token", "weight", "drop"))
    return [
        [
            Trial(int(token), float(weight), float(drop))
            for token, weight, drop in zip(*row, strict=True)
            if token >= 0
        ]
        for row in zip(*parts, strict=True)
    ]


def counterfactual(trace: Trace) -> np.ndarray:
    """By how much p(guess) falls, on average, when another word stands in a token's place, (pos,).

    The mean over the words that could stand there, weighted by how likely each is; from -1 to 1,
    nan where nothing was tried. Each place is changed alone: of a word that stands twice the other
    one stays, so that what is broken is their tie.

    Args:
        trace: as `trials`.

    Source: Kim et al. 2020, Interpretation of NLP Models through Input Marginalization, eq. 4,
    with the fall of p in place of that of the log odds.
    """
    drops = trace["counterfactual.drop"].values.astype(np.float64)
    weights = trace["counterfactual.weight"].values
    mean: np.ndarray = np.nansum(drops * weights, -1)
    return np.where(np.isnan(drops).all(-1), np.nan, mean)


INFLUENCES = {"counterfactual": counterfactual, "occlusion": occlusion, "gradient": grad_x_input}


def influence(trace: Trace, measure: str) -> np.ndarray:
    """One of `INFLUENCES`, (pos,).

    Raises:
        ValueError: no such measure.
    """
    if measure not in INFLUENCES:
        raise ValueError(f"measure {measure!r} is not one of {list(INFLUENCES)}")
    return INFLUENCES[measure](trace)


def shares(values: np.ndarray) -> np.ndarray:
    """Each absolute value by the sum of them all; 0 where all are 0, or there is none."""
    sizes: np.ndarray = np.abs(np.nan_to_num(values))
    total = sizes.sum()
    return sizes / total if total > 0 else sizes


def rollout(trace: Trace) -> np.ndarray:
    """How attention mixes the words layer upon layer, (query, key), rows sum to 1.

    The product over the layers of half the mean of all heads and half the identity, which stands
    for the residual connection.

    Args:
        trace: holds the weights of all self-attentions.

    Source: Abnar and Zuidema 2020, Quantifying Attention Flow, section 3.
    """
    mixed: np.ndarray = np.eye(trace.attentions[0].values.shape[-1])
    for record in trace.attentions:
        layer = 0.5 * record.values.mean(0, dtype=np.float64) + 0.5 * np.eye(len(mixed))
        mixed = layer @ mixed
    return mixed


def perplexity(trace: Trace) -> float:
    """e to the mean of -log p over the tokens that are foreseen at all.

    Of a causal model the perplexity; of an encoder, which foresees each token from both sides, the
    pseudo-perplexity (Salazar et al. 2020, eq. 2): the two can't be compared.

    Args:
        trace: holds `token.logprob`.
    """
    return float(np.exp(-np.nanmean(trace["token.logprob"].values.astype(np.float64))))


def sequential_steps(kind: Kind, n_tokens: int, n_layer: int) -> int:
    """Steps that have to wait for one another until a model has read a text and says a word.

    A recurrent layer waits for the token before, each Transformer layer only for the layer below.

    Source: Vaswani et al. 2017, table 1.
    """
    if kind.recurrent:
        return n_tokens + n_layer - 1  # layer 1 reads a token while layer 0 reads the next one
    return n_layer * len(kind.stacks)  # a decoder waits for its encoder


def aligned(rows: Sequence[tuple[Sequence[str], np.ndarray]]) -> tuple[list[str], np.ndarray]:
    """Values of several models for the words that they share, one row a model.

    A token that the longest row has not stands where its text begins there: tokenizers cut the
    same text in other places.

    Args:
        rows: the tokens that each model reads, and a value for each.

    Returns:
        the tokens of the longest row; (row, pos), nan where no token of a model begins.
    """
    axis = list(max(rows, key=lambda row: len(row[0]))[0])
    lined_up = np.full((len(rows), len(axis)), np.nan)
    for row, (tokens, values) in zip(lined_up, rows, strict=True):
        match = SequenceMatcher(None, list(tokens), axis, autojunk=False)
        for here, there, size in match.get_matching_blocks():
            row[there : there + size] = values[here : here + size]
        _place_where_they_begin(row, axis, tokens, values)
    return axis, lined_up


def _place_where_they_begin(
    row: np.ndarray, axis: Sequence[str], tokens: Sequence[str], values: np.ndarray
) -> None:
    """Put the value of each token whose place is still free where the same text begins."""
    places = {begin: (at, text) for at, (begin, text) in enumerate(_spelled(axis))}
    for (begin, text), value in zip(_spelled(tokens), values, strict=True):
        at, other = places.get(begin, (0, b""))
        if other and np.isnan(row[at]) and (text.startswith(other) or other.startswith(text)):
            row[at] = value


def _spelled(tokens: Sequence[str]) -> list[tuple[int, bytes]]:
    """Where each token begins in the text, a space before the text not counted, and its bytes."""
    spelled = []
    at = -1 if tokens and tokens[0].startswith(" ") else 0
    for token in tokens:
        byte = _BYTE.fullmatch(token)
        text = bytes.fromhex(token[1:-1]) if byte else token.encode()
        spelled.append((at, text))
        at += len(text)
    return spelled


def difference(
    first: tuple[Sequence[str], np.ndarray], second: tuple[Sequence[str], np.ndarray]
) -> tuple[list[str], np.ndarray]:
    """first - second of two maps over tokens, for the tokens that both read at the beginning.

    Args:
        first, second: tokens, and a map (query, key) over them.

    Returns:
        those tokens; (query, key).
    """
    same = [a == b for a, b in zip(first[0], second[0], strict=False)]
    n = same.index(False) if False in same else len(same)
    return list(first[0][:n]), first[1][:n, :n] - second[1][:n, :n]


def by_distance(values: np.ndarray, place: int) -> tuple[np.ndarray, np.ndarray]:
    """Influence by distance to the left of the place that is guessed.

    Args:
        values: influence of each token, (pos,).
        place: the place, counted as the tokens are.

    Returns:
        distances in tokens, far ones first, 1 for the token before the place; the influences.
    """
    n = min(place, len(values))
    return place - np.arange(n), values[:n]
