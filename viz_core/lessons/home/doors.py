"""The lessons that the flow opens: which page a part leads to, and the view that it shows there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from viz_core import registry
from viz_core.analysis.attention import head_code
from viz_core.analysis.flow import Flow
from viz_core.kinds import Kind
from viz_core.links import link_of
from viz_core.trace import Tokens
from viz_core.ui.inputs import last_word
from viz_core.ui.spoken import reader_instead

# part of a Transformer -> page, and what else the page's address says
LESSONS: dict[str, tuple[str, dict[str, str]]] = {
    "embed": ("step_by_step", {"at": "embed"}),
    "positions": ("positions", {}),
    "norm": ("step_by_step", {"at": "norm"}),
    "qkv": ("step_by_step", {"at": "qk"}),
    "bar": ("attention", {}),
    "mix": ("contribution", {}),
    "heads": ("what_if", {}),
    "add": ("residual_stream", {}),
    "across": ("attention", {"stack": "cross"}),
    "ffn": ("step_by_step", {"at": "ffn"}),
}
RECURRENT_LESSONS = {
    "embed": "memory",
    "in": "memory",
    "cell": "memory",
    "out": "memory",
    "state": "memory",
    "influence": "distance",
}
AS_READ = ("attention", "step_by_step", "memory", "next_word")  # pages that take a text as it is
HEADS = ("attention", "step_by_step", "contribution")  # pages that open one head of one model
TAKES_STACK = (*HEADS, "residual_stream")


def page_of(flow: Flow, part: str) -> str:
    """The page of a part's lesson; empty for a part that has none."""
    if registry.MODELS[flow.model_id].lesson:
        return registry.MODELS[flow.model_id].lesson  # the one page that offers this model
    if part == "guess":
        return _answer_page(flow.traits)
    if flow.traits.recurrent:
        return RECURRENT_LESSONS.get(part, "")
    return LESSONS.get(part, ("", {}))[0]


def _answer_page(kind: Kind) -> str:
    """The page on which a model of a kind gives its answer."""
    if kind.continues:
        return "next_word"
    if kind.translates:
        return "translate"
    if kind.fills:
        return "compare"
    raise ValueError(f"no page shows what a {kind.name} says")


def address_of(flow: Flow, part: str, typed: str, read: str, told: Mapping[str, str]) -> str:
    """The address of a part's lesson, in which it shows the same view.

    Args:
        typed: what the visitor typed; read: what the model read of it. Pages that take a text as
            it is get what was read, so that its words have the same places there.
        told: what else the address says.
    """
    page = page_of(flow, part)
    usual = link_of(page)
    state = {"text": read if page in AS_READ else typed}
    if page == "next_word":
        state["models"] = flow.model_id
    if usual.default("model"):
        state["model"] = flow.model_id
    if page in HEADS:
        state |= {"layer": str(flow.layer), "head": str(flow.head)}
    if page == "what_if" and len(flow.stacks) == 1:
        stack = next(iter(flow.stacks))
        state["off"] = head_code(f"{stack}.{flow.layer}.self_attn", flow.head)
    if flow.traits.attends and part in LESSONS:
        state |= LESSONS[part][1]
    # A value that the page has anyway stays out of the address: Streamlit would take it out, and
    # count that as a page of the browser's history, so that the way back would end there.
    unusual = {key: value for key, value in state.items() if usual.default(key) != value}
    for value in usual:  # the page would choose another model for this text
        if value.key in state and reader_instead(value, state["text"]):
            unusual[value.key] = state[value.key]
    return f"{page}?{urlencode({**unusual, **told})}"


def takes(flow: Flow, part: str) -> dict[str, Any]:
    """What else a lesson's address takes from the place that was clicked, and its usual value.

    The usual word depends on the stack whose words are looked at.
    """
    page = page_of(flow, part)
    usual = link_of(page)
    words = {stack: last_word(_typed(flow, stack)) for stack in flow.stacks}
    taken: dict[str, Any] = {}
    if page in ("attention", "step_by_step", "memory"):
        taken["word"] = words
    if page == "step_by_step":
        taken["looked_at"] = None  # the word before
    if page == "memory":
        taken["layer"] = usual.default("layer")
    fixed = LESSONS[part][1] if part in LESSONS else {}
    if page in TAKES_STACK and len(flow.stacks) > 1 and "stack" not in fixed:
        taken["stack"] = usual.default("stack")
    return taken


def _typed(flow: Flow, stack: str) -> Tokens:
    """The tokens of a stack that stand in the lesson's text: not what a decoder wrote on."""
    tokens = flow.tokens[flow.stacks[stack]]
    if len(flow.stacks) > 1:
        return tokens
    n = flow.n_read
    return Tokens(tokens.strings[:n], tokens.ids[:n], tokens.special[:n])
