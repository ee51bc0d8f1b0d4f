"""What every model answers to the same question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from viz_core import registry
from viz_core.analysis.influence import influence, trials
from viz_core.analysis.probabilities import Distribution, distributions
from viz_core.errors import VizError
from viz_core.figures.theme import Theme
from viz_core.i18n import _
from viz_core.kinds import Kind, kind_of
from viz_core.languages import language_of, readers
from viz_core.links import ASKED, MEASURE, WEIGHTS
from viz_core.runners.base import Alternatives, Request
from viz_core.runners.question import MASK_WORD, SEP_WORD, question, without
from viz_core.trace import Tokens, Trace
from viz_core.ui.cache import alternatives, cached, cached_trace, card, loaded
from viz_core.ui.errors import escape_markdown, show_error
from viz_core.ui.inputs import choose, controls
from viz_core.ui.raised import tell_reader
from viz_core.ui.trials import tried
from viz_core.ui.usable import offered


@dataclass(frozen=True)
class Reading:
    """What one model answers to the question.

    Attributes:
        request: its form of the question, and what was measured.
        trained: False for a model with the weights that training begins with.
        unmeasured: why the measure could not be taken; nothing if it was.
    """

    model: str
    kind: str
    request: Request
    trace: Trace
    trained: bool
    unmeasured: str = ""

    @property
    def traits(self) -> Kind:
        """What models of this kind have in common."""
        return kind_of(self.kind)

    @property
    def tokens(self) -> Tokens:
        """The typed text as the model reads it."""
        return self.trace.tokens[self.trace.stream]

    @property
    def words(self) -> tuple[str, ...]:
        """The tokens without those that the input form put there."""
        return tuple(np.array(self.tokens.strings, object)[self.typed])

    @property
    def typed(self) -> np.ndarray:
        """True for each token of the question, False for what the input form put around it."""
        return ~np.array(self.tokens.special)

    def influences(self, measure: str) -> tuple[np.ndarray, list[list[str]]]:
        """A measure of each token, (pos,), and for each what the pointer learns besides."""
        values = influence(self.trace, measure)
        if measure != "counterfactual":
            return values, [[] for _value in values]
        return values, tried(self.model, self.trace.top[0], trials(self.trace))

    @property
    def guess(self) -> Distribution:
        """What the model thinks stands at the place asked for."""
        return cached(distributions, trace=self.trace)[0]


@dataclass(frozen=True)
class Comparison:
    """All readings of one text."""

    text: str
    measure: str
    readings: tuple[Reading, ...]
    theme: Theme

    @property
    def note(self) -> str:
        """What stands on exported pictures."""
        trained = "" if self.readings[0].trained else "untrained · "
        return f"{trained}{self.text}"


def own_records(kind: Kind) -> str:
    """The records of a kind's own view: hidden states of a recurrent model, else attention."""
    if kind.recurrent:
        return f"{kind.stacks[0]}.*.h"
    return "*.cross_attn.weights" if kind.translates else "*.weights"


def question_request(
    kind: Kind,
    text: str,
    measures: tuple[str, ...],
    alternatives: tuple[Alternatives, ...] = (),
) -> Request:
    """The question in a kind's form, with all that the page shows of the answer.

    A model that writes another text is asked for that text's first word.
    """
    want = ("embed", "logits", own_records(kind))
    target = "" if kind.translates else None
    return Request(
        question(kind, text), target, want=want, measures=measures, alternatives=alternatives
    )


def likelihood_request(text: str) -> Request:
    """The words that were typed, each predicted in turn; the same for every kind of one text."""
    plain = without(without(text, MASK_WORD), SEP_WORD)
    return Request(plain, want=("logits",), measures=("likelihood",))


def readings_of(
    text: str, measure: str, models: Sequence[str], trained: bool = True
) -> tuple[Reading, ...]:
    """Put the question to models; whoever can't answer says why. None if nobody can."""
    readings, silent = [], []
    for model in models:
        try:
            readings.append(_reading(model, text, measure, trained))
        except VizError as error:
            silent.append((model, error))
    if silent and not readings:
        show_error(silent[0][1])
    else:
        for model, why in silent:
            st.warning(f"{model}: {escape_markdown(str(why))}", icon=":material/info:")
    return tuple(readings)


def asked_models(text: str, can: Callable[[Kind], bool]) -> tuple[str, ...]:
    """The models that are asked: ours that read the text, and others that the visitor adds.

    Args:
        can: what models of a kind must be able to do to be asked.
    """
    ids = tuple(offered(readers(language_of(text), can)))
    own = [model for model in ids if registry.MODELS[model].own]
    if len(own) == len(ids):
        return ids
    chosen = st.pills(
        _("Models"),
        ids,
        default=own or [ids[0]],
        selection_mode="multi",
        key=ASKED.key,
        bind="query-params",
        help=_("Ours are asked at first. Others of this server can be added, and any left out."),
    )
    return tuple(model for model in ids if model in chosen) or (ids[0],)


def _reading(model: str, text: str, measure: str, trained: bool) -> Reading:
    """A model's answer, and what it rests on where that can be measured.

    Raises:
        VizError: it can't answer.
    """
    kind = card(model).traits
    loaded(model, trained)
    request, why = question_request(kind, text, ()), ""
    try:
        tried = alternatives(model, text) if measure == "counterfactual" else ()
        request = question_request(kind, text, (measure,), tried)
        trace = cached_trace(model, request, trained)
    except VizError as error:  # the answer is there all the same
        request, why = question_request(kind, text, ()), str(error)
        trace = cached_trace(model, request, trained)
    return Reading(model, kind.name, request, trace, trained, why)


def measured(readings: Sequence[Reading]) -> list[Reading]:
    """Those whose influences there are; of the others is said why there are none."""
    reasons: dict[str, list[str]] = {}
    for reading in readings:
        if reading.unmeasured:
            reasons.setdefault(reading.unmeasured, []).append(reading.model)
    for why, models in reasons.items():
        st.error(escape_markdown(f"{', '.join(models)}: {why}"), icon=":material/error:")
    return [reading for reading in readings if not reading.unmeasured]


def choose_measure() -> str:
    """Let the visitor choose how influence is measured."""
    return choose(
        MEASURE,
        _("Measure"),
        _(
            "counterfactual: by how much the guess's probability falls if another word stood "
            "there. occlusion: the same with the mean of all words' vectors there, which is no "
            "word. gradient: gradient × input, how log p of the guess would change without the "
            "word, to first order; almost 0 where a model is almost sure."
        ),
    )


def influence_name(measure: str) -> str:
    """What an influence is, for people, as the name of an axis."""
    names = {
        "counterfactual": _("fall of the guess's probability with another word there"),
        "occlusion": _("fall of the guess's probability with the mean of all words there"),
        "gradient": _("gradient × input (nats)"),
    }
    return names[measure]


def comparison(text: str, theme: Theme) -> Comparison:
    """Let the visitor choose how to look, and put the question to every model."""
    with controls("comparison"):
        measure = choose_measure()
        weights = choose(
            WEIGHTS,
            _("Weights"),
            _("untrained: the random weights that training began with."),
        )
    trained = weights == "trained"
    asked = asked_models(text, lambda kind: kind.speaks)
    readings = readings_of(text, measure, asked, trained)
    if not readings:
        st.stop()
    tell_reader(text, [reading.model for reading in readings])
    return Comparison(text, measure, readings, theme)
