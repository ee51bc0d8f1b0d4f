"""What a model of any kind made of a typed text, as the flow shows it."""

from __future__ import annotations

from dataclasses import dataclass

from viz_core import registry
from viz_core.analysis.attention import stacks
from viz_core.analysis.flow import Flow, flow
from viz_core.analysis.roles import Role, roles
from viz_core.errors import VizError
from viz_core.figures.theme import Theme
from viz_core.generate import Settings, Step, Writing
from viz_core.i18n import _
from viz_core.runners.base import Request
from viz_core.runners.checks import MAX_SQUARE
from viz_core.trace import Trace
from viz_core.ui.cache import alternatives, cached, cached_trace, card
from viz_core.ui.inside import as_question, looked_at

N_WRITTEN = 3  # words that a decoder writes on


@dataclass(frozen=True)
class Seen:
    """What the Home page shows.

    Attributes:
        typed: what the visitor typed.
        read: what the model reads of it, in its kind's form.
        word: place of the picked word.
        remark: what differs from the kind that was shown before, or what the sentence teaches.
        size: of the type, 1 being the usual one.
    """

    flow: Flow
    typed: str
    read: str
    word: int
    remark: str
    size: float
    theme: Theme

    @property
    def kind(self) -> str:
        """The kind's name, for people."""
        return _(self.flow.traits.title)

    @property
    def spot(self) -> str:
        """The opened layer and head, for people; nothing for a recurrent model."""
        if self.flow.traits.recurrent:
            return ""
        return _("layer {layer}, head {head}").format(layer=self.flow.layer, head=self.flow.head)

    @property
    def note(self) -> str:
        """What stands on exported pictures: what the model read, in its kind's form."""
        return " · ".join(filter(None, (self.flow.model_id, self.spot, self.read)))


def telling_head(model: str, typed: str) -> Role | None:
    """The head at which a text shows most; None for a text that can't be read or shows nothing.

    Where a text is read and another written, it is one that looks across.
    """
    try:
        read = as_question(card(model).traits, typed)
        trace = cached_trace(model, Request(read, everywhere=True))
    except VizError:
        return None
    records = list(stacks(trace).values())[-1]
    found = cached(roles, **looked_at(trace, records))
    return found[0] if found else None


def flow_of(model: str, typed: str, layer: int, head: int) -> tuple[Flow, str]:
    """The flow of what was typed, and the text that the model read to its end.

    A decoder goes on with a few words of its own.

    Raises:
        VizError: the text can't be read.
    """
    kind = card(model).traits
    read = as_question(kind, typed)
    if kind.recurrent:
        trace = cached_trace(model, _recurrent_request(model, typed, read))
        n_read = None
    else:
        trace = cached_trace(model, Request(read, everywhere=True))
        n_read = len(trace.tokens[trace.stream])
        if kind.continues:
            trace = _written_on(model, read, trace)
    found = cached(flow, trace=trace, layer=layer, head=head, n_read=n_read)
    return found, read


def _recurrent_request(model: str, typed: str, read: str) -> Request:
    """With the influences of all words, where the text is short enough to vary each in turn."""
    n_tokens = len(registry.writer(model).prompt(read))
    if n_tokens > MAX_SQUARE:
        return Request(read, everywhere=True)
    tried = alternatives(model, typed)
    return Request(read, measures=("counterfactual",), everywhere=True, alternatives=tried)


def _written_on(model: str, read: str, trace: Trace) -> Trace:
    """The trace of a text and a few words that the model writes behind it.

    A causal model's numbers for the text are the same as without them. Where the text would be cut
    into other tokens with more behind it, or there is no room, it stays as it is.
    """
    prompt = trace.tokens[trace.stream].ids
    if card(model).n_ctx - len(prompt) < N_WRITTEN:
        return trace
    steps = cached(_steps, model=model, text=read)
    if not steps:
        return trace
    more = "".join(step.string for step in steps)
    whole = cached_trace(model, Request(read + more, everywhere=True))
    same = whole.tokens[whole.stream].ids == (*prompt, *(step.token for step in steps))
    return whole if same else trace


def _steps(model: str, text: str) -> list[Step]:
    """The steps with which a model goes on, as far as they are words."""
    writer = registry.writer(model)
    steps = Writing(writer, text, Settings()).steps(N_WRITTEN)
    return [step for step in steps if step.token != writer.end]
