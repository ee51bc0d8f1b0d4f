"""Compact bytes for the canvas views, made from records and nothing else.

A payload is a length (uint32, little endian), that many bytes of JSON, then the numbers.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from viz_core.analysis.attention import head_measures
from viz_core.figures.theme import legible
from viz_core.trace import Record, Tokens


def head_grid_numbers(attentions: Sequence[Record], tokens: Tokens) -> bytes:
    """All heads of all layers: five float32 measures a head, then one byte a weight.

    Measures are in the order of `HeadMeasures`; weights are 255 for 1, in the order layer, head,
    query, key. Size: 20 bytes a head besides T x T x n_layer x n_head.

    Args:
        attentions: weights layer by layer, axes (head, query, key).
        tokens: of the keys.
    """
    measures = np.array(
        [
            [m.entropy, m.distance, m.previous, m.first, m.same]
            for record in attentions
            for m in head_measures(record, tokens)
        ],
        dtype="<f4",
    )
    parts = [measures.tobytes(), *(quantise(record.values).tobytes() for record in attentions)]
    return b"".join(parts)


def head_grid_payload(
    attentions: Sequence[Record],
    numbers: bytes,
    selected: tuple[int, int],
    labels: Mapping[str, Any],
) -> bytes:
    """What the canvas of all heads draws.

    Args:
        attentions: weights layer by layer, axes (head, query, key).
        numbers: what `head_grid_numbers` made of them.
        selected: layer and head to frame; head -1 frames a whole layer.
        labels: words and colours that the canvas shows.
    """
    n_head, *shape = attentions[0].values.shape
    head = {"shape": shape, "n_layer": len(attentions), "n_head": n_head, "selected": selected}
    return packed({**head, **labels}, numbers)


def token_strip_payload(
    weights: np.ndarray,
    tokens: Sequence[str],
    groups: Sequence[tuple[int, int, str]],
    word: int,
    reverse: bool,
    labels: Mapping[str, Any],
    queries: Sequence[str] | None = None,
) -> bytes:
    """One head's weights beside the tokens they belong to.

    The numbers are uint16 weights, 65535 for 1, in the order query, key.

    Args:
        weights: (query, key).
        groups: (first, after last, character) of tokens that are bytes of one character.
        word: the picked token; reverse: shade who looks at it instead of where it looks.
        queries: the tokens that look, where they are of another text than `tokens`.
    """
    head = {"tokens": list(tokens), "groups": groups, "word": word, "reverse": reverse}
    head["queries"] = queries if queries is None else list(queries)
    return packed({**head, **labels}, np.round(weights * 65535).astype("<u2").tobytes())


def quantise(weights: np.ndarray) -> np.ndarray:
    """Weights 0..1 as bytes 0..255: off by at most 1/510."""
    return (weights * np.float32(255) + np.float32(0.5)).astype(np.uint8)


def packed(head: Mapping[str, Any], numbers: bytes) -> bytes:
    """The bytes of a payload; what it says is legible."""
    text = json.dumps(said(head), ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)  # what follows begins at a multiple of four
    return struct.pack("<I", len(text)) + text + numbers


def said(data: Any) -> Any:
    """What a view says, legible, however deep its strings lie."""
    if isinstance(data, str):
        return legible(data)
    if isinstance(data, Mapping):
        return {key: said(value) for key, value in data.items()}
    if isinstance(data, tuple | list):
        return [said(value) for value in data]
    return data
