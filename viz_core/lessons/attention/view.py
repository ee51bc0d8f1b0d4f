"""What is looked at on the Attention page, and how the visitor chooses it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viz_core.analysis.attention import among, crosses, one_head, stacks
from viz_core.analysis.roles import Role, roles
from viz_core.figures.theme import Theme
from viz_core.i18n import _
from viz_core.lessons.attention import link
from viz_core.runners.base import Request
from viz_core.trace import Record, Tokens, Trace
from viz_core.ui.cache import cached, run, wanted
from viz_core.ui.inputs import (
    attention_select,
    controls,
    head_select,
    layer_select,
    model_select,
    toggle,
    word_select,
)
from viz_core.ui.inside import looked_at
from viz_core.ui.raised import tell_reader
from viz_core.ui.suggestions import suggest_head

WANT = (
    *("*.q", "*.k", "*.scores", "*.weights", "*positions.bias"),
    *("logits", "next_sentence.logits"),
)


@dataclass(frozen=True)
class AttentionView:
    """A trace of a Transformer, one of its heads, one of its words.

    Attributes:
        stack: which of the model's attentions, a name of `stacks`.
        head: None for the mean of all heads.
        roles: what heads are there for on this text, the most telling one first.
        reverse: show which words look at the picked one, instead of those it looks at.
    """

    model: str
    text: str
    trace: Trace
    stack: str
    layer: int
    head: int | None
    word: int
    reverse: bool
    hide_special: bool
    theme: Theme
    roles: tuple[Role, ...]

    @property
    def records(self) -> list[Record]:
        """The attentions that can be looked at, layer by layer."""
        return stacks(self.trace)[self.stack]

    @property
    def record(self) -> Record:
        """The attention of the chosen layer."""
        return self.records[self.layer]

    @property
    def queries(self) -> Tokens:
        """The tokens that look."""
        return self.trace.tokens[self.record.streams["query"]]

    @property
    def keys(self) -> Tokens:
        """The tokens that are looked at."""
        return self.trace.tokens[self.record.streams["key"]]

    @property
    def all_weights(self) -> np.ndarray:
        """The weights of the chosen head, (query, key)."""
        return one_head(self.record, self.head)

    @property
    def weights(self) -> np.ndarray:
        """Those that are shown, (query, key): special tokens or not."""
        if not self.hide_special:
            return self.all_weights
        return among(self.all_weights, self.kept(self.queries), self.kept(self.keys))

    def kept(self, tokens: Tokens) -> np.ndarray:
        """True for each token that is shown."""
        special = np.array(tokens.special)
        return ~special if self.hide_special else np.ones_like(special)

    @property
    def name(self) -> str:
        """The chosen head, for people."""
        if self.head is None:
            head = _("layer {layer}, mean of all heads").format(layer=self.layer)
        else:
            head = _("layer {layer}, head {head}").format(layer=self.layer, head=self.head)
        return head if len(stacks(self.trace)) == 1 else f"{self.stack} · {head}"


def attention_view(text: str, theme: Theme) -> AttentionView:
    """Let the visitor choose a model, run it, and let them choose what to look at."""
    row = controls("attention")
    with row:
        model = model_select(link.MODEL)
    tell_reader(text, [model], link.MODEL)
    trace = run(model, Request(text, want=wanted(model, *WANT)))
    with row:
        known = stacks(trace)
        stack = attention_select(known)
        records = known[stack]
        crossing = crosses(records[0])
        telling = cached(roles, **looked_at(trace, records))
        suggest_head(telling[0] if telling else None)
        layer, head = layer_select(len(records)), head_select(len(records[0].values))
        tokens = trace.tokens[records[0].streams["query"]]
        word = word_select(tokens, default=telling[0].query if telling else -1)
        reverse = not crossing and toggle(
            link.REVERSE,
            _("Looked at by"),
            _("Shade the words that look at the picked one instead of those it looks at."),
        )
        hide_special = toggle(
            link.HIDE_SPECIAL,
            _("Hide special"),
            _(
                "Leave out what the model's input form adds, such as [CLS] or [EOT]; each row is "
                "scaled to sum to 1 again."
            ),
        )
    return AttentionView(
        model, text, trace, stack, layer, head, word, reverse, hide_special, theme, telling
    )
