"""The What if page: the same model, the same text, something changed; before and after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.attention import attention_names, head_code, is_causal, one_head
from viz_core.analysis.probabilities import distributions
from viz_core.analysis.whatif import moved, prob_of
from viz_core.figures import guess_columns, labelled_map
from viz_core.figures.theme import bare, numbered, visible
from viz_core.i18n import _
from viz_core.lessons.what_if import link
from viz_core.lessons.what_if.link import BOTH, CAUSAL, OWN
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
from viz_core.ui.inputs import choose, toggle, word_select
from viz_core.ui.inside import Inside, attention_spot
from viz_core.ui.show import Details, picture


@dataclass(frozen=True)
class Changed:
    """A model as it is, and as it would be.

    Attributes:
        changes: what is different; empty while nothing is.
        after: the trace with it.
    """

    seen: Inside
    changes: tuple[Intervention, ...]
    after: Trace

    @property
    def key(self) -> tuple[object, ...]:
        """What decides both traces."""
        return (self.seen.key, self.changes)


def changes_view(seen: Inside) -> Changed:
    """Let the visitor change something about the pass, and run it once more."""
    trace = seen.trace
    typed = trace.tokens[trace.stream]
    changes: list[Intervention] = []
    left, right = st.columns(2, gap="medium")
    with left:
        heads = {
            head_code(name, head): WithoutHead(name, head)
            for name in attention_names(trace)
            for head in range(len(trace[f"{name}.weights"].values))
        }
        off = _several(_("Heads switched off (layer.head)"), "off", list(heads), _("Choose heads"))
        changes += [heads[one] for one in off]
        names = numbered(typed.strings)
        hidden = _several(_("Hide from all other words"), "hidden", names, _("Choose words"))
        changes += [Hidden(names.index(name)) for name in hidden]
    with right:
        row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
        with row:
            asked = {guess.pos for guess in trace.top} if trace.traits.fills else set()
            words = [
                n
                for n, word in enumerate(typed.strings)
                if any(map(str.isalnum, word)) and not typed.special[n] and n not in asked
            ]
            place = word_select(typed, default=words[-1] if words else -1)
            other = st.text_input(
                _("{word} replaced by").format(word=escape_markdown(bare(typed.strings[place]))),
                key="replacement",
                bind="query-params",
                placeholder=_("one word, or [MASK]"),
                max_chars=40,
            )
        if other.strip():
            changes.append(Replaced(place, other))
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            mask = choose(
                link.MASK,
                _("Mask"),
                _("own: as the model was trained. causal: only to the left. both: left and right."),
            )
            if toggle(
                link.NO_POSITIONS,
                _("Drop positions"),
                _("The model is not told where words stand."),
            ):
                changes.append(WithoutPositions())
    own = CAUSAL if trace.traits.causal else BOTH
    if mask not in (OWN, own):
        changes.append(Masked(causal=mask == CAUSAL))
    found = tuple(changes)
    after = run(seen.model, Request(seen.text, seen.target, intervene=found)) if found else trace
    return Changed(seen, found, after)


def _several(label: str, key: str, options: list[str], empty: str) -> list[str]:
    """Any number of options; those that another text or model has not are forgotten."""
    chosen = st.session_state.get(key)
    if chosen and not set(chosen) <= set(options):
        st.session_state[key] = [one for one in chosen if one in options]
    return list(st.multiselect(label, options, key=key, bind="query-params", placeholder=empty))


def show_effect(now: Changed) -> None:
    """What the model says before and after."""
    if not now.changes:
        st.info(
            _(
                "Nothing is changed yet. Hide a word, switch a head off, replace a word or drop "
                "the positions: what the model says then stands beside what it says now."
            ),
            icon=":material/touch_app:",
        )
    elif any(isinstance(one, Masked | WithoutPositions) for one in now.changes):
        st.warning(
            _(
                "The weights were not trained for this mask or without positions: what you see is "
                "how the model breaks, not how it would be had it been trained so."
            )
        )
    before, after = now.seen.trace, now.after
    if not before.top:
        st.info(_("Nothing is guessed in this text. Put [MASK] in it."))
        return
    guess, pos = before.top[0], before.top[0].pos
    was_found, now_found = (
        next((one for one in distributions(trace) if one.place == pos), None)
        for trace in (before, after)
    )
    if was_found is None or now_found is None:
        st.info(_("After the change the model guesses nothing there any more."))
        return
    columns = [
        (_("before"), before.kind, was_found),
        (_("after"), before.kind, now_found),
    ]
    row = before.traits.guess_row(pos)
    token = int(before["logits"].values[row].argmax())
    was, now_is = prob_of(before, row, token), prob_of(after, row, token)
    st.subheader(
        _("“{word}” goes from {before} to {after}").format(
            word=escape_markdown(bare(guess.token)), before=f"{was:.1%}", after=f"{now_is:.1%}"
        )
        if now.changes
        else _("“{word}” is what the model says, {share}").format(
            word=escape_markdown(bare(guess.token)), share=f"{was:.1%}"
        ),
        anchor=False,
    )
    summary = _("; ").join(
        f"{name}: {bare(one.guesses[0].token)}, {one.guesses[0].prob:.1%}"
        for name, _kind, one in columns
    )
    picture(
        guess_columns,
        "what-if-guess",
        _("The likeliest words at the same place, as the model is and with what you changed."),
        summary,
        columns=columns,
        theme=now.seen.theme,
        note=now.seen.note,
    )


def show_changed_attention(now: Changed) -> None:
    """One head before, after, and the difference."""
    st.subheader(_("Where the words look then"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        spot = attention_spot(now.seen, with_mean=True)
        side = choose(link.SIDE, _("Show"))
    name = spot.record.name
    before, after = one_head(spot.record, spot.head), one_head(now.after[name], spot.head)
    values = {"difference": after - before, "before": before, "after": after}[side]
    read = now.after if side == "after" else now.seen.trace
    queries, keys = (read.tokens[spot.record.streams[axis]].strings for axis in ("query", "key"))
    total = float(abs(after - before).sum(-1).max()) / 2
    summary = _("The row that changed most moved {share} of its attention.").format(
        share=f"{total:.0%}"
    )
    picture(
        labelled_map,
        "what-if-attention",
        _("Brown: looks more than before. Purple: looks less. White: as before.")
        if side == "difference"
        else _("Read a row: the word on the left spreads one whole of attention."),
        summary,
        values=values,
        rows=queries,
        columns=keys,
        theme=now.seen.theme,
        signed=side == "difference",
        limit=None if side == "difference" else 1.0,
        square=True,
        causal=is_causal(name) and not np.triu(np.abs(before) + np.abs(after), 1).any(),
        corner_names=(_("key"), _("query")),
        note=f"{now.seen.note} · {name} · {spot.head} · {side}",
    )


def show_moved(now: Changed) -> None:
    """How far each word's vector moved, level by level."""
    if not now.changes:
        return
    st.subheader(_("What becomes of the words"), anchor=False)
    asked = st.session_state.get("stack")
    stack = asked if asked in now.seen.stacks else now.seen.stacks[-1]
    values = cached(moved, before=now.seen.trace, after=now.after, stack=stack)
    tokens = now.seen.tokens(stack).strings
    rows = [_("entrance"), *(_("layer {n}").format(n=n) for n in range(len(values) - 1))]
    most = int(values[-1].argmax())
    summary = _("At the end {word} moved most: by {share} of its length.").format(
        word=visible(tokens[most]), share=f"{values[-1, most]:.0%}"
    )
    picture(
        labelled_map,
        "what-if-moved",
        _("One column a word, one row a level of the stream: how far its vector moved."),
        summary,
        Details(
            formula=r"\frac{\lVert x^{\mathrm{after}} - x^{\mathrm{before}} \rVert}"
            r"{\lVert x^{\mathrm{before}} \rVert}",
            source=_(
                "Heads switched off as in Michel et al. 2019, Are Sixteen Heads Really Better?"
            ),
            code=("viz_core/runners/intervene.py", "edits"),
            table=lambda: pd.DataFrame(values, index=rows, columns=numbered(tokens)),
            name="what-if",
        ),
        values=values,
        rows=rows,
        columns=tokens,
        theme=now.seen.theme,
        unit=_("of its length"),
        note=now.seen.note,
    )
