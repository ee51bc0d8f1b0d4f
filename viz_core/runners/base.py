"""The seam between models and everything that looks at them: a request in, a trace out.

Whatever runs a model, in this process, through another library or on another machine, is a
`Runner`. Nothing right of this seam knows what is left of it.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from viz_core.errors import InputError
from viz_core.i18n import _
from viz_core.kinds import Kind, kind_of
from viz_core.runners.interventions import Intervention
from viz_core.trace import Tokens, Trace

MAX_CHARS = 20_000  # longer text is refused before anything reads it
MASK_WORD = "[MASK]"  # what a person types where an encoder shall guess
SEP_WORD = "[SEP]"  # what a person types between an encoder's two sentences
MAX_SQUARE = 96  # tokens of a text of which each is varied in turn: n passes over n tokens

# What can be measured of a pass besides what it records. All of them are defined alike for every
# kind. The guess they speak of is the likeliest token at the first place that is guessed.
MEASURES = {
    "gradient": "embed.grad",  # d log p(guess) / d embedding of each token, (pos, d_model)
    "occlusion": "occlusion.drop",  # fall of p(guess) if the token is the mean one, (pos)
    "shift": "occlusion.shift",  # |h' - h| / |h| of the state that guesses, likewise, (pos)
    "likelihood": "token.logprob",  # log p of each token given what the kind may see, (pos)
    "dependence": "dependence.grad_x_input",  # of each place's guess, (query, key)
    "attention_gradient": "*.weights.grad",  # d log p(guess) / d each weight, (head, query, key)
}


@dataclass(frozen=True)
class Request:
    """What to run, and what to see of it.

    Attributes:
        text: what the person typed; the source of a model that has two texts.
        target: the second text of a model that has two: as much of it as is already written; by
            default what the model itself writes, always taking the likeliest word.
        want: shell-style patterns of record names; no more than these is recorded.
        measures: names of `MEASURES`, each a record that costs more passes than one.
        everywhere: guess after every token (an encoder: at every token), not at the last place.
        intervene: what is changed about the pass.
    """

    text: str
    target: str | None = None
    want: tuple[str, ...] = ("*",)
    measures: tuple[str, ...] = ()
    everywhere: bool = False
    intervene: tuple[Intervention, ...] = ()


@dataclass(frozen=True)
class Card:
    """What can be said of a model without loading it.

    Attributes:
        kind: a name of `viz_core.kinds.KINDS`; `traits` is its row.
        title, source: for people, in English; shown through gettext.
        metrics: measured on held-out text, as in the checkpoint's metrics.json.
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

    @property
    @abstractmethod
    def parameters(self) -> Mapping[str, np.ndarray]:
        """What the model learned, by name as in its checkpoint: read-only, shared by all."""

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


def check_text(text: str) -> None:
    """Refuse what no model can read.

    Raises:
        InputError: the text is empty, endless or holds half a character.
    """
    if not text.strip():
        raise InputError(_("The text is empty. Type at least one word."))
    if len(text) > MAX_CHARS:
        raise InputError(
            _("The text has {n} characters; at most {limit} are read. Shorten it.").format(
                n=len(text), limit=MAX_CHARS
            )
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            _("Character {n} of the text is half of a Unicode pair. Remove it.").format(
                n=error.start + 1
            )
        ) from error


def check_one_text(request: Request) -> None:
    """Refuse a second text for a model that reads one.

    Raises:
        InputError: there is a target.
    """
    if request.target is not None:
        raise InputError(_("This model reads one text and got a target too. Leave the target out."))


def check_measures(measures: Collection[str], n_tokens: int, cheap: Collection[str]) -> None:
    """Refuse a measure that there is not, or that the text is too long for.

    Args:
        cheap: measures that need no more than one pass, so that any length will do.

    Raises:
        InputError: lists what there is, or says by how much the text is too long.
    """
    for measure in measures:
        if measure not in MEASURES:
            raise InputError(
                _("There is no measure {measure}. There are: {names}.").format(
                    measure=repr(measure), names=", ".join(MEASURES)
                )
            )
    if set(measures) - set(cheap) and n_tokens > MAX_SQUARE:
        raise InputError(
            _(
                "The text has {n} tokens; changing each in turn is done for at most {limit}. "
                "Shorten it by {over}."
            ).format(n=n_tokens, limit=MAX_SQUARE, over=n_tokens - MAX_SQUARE)
        )


def question(kind: Kind, text: str) -> str:
    """The same question, in the form of a kind: which word stands at the place asked for?

    The place is the first [MASK], or the end of a text without one. A model that reads from left
    to right gets the text up to there, sentences not parted. An encoder gets a [MASK] there, and a
    full stop behind it where the text ends within a sentence. A model that reads one text and
    writes another gets all of it, without the words of other models' input forms.

    Raises:
        InputError: nothing stands before the place, and the kind reads from left to right.
    """
    if kind.translates:
        return without(without(text, MASK_WORD), SEP_WORD)
    before, mask, _after = text.partition(MASK_WORD)
    if not kind.fills:
        if mask and not before.strip():
            raise InputError(
                _("This model reads from left to right, and nothing stands before [MASK].")
            )
        return without(before, SEP_WORD).rstrip() if mask else without(text, SEP_WORD)
    if mask or not text.strip():
        return text
    text = text.rstrip()
    return f"{text} {MASK_WORD}" if text.endswith((".", "!", "?")) else f"{text} {MASK_WORD}."


def without(text: str, word: str) -> str:
    """The text without a word of the input form and the space before it."""
    return re.sub(rf"\s*{re.escape(word)}", "", text)


def check_length(n_tokens: int, n_ctx: int) -> None:
    """Refuse more tokens than the model has positions.

    Raises:
        InputError: says by how much.
    """
    if n_tokens > n_ctx:
        raise InputError(
            _(
                "The text has {n} tokens; this model reads at most {limit}. Shorten it by {over}."
            ).format(n=n_tokens, limit=n_ctx, over=n_tokens - n_ctx)
        )


def check_patterns(want: Collection[str], names: Collection[str]) -> None:
    """Refuse a pattern that matches no record.

    Raises:
        InputError: lists the names that there are.
    """
    for pattern in want:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise InputError(
                _("No record matches {pattern}. This model has: {names}.").format(
                    pattern=repr(pattern), names=", ".join(_without_layers(names))
                )
            )


def _without_layers(names: Collection[str]) -> list[str]:
    """The names with every layer number replaced by `*`, each once."""
    return list(dict.fromkeys(re.sub(r"\.\d+\.", ".*.", name) for name in names))
