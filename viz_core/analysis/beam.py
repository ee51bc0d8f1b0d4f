"""A beam search as a value: every hypothesis with its score, and where to draw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Node:
    """One hypothesis of a beam search: the beginning of a text.

    Attributes:
        parent: number of the hypothesis that it goes on from; None for the empty text.
        round: how many tokens it has.
        prob: probability of its last token.
        logprob: natural logarithm of the probability of all its tokens.
        score: `logprob` by the length penalty: what hypotheses are ranked by.
        ended: its last token ends the text.
        kept: it was among the best of its round; the others are pruned.
        best: it is on the way to the best hypothesis of all.
    """

    parent: int | None
    round: int
    token: int
    string: str
    prob: float
    logprob: float
    score: float
    ended: bool
    kept: bool = False
    best: bool = False


@dataclass(frozen=True)
class Beam:
    """A beam search: every hypothesis, round by round, and those that are left in the end.

    Attributes:
        nodes: node 0 is the empty text.
        finished: numbers of the hypotheses that the search ends with, best first.
    """

    nodes: tuple[Node, ...]
    finished: tuple[int, ...]

    def tokens(self, node: int) -> list[int]:
        """The tokens of a hypothesis, from the first to its last."""
        return [self.nodes[at].token for at in way(self.nodes, node)[-2::-1]]


def way(nodes: Sequence[Node], at: int | None) -> list[int]:
    """The numbers of the hypotheses from one back to the empty text."""
    numbers = []
    while at is not None:
        numbers.append(at)
        at = nodes[at].parent
    return numbers


def rows(beam: Beam) -> np.ndarray:
    """A row for each hypothesis, so that no two branches of the tree cross, (node,).

    The likeliest way to go on from a hypothesis stays in its row, the others branch off below it;
    the way to the best hypothesis of all is the first row.
    """
    children: list[list[int]] = [[] for _ in beam.nodes]
    for number, node in enumerate(beam.nodes):
        if node.parent is not None:
            children[node.parent].append(number)
    heights = np.zeros(len(beam.nodes))
    n_rows = 0

    def place(number: int) -> None:
        nonlocal n_rows
        heights[number] = n_rows
        below = sorted(
            children[number], key=lambda n: (not beam.nodes[n].best, -beam.nodes[n].logprob)
        )
        for child in below:
            place(child)
        n_rows += not below

    place(0)
    return heights
