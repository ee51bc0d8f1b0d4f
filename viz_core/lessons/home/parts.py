"""The parts of the flow: what each is called, what it does, and the lesson that it opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from viz_core import registry
from viz_core.analysis.attention import STACKS, head_code
from viz_core.analysis.flow import Flow
from viz_core.i18n import _
from viz_core.kinds import Kind
from viz_core.lessons.home.gates import cell_of, gate_names
from viz_core.links import link_of
from viz_core.trace import Tokens
from viz_core.ui.inputs import last_word

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
    return f"{page}?{urlencode({**unusual, **told})}"


def takes(flow: Flow, part: str) -> dict[str, Any]:
    """What else a lesson's address takes from the place that was clicked, and its usual value.

    The usual word depends on the stack whose words are looked at.
    """
    page = page_of(flow, part)
    usual = link_of(page)
    words = {stack: last_word(_typed(flow, stack)) for stack in flow.stacks}
    found: dict[str, Any] = {}
    if page in ("attention", "step_by_step", "memory"):
        found["word"] = words
    if page == "step_by_step":
        found["looked_at"] = None  # the word before
    if page == "memory":
        found["layer"] = usual.default("layer")
    fixed = LESSONS[part][1] if part in LESSONS else {}
    if page in TAKES_STACK and len(flow.stacks) > 1 and "stack" not in fixed:
        found["stack"] = usual.default("stack")
    return found


def _typed(flow: Flow, stack: str) -> Tokens:
    """The tokens of a stack that stand in the lesson's text: not what a decoder wrote on."""
    tokens = flow.tokens[flow.stacks[stack]]
    if len(flow.stacks) > 1:
        return tokens
    n = flow.n_read
    return Tokens(tokens.strings[:n], tokens.ids[:n], tokens.special[:n])


def page_titles() -> dict[str, str]:
    """What the pages are called."""
    return {
        "step_by_step": _("Step by step"),
        "positions": _("Positions"),
        "attention": _("Attention"),
        "contribution": _("Contribution"),
        "what_if": _("What if"),
        "residual_stream": _("Layers"),
        "memory": _("Memory"),
        "distance": _("Distance"),
        "next_word": _("Next word"),
        "compare": _("Compare"),
        "translate": _("Translate"),
    }


def parts_of(
    flow: Flow, typed: str, read: str, told: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """Label and sentence of each part; title and address of the page that it opens."""
    titles = page_titles()
    known = _recurrent_parts(flow) if flow.traits.recurrent else _transformer_parts(flow)
    parts: dict[str, dict[str, Any]] = {}
    for part, (label, says) in known.items():
        parts[part] = {"label": label, "says": says}
        page = page_of(flow, part)
        if page:
            parts[part] |= {
                "opens": titles[page],
                "href": address_of(flow, part, typed, read, told),
                "takes": takes(flow, part),
            }
    return parts


def _recurrent_parts(flow: Flow) -> dict[str, tuple[str, str]]:
    cell = cell_of(flow.traits)
    return {
        "words": ("", _("The text, cut into tokens.")),
        "embed": (_("Embedding"), _("Each word becomes a vector.")),
        "in": cell.into,
        "cell": cell.inside,
        "out": cell.out,
        "influence": (
            _("Influence on the answer"),
            _("How much of the answer's probability goes if another word stands here."),
        ),
        "state": (_("State"), _("The guess is made from this state alone.")),
        "guess": (_("Next word"), _("Every word of the vocabulary gets a probability.")),
    }


def _transformer_parts(flow: Flow) -> dict[str, tuple[str, str]]:
    before = f"{next(iter(flow.stacks))}.{flow.layer}.norm_1.out" in flow.drawn.lengths
    norm = _("Norm") if _subtracts_mean(flow.model_id) else _("RMSNorm")
    return {
        "words": ("", _("The text, cut into tokens.")),
        "embed": (_("Embedding"), _("Each word becomes a vector.")),
        "positions": (
            _("Position"),
            _("Vectors for its place and its sentence are added, and the sum is normalised.")
            if flow.traits.fills
            else _("A vector for its place is added."),
        ),
        "below": (_("Layers"), _("Layers that are closed: only the residual stream is shown.")),
        "norm": (norm, _("Each row is brought to the same scale before it is read.")),
        "qkv": (_("Q, K, V"), _("From each row a query, a key and a value.")),
        "bar": (_("Attention"), _looks(flow.traits)),
        "mix": (_("Values"), _("Each word takes from the values as much as it looks at them.")),
        "heads": (
            _("Head {n}").format(n=flow.head),
            _("What this head gathered; {n} others gather beside it.").format(n=flow.n_head - 1),
        ),
        "add": ("", _("The result is added to the residual stream: nothing is overwritten."))
        if before
        else (
            _("Add, norm"),
            _("The result is added to the residual stream, and the sum is normalised."),
        ),
        "across": (
            _("Cross-attention"),
            _("Each word that is written looks across at the source."),
        ),
        "ffn": (
            _("Feed-forward"),
            _("Each row by itself; the 32 liveliest neurons of this text are shown."),
        ),
        "above": (_("Layers"), _("Layers that are closed: only the residual stream is shown.")),
        "guess": _guess(flow.traits),
    }


def _subtracts_mean(model: str) -> bool:
    """Whether a model's norms are LayerNorms; an RMSNorm has no bias."""
    return any(name.endswith("norm_1.bias") for name in registry.load(model).parameters)


def _looks(kind: Kind) -> str:
    """What attention does in a kind of Transformer."""
    if kind.causal:
        return _("Each query meets the keys before it; what is still to come is masked.")
    if not kind.translates:
        return _("Each query meets all keys, on both sides.")
    return _("Each query meets the keys of its own text; the decoder's only those before it.")


def _guess(kind: Kind) -> tuple[str, str]:
    """What a kind of Transformer says in the end."""
    if kind.fills:
        return _("Hidden word"), _("What would stand here, of all words of the vocabulary.")
    each = _("Every word of the vocabulary gets a probability.")
    return _("Next word of the translation") if kind.translates else _("Next word"), each


def words_of(flow: Flow) -> dict[str, Any]:
    """All else that the picture says."""
    n_rest = f"{flow.n_rest:,}"
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "back": _("One step back"),
        "next": _("One step on"),
        "save": _("Save this picture"),
        "unsaved": _("The picture could not be saved: the browser can't draw it as a file."),
        "place": _("{n} of {of}"),
        "rest_line": _("Play, and watch the data walk; point at a word to see its path."),
        "keys": _("Space plays, the left and right arrow keys step, up and down pick a word."),
        "reads": _("“{word}” is read: all that is kept of the text is in the states."),
        "ends": _(
            "The guess is made from the last state alone: what would it lose with another word in "
            "each place?"
        ),
        "writes": _(
            "“{word}” has been written and goes through alone: what was computed before is kept."
        ),
        "begins": _("The decoder begins to write with “{word}”, and looks across at the source."),
        "opens": _("Opens {page}"),
        "choose": {"layer": _("Opens layer {n} here"), "head": _("Opens head {n} here")},
        "masked": _("is still to come: masked"),
        "form": _("Put there by the model's input form, not by you."),
        "wrote": _("Written by the model itself."),
        "byte": _("A byte: the model has no token for this character."),
        "speed": _("Speed"),
        "length": _("length"),
        "gathered": _("this head's mix, length"),
        "together": _("all heads together, length"),
        "influence": _("the answer would lose"),
        "gates": gate_names(),
        "layer": _("Layer {n}"),
        "layers": _("Layers {first}–{last}"),
        **dict(zip(STACKS, (_("Encoder reads"), _("Decoder writes")), strict=True)),
        "silent": _("Nothing is guessed here."),
        "rest": _("{n} others").format(n=n_rest),
    }
