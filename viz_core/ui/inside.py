"""What the pages that look inside a Transformer share: one whole trace, and a place in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from streamlit.delta_generator import DeltaGenerator

from viz_core import registry
from viz_core.analysis.attention import stacks
from viz_core.analysis.block import Parameters
from viz_core.analysis.roles import roles
from viz_core.errors import InputError
from viz_core.figures.theme import Theme, bare
from viz_core.generate.limits import cut_translation
from viz_core.kinds import Kind
from viz_core.links import Choice
from viz_core.runners.base import Request
from viz_core.runners.question import question
from viz_core.trace import Record, Tokens, Trace
from viz_core.ui.cache import cached, run
from viz_core.ui.inputs import (
    attention_select,
    controls,
    head_select,
    layer_select,
    model_select,
)
from viz_core.ui.raised import tell_reader
from viz_core.ui.show import note_cut
from viz_core.ui.suggestions import suggest_head


@dataclass(frozen=True)
class Inside:
    """One model that read one text, whole.

    Attributes:
        row: the controls of the page, for what else is chosen of the pass.
        target: how much is written of a second text; None for all that the model writes.
    """

    model: str
    text: str
    trace: Trace
    theme: Theme
    row: DeltaGenerator
    target: str | None = None

    @property
    def parameters(self) -> Parameters:
        """What the model learned."""
        return registry.load(self.model).parameters

    @property
    def note(self) -> str:
        """What stands on exported pictures."""
        return f"{self.model} · {self.text}"

    @property
    def stacks(self) -> tuple[str, ...]:
        """The stacks that have a residual stream."""
        return self.trace.traits.stacks

    def tokens(self, stack: str) -> Tokens:
        """The tokens along a stack's residual stream."""
        return self.trace.tokens[self.trace[f"{stack}.0.resid_pre"].streams["pos"]]

    def string(self, token: int) -> str:
        """What a token of the model's vocabulary stands for."""
        return registry.load(self.model).string(token)


@dataclass(frozen=True)
class ChosenHead:
    """One attention of a model, and one of its heads.

    Attributes:
        head: None for all heads together.
        queries, keys: the tokens that look, and those that are looked at.
    """

    record: Record
    layer: int
    head: int | None
    queries: Tokens
    keys: Tokens

    @property
    def block(self) -> str:
        """First part of the block's records, such as `decoder.0`."""
        return self.attention.rpartition(".")[0]

    @property
    def attention(self) -> str:
        """First part of the attention's records, such as `decoder.0.self_attn`."""
        return self.record.name.removesuffix(".weights")


def look_inside(
    text: str,
    theme: Theme,
    value: Choice,
    measures: tuple[str, ...] = (),
    *,
    asks: bool = False,
) -> Inside:
    """Let the visitor choose a model, and run it once with every record kept.

    Args:
        value: of the link, which says what model it is.
        measures: what is measured of the pass besides.
        asks: put the text so that the model guesses a word, whatever its kind; a translator is
            asked for the first word of its translation.
    """
    row = controls("model")
    with row:
        model = model_select(value)
    tell_reader(text, [model], value)
    kind = registry.MODELS[model].traits
    target = "" if asks and kind.translates else None
    if asks:
        text = as_question(kind, text)
    request = Request(text, target, measures=measures)
    trace = run(model, request)
    if n_cut := cut_translation(request, trace):
        note_cut(n_cut)
    return Inside(model, text, trace, theme, row, target)


def as_question(kind: Kind, text: str) -> str:
    """The text so that a model of its kind guesses a word; where that can't be, as it is."""
    try:
        asked = question(kind, text)
    except InputError:  # nothing stands before [MASK]: then that is a word like any other
        return text
    return asked if asked.strip() else text


def choose_head(inside: Inside, with_mean: bool) -> ChosenHead:
    """Let the visitor choose one of the model's attentions and one of its heads.

    Args:
        with_mean: all heads together can be chosen, too.
    """
    known = stacks(inside.trace)
    stack = attention_select(known)
    best = cached(roles, **looked_at(inside.trace, known[stack]))
    suggest_head(best[0] if best else None)
    layer = layer_select(len(known[stack]))
    record = known[stack][layer]
    head = head_select(len(record.values), with_mean=with_mean)
    queries, keys = (inside.trace.tokens[record.streams[axis]] for axis in ("query", "key"))
    return ChosenHead(record, layer, head, queries, keys)


def looked_at(trace: Trace, records: list[Record]) -> dict[str, Any]:
    """What `roles` takes: weights layer by layer, the tokens that look and those looked at."""
    queries, keys = (trace.tokens[records[0].streams[axis]] for axis in ("query", "key"))
    return {"records": records, "queries": queries, "keys": keys}


def quoted(tokens: Tokens, pos: int) -> str:
    """A token as a word in a sentence."""
    return f"“{bare(tokens.strings[pos])}”"
