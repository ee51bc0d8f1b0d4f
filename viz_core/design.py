"""How a Transformer computes: what two architectures of one kind may do each in its own way.

A kind (`kinds.py`) says what a model can do, its design how it does it. All that a block's
arithmetic depends on besides the model's parameters stands here, so that it can be worked out
again from a trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

NORMS = ("before", "behind")


@dataclass(frozen=True)
class Design:
    """What a Transformer's arithmetic depends on besides its parameters.

    Attributes:
        norm: where the norm of a part stands, `before` it or `behind` its sum.
        norm_eps: what a norm adds to the variance, or to the mean square.
        activation: of the feed-forward network, of its gate where it has one; a name of
            `viz_core.analysis.block.ACTIVATIONS`.
        scale: what q k is multiplied with; None for 1 / sqrt(d_head).
        parallel: attention and feed-forward network both read what the block reads, and are added
            up in one sum.
        without: parts that are left out: names of `viz_core.models.config.PARTS`.
        logit_scale: what the last states are multiplied with before they meet the vocabulary.
    """

    norm: str
    norm_eps: float
    activation: str
    scale: float | None = None
    parallel: bool = False
    logit_scale: float = 1.0
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.norm not in NORMS:
            raise ValueError(f"norm={self.norm!r} is not one of {NORMS}")

    @property
    def pre_norm(self) -> bool:
        """Whether a part reads what its norm made of the stream, and adds to the stream itself."""
        return self.norm == "before"

    def of_scores(self, d_head: int) -> float:
        """What q k is multiplied with, of heads of this size."""
        return float(d_head**-0.5) if self.scale is None else self.scale

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for files."""
        return asdict(self)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Design:
        """From what `to_dict` gave, by way of a file too, in which a tuple is a list."""
        return cls(**{**values, "without": tuple(values.get("without", ()))})
