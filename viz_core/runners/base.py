"""The seam between models and everything that looks at them: a request in, a trace out.

Whatever runs a model, in this process, through another library or on another machine, is a
`Runner`. Nothing right of this seam knows what is left of it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from viz_core.design import Design
from viz_core.kinds import Kind, kind_of
from viz_core.runners.interventions import Intervention
from viz_core.trace import Tokens, Trace

# What can be measured of a pass besides what it records. All of them are defined alike for every
# kind. The guess they speak of is the likeliest token at the first place that is guessed.
MEASURES = {
    "counterfactual": "counterfactual.*",  # fall of p(guess) with each of `Alternatives`
    "gradient": "embed.grad",  # d log p(guess) / d embedding of each token, (pos, d_model)
    "occlusion": "occlusion.drop",  # fall of p(guess) if the token is the mean one, (pos)
    "likelihood": "token.logprob",  # log p of each token given what the kind may see, (pos)
    "dependence": "dependence.grad_x_input",  # of each place's guess, (query, key)
    "attention_gradient": "*.weights.grad",  # d log p(guess) / d each weight, (head, query, key)
    "jacobian": "*.resid_pre.jacobian",  # mean d end / d entrance of a layer, (d_end, d_model)
}


N_ALTERNATIVES = 8  # words that are tried in the place of one


@dataclass(frozen=True)
class Alternatives:
    """What could stand in the place of one token of a text, instead of it.

    Attributes:
        token: the one that stands there.
        ids: at most `N_ALTERNATIVES` others, likeliest first.
        weights: how likely each of them is there among these, summing to 1.
    """

    token: int
    ids: tuple[int, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True)
class Request:
    """What to run, and what to see of it.

    Attributes:
        text: what the person typed; the source of a model that has two texts. White space at
            its ends is not read, by any model, of neither text.
        target: the second text of a model that has two: as much of it as is already written; by
            default what the model itself writes, always taking the likeliest word.
        want: shell-style patterns of record names; no more than these is recorded.
        measures: names of `MEASURES`, each a record that costs more passes than one.
        everywhere: guess after every token (an encoder: at every token), not at the last place.
        intervene: what is changed about the pass.
        alternatives: what the measure `counterfactual` tries in the place of each typed token, in
            their order; by default what the model itself has to offer (`Runner.alternatives`).
    """

    text: str
    target: str | None = None
    want: tuple[str, ...] = ("*",)
    measures: tuple[str, ...] = ()
    everywhere: bool = False
    intervene: tuple[Intervention, ...] = ()
    alternatives: tuple[Alternatives, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text.strip())
        if self.target is not None:
            object.__setattr__(self, "target", self.target.strip())


@dataclass(frozen=True)
class Card:
    """What can be said of a model without loading it.

    Attributes:
        kind: a name of `viz_core.kinds.KINDS`; `traits` is its row.
        title, source: for people, in English; shown through gettext.
        metrics: measured on held-out text, as in the checkpoint's metrics.json.
        language: the code of what it reads, such as `en`; of several, the first.
        design: how it computes; by default as others of its kind do, None for a recurrent one.
    """

    model_id: str
    kind: str
    title: str
    source: str
    n_params: int
    n_layer: int
    n_head: int
    n_ctx: int
    vocab_size: int
    metrics: Mapping[str, Any] = field(default_factory=dict)
    language: str = "en"
    design: Design | None = None

    def __post_init__(self) -> None:
        if self.design is None:
            object.__setattr__(self, "design", self.traits.design)

    @property
    def traits(self) -> Kind:
        """What models of this kind have in common."""
        return kind_of(self.kind)


class Runner(ABC):
    """Runs one model; safe to share between threads."""

    card: Card

    @abstractmethod
    def run(self, request: Request) -> Trace:
        """Run the model once on the request's text.

        Raises:
            InputError: the text is empty, too long or not text, or a pattern matches no record.
        """

    @abstractmethod
    def plain_logits(self, request: Request) -> np.ndarray:
        """The logits of a pass that records nothing, axes as of the record `logits`."""

    @property
    @abstractmethod
    def record_names(self) -> Sequence[str]:
        """The names of all records that the model can leave."""

    def recorded(self, *patterns: str) -> tuple[str, ...]:
        """Those of some name patterns that a record of the model matches: what can be wanted."""
        return tuple(p for p in patterns if any(fnmatchcase(n, p) for n in self.record_names))

    @property
    @abstractmethod
    def parameters(self) -> Mapping[str, np.ndarray]:
        """What the model learned, by name as in its checkpoint: read-only, shared by all."""

    @abstractmethod
    def alternatives(self, text: str) -> tuple[Alternatives, ...]:
        """What could stand in the place of each typed token of a text, by this model's lights.

        A model that fills in masks says what it expects there; the others know no more than which
        tokens have vectors like that token's. They serve every model that cuts texts alike.

        Raises:
            InputError: the text can't be read.
        """

    @abstractmethod
    def string(self, token: int) -> str:
        """What a token stands for, with its leading space."""


class Prefix(ABC):
    """A model that has read the beginning of a text and can go on: a value, nothing changes it.

    Attributes:
        n_read: tokens read so far, those of the input form among them.
        logits: a score for every token that may come next, (vocab,).
        attentions: for each attention of the part that writes, the weights of the token that was
            read last, (head, key). Empty for a model without attention.
    """

    n_read: int
    logits: np.ndarray
    attentions: Mapping[str, np.ndarray]

    @abstractmethod
    def read(self, *tokens: int) -> Prefix:
        """The same after more tokens: a new value, at the cost of those tokens alone."""


class Writer(Runner):
    """A runner whose model can say what comes next, and go on from there."""

    @property
    @abstractmethod
    def end(self) -> int:
        """The token that says that the text is over."""

    @abstractmethod
    def begin(self, text: str, target: str = "") -> Prefix:
        """Read what there is: the text, or the source and as much of the target as is written.

        Raises:
            InputError: it can't be read.
        """

    @abstractmethod
    def decode(self, tokens: Sequence[int]) -> str:
        """The text of tokens that were written."""

    @abstractmethod
    def encode_text(self, text: str) -> Sequence[int]:
        """The tokens of a text, as the model would write it."""

    @abstractmethod
    def prompt(self, text: str, target: str = "") -> Tokens:
        """The tokens behind which the model writes, those of the input form among them."""
