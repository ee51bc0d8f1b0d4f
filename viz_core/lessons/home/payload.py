"""The flow as bytes: the numbers of one pass, and what the drawing asks of the kind of model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from viz_core.analysis.flow import Flow
from viz_core.figures.theme import visible
from viz_core.figures.tokens import byte_groups
from viz_core.kinds import Kind
from viz_core.trace import Tokens
from viz_core.ui.payload import packed


def flow_payload(flow: Flow, word: int, labels: Mapping[str, Any]) -> bytes:
    """What the flow is drawn from: the numbers of one forward pass, each under its record's name.

    `arrays` in the head says where each lies: [byte offset, shape]. Lengths, gates, influences and
    probabilities are float32; weights uint16, 65535 for 1; textures int8, of their record's
    numbers the 2 % that are furthest from 0 alike at 127 or -127.

    Args:
        word: the picked token of the stream that says something.
        labels: words and colours that the picture shows.
    """
    drawn = flow.drawn
    probs = np.zeros((len(flow.guesses), max(map(len, flow.guesses), default=0)), "<f4")
    for row, guesses in zip(probs, flow.guesses, strict=True):
        row[: len(guesses)] = [guess.prob for guess in guesses]
    influence = {} if flow.influence is None else {"influence": flow.influence.astype("<f4")}
    groups = {  # four bytes a number, two, one: each begins where its numbers may
        "lengths": {name: values.astype("<f4") for name, values in drawn.lengths.items()},
        "gates": {name: values.astype("<f4") for name, values in drawn.gates.items()},
        "influence": influence,
        "probs": {"guesses": probs},
        "weights": {
            name: np.round(values * 65535).astype("<u2") for name, values in drawn.weights.items()
        },
        "cells": {name: _texture(values) for name, values in drawn.cells.items()},
    }
    arrays: dict[str, dict[str, Any]] = {}
    numbers = b""
    for group, records in groups.items():
        for name, values in records.items():
            arrays.setdefault(group, {})[name] = [len(numbers), values.shape]
            numbers += values.tobytes()
    head = {
        "arrays": arrays,
        "model": flow.model_id,
        "kind": flow.kind,
        **_traits(flow.traits),
        "layer": flow.layer,
        "head": flow.head,
        "n_layer": flow.n_layer,
        "n_head": flow.n_head,
        "n_read": flow.n_read,
        "answer": flow.answer_pos,
        "word": word,
        "stacks": [
            _stack(name, flow.tokens[stream], _causal(flow.traits, name))
            for name, stream in flow.stacks.items()
        ],
        "guesses": [[visible(guess.token) for guess in guesses] for guesses in flow.guesses],
    }
    return packed({**head, **labels}, numbers)


# Where a gate of a recurrent layer stands in the picture: on the `input`, on the `output`, on the
# state that is `asked` for new content. The gate that keeps stands on what is `handed` on.
PLACES = {"i": "input", "o": "output", "r": "asked"}


def _traits(kind: Kind) -> dict[str, Any]:
    """What the drawing asks of a kind: its gates in their record's order, and what is kept."""
    places = {**PLACES, kind.keeps: "handed"}
    return {
        "recurrent": kind.recurrent,
        "gates": [{"name": gate, "place": places.get(gate)} for gate in kind.gates],
        "kept": kind.memory if kind.cell else None,
    }


def _causal(kind: Kind, stack: str) -> bool:
    """Whether a word of a stack sees no more than what stands before it: where the model writes."""
    return kind.writes and stack == kind.stacks[-1]


def _stack(name: str, tokens: Tokens, causal: bool) -> dict[str, Any]:
    """The words of a stack; bytes bear the character that they spell."""
    whole = [visible(token) for token in tokens.strings]
    strings = list(whole)
    for first, _after, character in byte_groups(tokens.strings):
        strings[first] = f"{character} {strings[first]}"
    words = {"strings": strings, "whole": whole, "special": tokens.special}
    return {"name": name, "causal": causal, **words}


def _texture(values: np.ndarray) -> np.ndarray:
    """Numbers as bytes from -127 to 127, 0 for 0."""
    most = max(float(np.quantile(np.abs(values), 0.98)), 1e-30)
    return np.round(np.clip(values / most, -1, 1) * 127).astype("i1")
