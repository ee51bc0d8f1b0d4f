"""What a run trains, as a value that checks itself: a link can say all of it but a typed text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from math import isfinite
from typing import Any, Self

from viz_core.errors import InputError
from viz_core.i18n import _
from viz_core.kinds import Kind, kind_of
from viz_core.models.architectures import ARCHITECTURES
from viz_core.models.architectures import DECODER as DECODER
from viz_core.models.architectures import LSTM as LSTM
from viz_core.models.architectures import RNN as RNN
from viz_core.models.architectures import TRAINED_ON_TEXT as TRAINED_ON_TEXT
from viz_core.models.config import PARTS as PARTS
from viz_core.models.config import POSITIONS as POSITIONS
from viz_core.models.config import DecoderConfig, LlamaConfig

KINDS = tuple(TRAINED_ON_TEXT)  # names of ARCHITECTURES
OPTIMISERS = ("adamw", "sgd")
OWN = "own"
CORPORA = ("stories", "copying", "recall", "chinese", "poem", OWN)
LEFT_OUT = {"residual": "residual", "norm": "norm", "causal": "mask"}  # a field -> a part

MOST_LAYERS, MOST_HEADS, MOST_STEPS = 12, 8, 4_000
WIDTHS = (8, 192)
MOST_RATE = 10.0
N_CTX = 96  # tokens of a row, and of the longest text that a trained model reads
MOST_CHARS = 200_000  # of a typed corpus
LEAST_WORDS = 20  # of a typed corpus: there must be something left to be foreseen
MOST_SEED = 10_000


@dataclass(frozen=True)
class Setup:
    """What a run trains.

    Attributes:
        kind: one of `KINDS`.
        width: of the residual stream or the hidden state.
        positions: one of `POSITIONS`; a decoder's only.
        residual, norm, causal: whether a decoder has these parts.
        rate: the highest learning rate.
        corpus: one of `CORPORA`.
    """

    kind: str = DECODER
    n_layer: int = 2
    n_head: int = 4
    width: int = 64
    positions: str = "learned"
    residual: bool = True
    norm: bool = True
    causal: bool = True
    optimiser: str = "adamw"
    rate: float = 0.003
    seed: int = 0
    corpus: str = "copying"
    n_steps: int = 600

    def __post_init__(self) -> None:
        """See that it can be trained.

        Raises:
            InputError: says what can't, and what can.
        """
        _one_of(_("kind"), self.kind, KINDS)
        _one_of(_("positions"), self.positions, POSITIONS)
        _one_of(_("optimiser"), self.optimiser, OPTIMISERS)
        _one_of(_("corpus"), self.corpus, CORPORA)
        _within(_("layers"), self.n_layer, 1, MOST_LAYERS)
        _within(_("heads"), self.n_head, 1, MOST_HEADS)
        _within(_("width"), self.width, *WIDTHS)
        _within(_("steps"), self.n_steps, 1, MOST_STEPS)
        _within(_("seed"), self.seed, 0, MOST_SEED)
        if not (isfinite(self.rate) and 0 < self.rate <= MOST_RATE):
            raise InputError(
                _(
                    "A learning rate of {rate} can't be used. Give one above 0, up to {most}."
                ).format(rate=f"{self.rate:g}", most=f"{MOST_RATE:g}")
            )
        if self.attends and self.width % self.n_head:
            raise InputError(
                _(
                    "A width of {width} can't be shared by {n} heads. Give a width that {n} "
                    "divides, such as {near}."
                ).format(width=self.width, n=self.n_head, near=_near(self.width, self.n_head))
            )
        if self.turns and self.width // self.n_head % 2:
            raise InputError(
                _(
                    "Rotary positions turn dimensions in pairs, and a head would have {n} of them. "
                    "Give a width of {near}, or other positions."
                ).format(n=self.width // self.n_head, near=_near(self.width, 2 * self.n_head))
            )

    @property
    def attends(self) -> bool:
        """Whether it has heads."""
        return self.traits.attends

    @property
    def traits(self) -> Kind:
        """What models of its kind have in common."""
        return kind_of(ARCHITECTURES[self.kind].kind)

    @property
    def can_lack(self) -> bool:
        """Whether parts of it can be left out, and its positions be chosen."""
        return ARCHITECTURES[self.kind].config is DecoderConfig

    @property
    def turns(self) -> bool:
        """Whether its positions turn queries and keys."""
        turning = ARCHITECTURES[self.kind].config is LlamaConfig
        return turning or (self.can_lack and self.positions == "rotary")

    @property
    def without(self) -> tuple[str, ...]:
        """The parts that a decoder lacks."""
        if not self.can_lack:
            return ()
        return tuple(part for name, part in LEFT_OUT.items() if not getattr(self, name))

    @property
    def architecture(self) -> str:
        """The name of what is built, in ARCHITECTURES."""
        return "bare" if self.without else self.kind

    def sizes(self, vocab_size: int) -> Any:
        """The configuration of its model."""
        return ARCHITECTURES[self.architecture].sized(
            n_layer=self.n_layer,
            n_ctx=N_CTX,
            vocab_size=vocab_size,
            n_head=self.n_head,
            n_kv_head=self.n_head,
            d_model=self.width,
            d_ff=4 * self.width,
            d_hidden=self.width,
            positions=self.positions,
            without=" ".join(self.without),
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read back what `to_dict` gave."""
        return cls(**{item.name: values[item.name] for item in fields(cls)})


@dataclass(frozen=True)
class Job:
    """What a worker gets.

    Attributes:
        text: the typed corpus, if the setup asks for it.
        state: what an earlier part of the run left, from which it goes on; none at first.
    """

    setup: Setup
    text: str = ""
    state: bytes = field(default=b"", repr=False)


def check_text(text: str) -> None:
    """See that a typed corpus can be learned from.

    Raises:
        InputError: it is empty, too short, too long, or no text.
    """
    if not text.strip():
        raise InputError(_("There is no text to learn from. Paste some, or take another corpus."))
    if len(text) > MOST_CHARS:
        raise InputError(
            _(
                "The text has {n} characters; a model of this size learns from at most {most}. "
                "Leave the rest out."
            ).format(n=f"{len(text):,}", most=f"{MOST_CHARS:,}")
        )
    odd = sum(char == "\ufffd" or (ord(char) < 32 and char not in "\n\r\t") for char in text)
    if odd > len(text) / 100:
        raise InputError(
            _(
                "This is no text: {n} of its {all} characters can't be read. Paste words, not a "
                "file's bytes."
            ).format(n=f"{odd:,}", all=f"{len(text):,}")
        )
    if (n := n_words(text)) < LEAST_WORDS:
        raise InputError(
            _(
                "The text has {n} words, too few to learn from. Give at least {least}; a poem is "
                "enough."
            ).format(n=n, least=LEAST_WORDS)
        )


def n_words(text: str) -> int:
    """Words of a text; of Chinese, characters."""
    han = sum("\u3400" <= char <= "\u9fff" for char in text)
    return han or len(text.split())


def _one_of(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise InputError(
            _("{name} is “{value}”; it takes one of: {known}.").format(
                name=name, value=value[:40], known=", ".join(known)
            )
        )


def _within(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise InputError(
            _("{name} is {value}; it takes {least} to {most}.").format(
                name=name, value=value, least=least, most=most
            )
        )


def _near(width: int, n: int) -> int:
    """The width nearest to this one that n divides."""
    return int(min(max(n, round(width / n) * n), WIDTHS[1] // n * n))
