"""What can be changed about a pass, as data: the model itself stays as it is.

A request may carry any number of these. Two traces, with and without them, stand side by side.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WithoutHead:
    """A head adds nothing: what it mixed is 0 (Michel et al. 2019, section 2.2).

    Attributes:
        attention: first part of its records' names, such as `decoder.0.self_attn`.
        head: from 0.
    """

    attention: str
    head: int


@dataclass(frozen=True)
class Hidden:
    """No other word may look at this one; it may still look at itself.

    Attributes:
        pos: place of the token in the typed text.
    """

    pos: int


@dataclass(frozen=True)
class Replaced:
    """Another token stands at a place, so that all others stay where they are.

    Attributes:
        pos: place of the token in the typed text.
        word: what stands there instead; it must be a single token. An encoder takes [MASK] too.
    """

    pos: int
    word: str


@dataclass(frozen=True)
class Reordered:
    """The tokens of the typed text in another order.

    Attributes:
        order: for each place the place from which its token comes; those that the input form puts
            there stay.
    """

    order: tuple[int, ...]


@dataclass(frozen=True)
class WithoutPositions:
    """The model is not told where its words stand."""


@dataclass(frozen=True)
class Masked:
    """The self-attention of a stack that reads the typed text sees one side, or both.

    Attributes:
        causal: nothing to the right may be seen; otherwise all may.
    """

    causal: bool


Intervention = WithoutHead | Hidden | Replaced | Reordered | WithoutPositions | Masked
