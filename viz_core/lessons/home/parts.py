"""The parts of the flow: what each is called, what it does, and the lesson that it opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from viz_core import registry
from viz_core.analysis.attention import STACKS
from viz_core.analysis.flow import Flow
from viz_core.i18n import _
from viz_core.kinds import Kind
from viz_core.lessons.home.doors import address_of, page_of, takes
from viz_core.lessons.home.gates import cell_of, gate_names
from viz_core.ui.page_titles import page_titles


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
