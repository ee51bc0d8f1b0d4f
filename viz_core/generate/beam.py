"""Beam search: several hypotheses at once, the best of which is kept to the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from viz_core.analysis.beam import Beam, Node, way
from viz_core.errors import InputError
from viz_core.generate import limits
from viz_core.generate.choice import likeliest, log_softmax
from viz_core.i18n import _
from viz_core.runners.base import Prefix, Writer

MAX_WIDTH = 8  # of a beam


def length_penalty(n_tokens: int, alpha: float) -> float:
    """What a log-probability is divided by, so that longer texts have a chance; alpha 0: by 1.

    Source: Wu et al. 2016, eq. 14.
    """
    return float(((5 + n_tokens) / 6) ** alpha)


def beam_search(
    writer: Writer,
    prefix: Prefix,
    width: int,
    alpha: float = 0.6,
    longest: int = limits.LONGEST,
    each: Callable[[], object] = lambda: None,
) -> Beam:
    """Keep the `width` best hypotheses of every round until all of them have ended.

    A hypothesis that has ended keeps its place in the beam as long as it is good enough. One that
    finds no room for another token stays as it is.

    Args:
        longest: most tokens of a hypothesis; one that has not ended by then is cut.
        each: called after every round, for a progress bar.

    Raises:
        InputError: the width is not from 1 to `MAX_WIDTH`, or there is no room for a token.
    """
    if not 1 <= width <= MAX_WIDTH:
        raise InputError(
            _("The beam is {width} wide; it must be from 1 to {limit}.").format(
                width=width, limit=MAX_WIDTH
            )
        )
    nodes = [Node(None, 0, -1, "", 1.0, 0.0, 0.0, ended=False)]
    prefixes = {0: prefix}
    beam = [0]
    kept = {0}
    room = limits.room_behind(writer, prefix, longest)
    for n in range(1, room + 1):
        if all(nodes[at].ended for at in beam):
            break
        stay = [at for at in beam if nodes[at].ended]
        first = len(nodes)
        for at in beam:
            if not nodes[at].ended:
                nodes += _grown(
                    writer, at, nodes[at], log_softmax(prefixes[at].logits), width, alpha
                )
        ranked = sorted([*stay, *range(first, len(nodes))], key=lambda at: -nodes[at].score)
        beam = ranked[:width]
        kept.update(beam)
        prefixes = {
            at: prefixes[nodes[at].parent or 0].read(nodes[at].token)
            for at in beam
            if not nodes[at].ended and n < room
        }
        each()
    best = way(nodes, beam[0])
    marked = [replace(node, kept=at in kept, best=at in best) for at, node in enumerate(nodes)]
    return Beam(tuple(marked), tuple(beam))


def _grown(
    writer: Writer, parent: int, node: Node, logs: np.ndarray, width: int, alpha: float
) -> Iterator[Node]:
    """The likeliest ways to go on from a hypothesis; no more than `width` can stay in the beam."""
    n = node.round + 1
    for token in likeliest(logs, width):
        logprob = node.logprob + float(logs[token])
        yield Node(
            parent,
            n,
            token,
            writer.string(token),
            float(np.exp(logs[token])),
            logprob,
            logprob / length_penalty(n, alpha),
            ended=token == writer.end,
        )
