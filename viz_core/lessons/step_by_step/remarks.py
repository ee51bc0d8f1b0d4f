"""What else is to be said of a stage for the model that is looked at."""

from __future__ import annotations

import numpy as np

from viz_core.analysis.attention import bias_of
from viz_core.analysis.block import Block, strongest_neurons
from viz_core.figures.theme import bare
from viz_core.i18n import _
from viz_core.lessons.step_by_step.view import WalkView


def remarks(view: WalkView) -> list[str]:
    """Sentences, none for most stages."""
    about = {
        "embed": _of_embedding,
        "qk": _of_queries_and_keys,
        "scale": _of_scores,
        "mask": _of_scores,
        "norm2": _of_parts,
        "ffn": _of_feed_forward,
        "add2": _of_parts,
    }
    name = view.stage.name
    return about[name](view) if name in about else []


def _of_embedding(view: WalkView) -> list[str]:
    if not view.chosen.layer:
        return []
    return [
        _("Layer {layer} reads what the layers below made of this: the residual stream.").format(
            layer=view.chosen.layer
        )
    ]


def _of_queries_and_keys(view: WalkView) -> list[str]:
    trace, lines = view.inside.trace, []
    n_head = len(view.chosen.record.values)
    n_kv = len(trace[f"{view.chosen.attention}.k"].values)
    if n_kv < n_head:
        size = n_head // n_kv
        first = (view.chosen.head or 0) // size * size
        lines.append(
            _("Grouped-query attention: heads {heads} share these keys and values.").format(
                heads=", ".join(str(first + n) for n in range(size))
            )
        )
    if "positions.angles" in trace.records:
        lines.append(_("Rotary positions: q and k are shown as turned by their places."))
        turned = trace["positions.angles"].values.shape[-1]
        if turned < (size := trace[f"{view.chosen.attention}.q"].values.shape[-1]):
            lines.append(
                _("Only the first {n} of {size} dimensions turn; the others stay.").format(
                    n=turned, size=size
                )
            )
    block = Block(trace, view.inside.parameters, view.chosen.attention)
    if block.parameter(f"{block.part}.norm_q.weight") is not None:
        lines.append(_("Each head's q and k are brought to one scale before they turn."))
    return lines


def _of_scores(view: WalkView) -> list[str]:
    told = bias_of(view.inside.trace, view.chosen.attention)
    if view.stage.name == "scale" and told is not None:
        return [_("What is added depends on how far apart the two words stand, in this head.")]
    if np.isfinite(view.stage.numbers["score"]):
        return []
    return [
        _("{word} is still to come, so its score becomes −∞ and its weight 0.").format(
            word=bare(view.chosen.keys.strings[view.key])
        )
    ]


def _of_parts(view: WalkView) -> list[str]:
    if not view.inside.trace.computes.parallel:
        return []
    return [
        _(
            "In this architecture the feed-forward network reads what the attention reads, and one "
            "sum takes both."
        )
    ]


def _of_feed_forward(view: WalkView) -> list[str]:
    chosen, trace = view.chosen, view.inside.trace
    lines = []
    if f"{chosen.block}.cross_attn.out" in trace.records and chosen.attention.endswith("self_attn"):
        lines.append(
            _(
                "Between the two, this layer looks across at the source: choose “cross” to walk "
                "through that. Here the recorded result of it is read."
            )
        )
    block = Block(trace, view.inside.parameters, chosen.attention)
    strongest = strongest_neurons(view.stage.strip("h"), block.weight("ffn.W_out"), 5)
    neurons = [
        _("{n} at {act}, adds a vector of length {added}").format(
            n=n, act=f"{act:.2f}", added=f"{added:.2f}"
        )
        for n, act, added in strongest
    ]
    return [*lines, _("Strongest neurons: {neurons}.").format(neurons=_("; ").join(neurons))]
