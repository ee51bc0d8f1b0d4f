"""What a page's link carries: declared once a lesson, in its room's `link.py`.

Widgets, "Share", the flow's links, tours and their check all read that declaration. An
address holds codes that no language changes, and never a path, a name of a hub or code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from math import inf, isfinite
from typing import TypeVar

from viz_core import registry
from viz_core.analysis.attention import CROSS
from viz_core.errors import InputError
from viz_core.i18n import N_, _, language, speaking
from viz_core.kinds import Kind
from viz_core.languages import first_model, reads
from viz_core.sentences import spoken
from viz_core.tour import Tour

V = TypeVar("V", bound="Value")
State = Mapping[str, str]  # the values of a view by their keys, defaults filled in
MEAN = "mean"  # the code of all heads together


@dataclass(frozen=True)
class Value:
    """One value of a link, and the key of the widget that sets it.

    Attributes:
        usual: what a freshly opened page has, or how that follows from the visitor's language;
            None where it depends on what is shown.
    """

    key: str
    usual: str | Callable[[], str] | None = None

    @property
    def default(self) -> str | None:
        """What a freshly opened page has; None where that depends on what is shown."""
        return self.usual() if callable(self.usual) else self.usual

    def fault(self, values: Sequence[str], state: State) -> str:
        """What is wrong with the values that a link gives; nothing if they can be shown."""
        if len(values) > 1:
            return _("{key} has {n} values; it takes one").format(key=self.key, n=len(values))
        return ""


@dataclass(frozen=True)
class Text(Value):
    """Something that a visitor types."""

    usual: str | Callable[[], str] | None = ""


@dataclass(frozen=True)
class Flag(Value):
    """A switch, off at first."""

    usual: str | Callable[[], str] | None = "false"

    def fault(self, values: Sequence[str], state: State) -> str:
        return super().fault(values, state) or _unknown(self.key, values[0], ("true", "false"))


@dataclass(frozen=True)
class Choice(Value):
    """One of a few codes.

    Attributes:
        codes: all there are, the default one first; or how they follow from the other values.
        names: what people read in place of a code, in English; without one, the code itself.
    """

    codes: tuple[str, ...] | Callable[[State], Sequence[str]] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, code: str) -> str:
        """What people read in place of a code, in their language."""
        return _(self.names[code]) if code in self.names else code

    def options(self, state: State) -> Sequence[str]:
        """The codes that there are beside these other values."""
        return self.codes(state) if callable(self.codes) else self.codes

    def fault(self, values: Sequence[str], state: State) -> str:
        known = self.options(state)
        return super().fault(values, state) or _unknown(self.key, values[0], known)


@dataclass(frozen=True)
class Several(Value):
    """Any number of codes."""

    codes: tuple[str, ...] | Callable[[State], Sequence[str]] | None = None

    def options(self, state: State) -> Sequence[str]:
        """The codes that there are beside these other values; none if the text decides."""
        return self.codes(state) if callable(self.codes) else self.codes or ()

    def fault(self, values: Sequence[str], state: State) -> str:
        if self.codes is None:
            return ""  # depends on the words of the text
        known = self.options(state)
        return next(filter(None, (_unknown(self.key, value, known) for value in values)), "")


@dataclass(frozen=True)
class Number(Value):
    """A number in a range; `most` may follow from the other values, or be open."""

    least: float = 0
    most: float | Callable[[State], float] | None = None

    def read(self, values: Sequence[str]) -> float | None:
        """The number that a link gives; None for what is none, as if the link had no such key.

        Neither 1e400 nor Infinity nor NaN is a number here.
        """
        try:
            found = float(values[-1]) if values else inf
        except ValueError:
            return None
        return found if isfinite(found) else None

    def fault(self, values: Sequence[str], state: State) -> str:
        if fault := super().fault(values, state):
            return fault
        most = self.most(state) if callable(self.most) else self.most
        found = self.read(values)
        if found is not None and self.least <= found <= (inf if most is None else most):
            return ""
        span = _("at least {least}") if most is None else _("{least} to {most}")
        return _("{key} is “{value}”; it takes {span}").format(
            key=self.key, value=values[0][:40], span=span.format(least=self.least, most=most)
        )


def choice(key: str, names: Mapping[str, str]) -> Choice:
    """One of these codes, the first one being the default.

    Args:
        names: what people read in place of each code, in English.
    """
    codes = tuple(names)
    return Choice(key, codes[0], codes, names)


def suggested(value: V) -> V:
    """The same value without a default: its page suggests one that fits what is shown."""
    return replace(value, usual=None)


def model(can: Callable[[Kind], bool] = lambda kind: True, first: str = "") -> Choice:
    """One of the registered models whose kind can do something.

    Args:
        first: the one that is shown at first to visitors of English, others get the one most like
            it that reads their language; by default the first of the table.
    """
    english = first or registry.registered(can)[0]
    return Choice("model", lambda: first_model(english, can), usable(can))


def usable(can: Callable[[Kind], bool] = lambda kind: True) -> Callable[[State], Sequence[str]]:
    """The ids of the models of a kind that can be used, the visitor's language first."""
    return lambda _state: sorted(registry.model_ids(can), key=lambda m: not reads(m, language()))


def sentence(english: str, first: Callable[[], str | None]) -> Text:
    """A sentence to begin with, in the language of the model that the page shows at first."""
    return Text("text", lambda: spoken(english, registry.entry_of(str(first())).language))


def n_layers(state: State) -> float:
    """The number of the last layer of the state's model."""
    return registry.card(state["model"]).n_layer - 1


def heads(state: State) -> Sequence[str]:
    """The codes of the heads of the state's model, and of their mean."""
    return [*map(str, range(registry.card(state["model"]).n_head)), MEAN]


def most_heads() -> int:
    """Heads of the model that has most of them in an attention."""
    return max((registry.card(model).n_head for model in registry.model_ids()), default=0)


MEASURE = choice(
    "measure",
    {
        "counterfactual": N_("counterfactual"),
        "occlusion": N_("occlusion"),
        "gradient": N_("gradient"),
    },
)
ASKED = Several("asked", None, usable(lambda kind: kind.speaks))  # of pages that ask many models
WEIGHTS = choice("weights", {"trained": N_("trained"), "untrained": N_("untrained")})
MEAN_NAME = {MEAN: N_("mean")}
LAYER = Number("layer", "0", most=n_layers)
HEAD = Choice("head", "0", heads, MEAN_NAME)
STACK = choice(
    "stack",
    {
        CROSS: N_("cross-attention"),
        "encoder": N_("encoder"),
        "decoder": N_("decoder"),
    },
)
PLACE = (suggested(LAYER), suggested(HEAD))  # the most telling head of the text
WORD = Number("word")
LOOKED_AT = Number("looked_at")
END = "end"  # the code of models that are trained


def _steps(_state: State) -> Sequence[str]:
    """The codes of all steps at which some model can be looked at."""
    steps = {step for model in registry.model_ids() for step in registry.childhood(model)}
    return (END, *map(str, sorted(steps)))


TRAINING = Choice("training", END, _steps)  # how far into their training models are looked at
PRESENTER = Flag("presenter")  # of every page: larger, for a lecture hall


class Link:
    """All that the link of a page carries.

    Args:
        page: name of the page's file, without its ending.
        values: its own, besides those of every page.
    """

    def __init__(self, page: str, *values: Value) -> None:
        self.page = page
        self._values = {value.key: value for value in (*values, PRESENTER)}

    def __iter__(self) -> Iterator[Value]:
        return iter(self._values.values())

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys in the order in which a link says them."""
        return tuple(self._values)

    def default(self, key: str) -> str | None:
        """What a freshly opened page has; None for what it has not, or what depends on the text."""
        return self._values[key].default if key in self._values else None

    def differing(self, code: str) -> dict[str, str]:
        """What a page opened in this language has, where it is not what the visitor's own has."""
        with speaking(code):
            there = {value.key: value.default for value in self}
        return {
            value.key: found
            for value in self
            if (found := there[value.key]) is not None and found != value.default
        }

    def faults(self, state: Mapping[str, Sequence[str]]) -> list[str]:
        """What can't be shown of the values of an address, in words."""
        whole = {value.key: value.default or "" for value in self} | {
            key: values[0] for key, values in state.items() if values
        }
        found = []
        for key, values in state.items():
            if key not in self._values:
                known = ", ".join(self.keys)
                found.append(
                    _("{key} is not of this page; it takes {known}").format(
                        key=key[:40], known=known
                    )
                )
            elif fault := self._checked(key, values, whole):
                found.append(fault)
        return found

    def _checked(self, key: str, values: Sequence[str], whole: State) -> str:
        if (
            key != "model"
            and "model" in self._values
            and self._checked("model", [whole["model"]], whole)
        ):
            return ""  # without the model nothing is known of its layers
        return self._values[key].fault(values, whole)


@cache
def link_of(page: str) -> Link:
    """What the link of a page carries, as its lesson declares it."""
    found: Link = import_module(f"viz_core.lessons.{page}.link").LINK
    return found


def check_stops(tour: Tour) -> None:
    """See that every stop of a tour leads to a view that its page can show.

    Raises:
        InputError: says of each stop that does not which value is wrong and what is allowed.
    """
    faults = [
        _("stop “{title}”: {fault}").format(title=stop.title, fault=fault)
        for stop in tour.stops
        for fault in link_of(stop.page).faults(stop.state)
    ]
    if faults:
        raise InputError(_("; ").join(faults))


def _unknown(key: str, value: str, known: Sequence[str]) -> str:
    if value in known:
        return ""
    return _("{key} is “{value}”; it takes one of: {known}").format(
        key=key, value=value[:40], known=", ".join(known)
    )
