"""Where the words look before and after a change."""

from __future__ import annotations

import numpy as np
import streamlit as st

from viz_core.analysis.attention import is_causal, one_head
from viz_core.figures import Scale, weight_map
from viz_core.figures.numbers import percent
from viz_core.i18n import _
from viz_core.lessons.what_if import link
from viz_core.lessons.what_if.link import AFTER, BEFORE, DIFFERENCE
from viz_core.lessons.what_if.view import ChangesView
from viz_core.ui.inputs import choose, controls
from viz_core.ui.inside import choose_head
from viz_core.ui.show import picture


def show(view: ChangesView) -> None:
    """One head before, after, or the difference."""
    st.subheader(_("Where the words look then"), anchor=False)
    with controls("head", _("Layer and head")):
        chosen = choose_head(view.inside, with_mean=True)
        side = choose(link.SIDE, _("Show"))
    record = chosen.record
    before, after = (one_head(r, chosen.head) for r in (record, view.after[record.name]))
    weights = {DIFFERENCE: after - before, BEFORE: before, AFTER: after}[side]
    trace = view.after if side == AFTER else view.inside.trace
    queries, keys = (trace.tokens[record.streams[axis]].strings for axis in ("query", "key"))
    most_moved = float(abs(after - before).sum(-1).max()) / 2
    summary = _("The row that changed most moved {share} of its attention.").format(
        share=percent(most_moved, short=True)
    )
    signed = side == DIFFERENCE
    picture(
        weight_map,
        "what-if-attention",
        _("Brown: looks more than before. Purple: looks less. White: as before.")
        if signed
        else _("Read a row: the word on the left spreads one whole of attention."),
        summary,
        values=weights,
        queries=queries,
        keys=keys,
        theme=view.inside.theme,
        scale=Scale(signed=True) if signed else Scale(limit=1),
        causal=is_causal(record.name) and not np.triu(np.abs(before) + np.abs(after), 1).any(),
        note=f"{view.inside.note} · {record.name} · {chosen.head} · {side}",
    )
