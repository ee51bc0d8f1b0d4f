"""Sizes of the models: frozen dataclasses that check themselves."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Self

TYPES: dict[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "str": (str,)}


@dataclass(frozen=True)
class Sizes:
    """What every model has."""

    n_layer: int
    n_ctx: int
    vocab_size: int

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, bool) or not isinstance(value, TYPES[str(item.type)]):
                raise ValueError(f"{item.name}={value!r} must be of type {item.type}")
            if isinstance(value, int) and item.type == "int" and value < 1:
                raise ValueError(f"{item.name}={value} must be at least 1")

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Read sizes back, refusing keys that are unknown or missing.

        Raises:
            ValueError: the keys are not exactly the fields of this class.
        """
        known = {item.name for item in fields(cls)}
        if set(values) != known:
            raise ValueError(f"{cls.__name__} has {sorted(known)}, got {sorted(values)}")
        return cls(**values)


@dataclass(frozen=True)
class TransformerConfig(Sizes):
    """Sizes of one Transformer stack."""

    n_head: int
    d_model: int
    d_ff: int

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.d_model % self.n_head:
            raise ValueError(f"d_model={self.d_model} is not divisible by n_head={self.n_head}")

    @property
    def d_head(self) -> int:
        return self.d_model // self.n_head


POSITIONS = ("none", "learned", "sinusoidal", "rotary", "alibi")


@dataclass(frozen=True)
class DecoderConfig(TransformerConfig):
    """Sizes of a GPT-2 style decoder, and how it is told where words stand.

    `positions` is one of `POSITIONS`; GPT-2's are learned.
    """

    positions: str = "learned"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.positions not in POSITIONS:
            raise ValueError(f"positions={self.positions!r} is not one of {POSITIONS}")


PARTS = ("residual", "norm", "mask")  # what can be left out


@dataclass(frozen=True)
class BareConfig(DecoderConfig):
    """Sizes of a decoder, and what it lacks: names of `PARTS`, a space between two."""

    without: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if unknown := [part for part in self.without.split() if part not in PARTS]:
            raise ValueError(f"without={unknown[0]!r} is not one of {PARTS}")

    @property
    def left_out(self) -> frozenset[str]:
        """The parts that it lacks."""
        return frozenset(self.without.split())


@dataclass(frozen=True)
class LlamaConfig(TransformerConfig):
    """Sizes of a Llama style decoder; `n_kv_head` pairs of keys and values serve all heads."""

    n_kv_head: int

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.n_head % self.n_kv_head:
            raise ValueError(f"n_head={self.n_head} is not divisible by n_kv_head={self.n_kv_head}")


@dataclass(frozen=True)
class EncoderConfig(TransformerConfig):
    """Sizes of a BERT style encoder."""


@dataclass(frozen=True)
class EncoderDecoderConfig(TransformerConfig):
    """Sizes of a Transformer with an encoder and a decoder of `n_layer` layers each.

    `dropout` is the share of what each part adds that is dropped in training, and of each sum of
    embedding and position (Vaswani et al. 2017, section 5.4).
    """

    dropout: float

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout={self.dropout} must be at least 0 and below 1")


@dataclass(frozen=True)
class RecurrentConfig(Sizes):
    """Sizes of an Elman network or an LSTM; embedding and every layer are d_hidden wide.

    `n_ctx` is the longest text that the app feeds them: the network itself has no limit.
    """

    d_hidden: int
