"""What is looked at on the What if page: a model as it is, and as it would be."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from viz_core.analysis.attention import attention_names, head_code, stacks
from viz_core.analysis.roles import roles
from viz_core.figures.theme import bare, numbered
from viz_core.i18n import _
from viz_core.lessons.what_if import link
from viz_core.lessons.what_if.link import BOTH, CAUSAL, OWN
from viz_core.links import Several
from viz_core.runners.base import Request
from viz_core.runners.interventions import (
    Hidden,
    Intervention,
    Masked,
    Replaced,
    WithoutHead,
    WithoutPositions,
)
from viz_core.trace import Trace
from viz_core.ui.cache import cached, run
from viz_core.ui.errors import escape_markdown
from viz_core.ui.inputs import choose, controls, toggle, word_select
from viz_core.ui.inside import Inside, looked_at
from viz_core.ui.suggestions import suggest


@dataclass(frozen=True)
class ChangesView:
    """A model as it is, and as it would be.

    Attributes:
        changes: what is different; empty while nothing is.
        after: the trace with it.
    """

    inside: Inside
    changes: tuple[Intervention, ...]
    after: Trace


def changes_view(inside: Inside) -> ChangesView:
    """Let the visitor change something about the pass, and run it once more."""
    trace = inside.trace
    left, right = st.columns(2, gap="medium")
    with left:
        changes = _heads_off(trace) + _hidden(trace)
    with right, controls("replaced"):
        changes += _replaced(trace)
        masked = _masked(trace)
        changes += _without_positions() + masked
    after = trace
    if changes:
        after = run(inside.model, Request(inside.text, inside.target, intervene=tuple(changes)))
    return ChangesView(inside, tuple(changes), after)


def _heads_off(trace: Trace) -> list[Intervention]:
    """The heads that the visitor switches off."""
    heads = {
        head_code(name, head): WithoutHead(name, head)
        for name in attention_names(trace)
        for head in range(len(trace[f"{name}.weights"].values))
    }
    label = _("Heads switched off (layer.head)")
    return [heads[code] for code in _several(link.OFF, label, list(heads), _("Choose heads"))]


def _hidden(trace: Trace) -> list[Intervention]:
    """The words that the visitor hides."""
    names = numbered(trace.tokens[trace.stream].strings)
    key = _telling_word(trace)
    others = (link.OFF, link.REPLACEMENT, link.NO_POSITIONS, link.MASK)
    suggest({link.HIDDEN.key: [] if key is None else [names[key]]}, unless=others)
    label = _("Hide from all other words")
    hidden = _several(link.HIDDEN, label, names, _("Choose words"))
    return [Hidden(names.index(name)) for name in hidden]


def _telling_word(trace: Trace) -> int | None:
    """The word that is hidden at first: the one that another word finds."""
    records = next(iter(stacks(trace).values()))
    found = cached(roles, **looked_at(trace, records))
    return found[0].key if found and not trace.tokens[trace.stream].special[found[0].key] else None


def _several(value: Several, label: str, options: list[str], empty: str) -> list[str]:
    """Any number of options; those that another text or model has not are forgotten."""
    key = value.key
    chosen = st.session_state.get(key)
    if chosen and not set(chosen) <= set(options):
        st.session_state[key] = [option for option in chosen if option in options]
    return list(st.multiselect(label, options, key=key, bind="query-params", placeholder=empty))


def _replaced(trace: Trace) -> list[Intervention]:
    """The word that stands for another one, if the visitor types one."""
    tokens = trace.tokens[trace.stream]
    pos = word_select(tokens, default=_last_word_not_asked(trace))
    other = st.text_input(
        _("Replace {word} with").format(word=escape_markdown(bare(tokens.strings[pos]))),
        key=link.REPLACEMENT.key,
        bind="query-params",
        placeholder=_("one word, or [MASK]"),
        max_chars=40,
    )
    return [Replaced(pos, other)] if other.strip() else []


def _last_word_not_asked(trace: Trace) -> int:
    """Position of the last word that is not itself guessed; -1 if there is none."""
    tokens = trace.tokens[trace.stream]
    asked = {guess.pos for guess in trace.top} if trace.traits.fills else set()
    words = [
        pos
        for pos, word in enumerate(tokens.strings)
        if any(map(str.isalnum, word)) and not tokens.special[pos] and pos not in asked
    ]
    return words[-1] if words else -1


def _masked(trace: Trace) -> list[Intervention]:
    """Another mask than the model's own, if the visitor wants one."""
    mask = choose(
        link.MASK,
        _("Mask"),
        _("own: as the model was trained. causal: only to the left. both: left and right."),
    )
    own = CAUSAL if trace.traits.causal else BOTH
    return [] if mask in (OWN, own) else [Masked(causal=mask == CAUSAL)]


def _without_positions() -> list[Intervention]:
    """No positions, if the visitor drops them."""
    label, help_text = _("Drop positions"), _("The model is not told where words stand.")
    return [WithoutPositions()] if toggle(link.NO_POSITIONS, label, help_text) else []
