"""The Home page: a sentence flows through a model of any architecture."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.errors import VizError
from viz_core.figures.theme import FONT, GATE_COLORS, ROLES, Theme, kind_colour, numbered, visible
from viz_core.i18n import _
from viz_core.lessons.home import link
from viz_core.lessons.home.canvas import flow_canvas
from viz_core.lessons.home.kinds import show_kinds
from viz_core.lessons.home.openings import opening_of
from viz_core.lessons.home.parts import parts_of, words_of
from viz_core.lessons.home.payload import flow_payload
from viz_core.lessons.home.reading import Seen, flow_of, telling_head
from viz_core.lessons.home.words import flow_summary, how_to_read_flow, plain_title, remark_on
from viz_core.ui.cache import cached, card
from viz_core.ui.errors import escape_markdown, show_error
from viz_core.ui.inputs import (
    controls,
    head_select,
    layer_select,
    model_select,
    word_select,
)
from viz_core.ui.raised import tell_reader
from viz_core.ui.show import Details, how, say, show_details
from viz_core.ui.suggestions import suggest, suggest_head
from viz_core.ui.travelling import told, type_size
from viz_core.ui.trials import tried


def show_home(typed: str, theme: Theme) -> None:
    """Cards of the five kinds, the flow through one model, and what can be chosen of it."""
    cards, picture, below = (st.container(gap="small") for _n in range(3))
    with below, controls("flow"):
        model = model_select(link.MODEL)
        place = _block_select(model, typed) if card(model).traits.attends else (0, 0)
        words = st.container()
    with cards:
        show_kinds(model, typed)
        tell_reader(typed, [model], link.MODEL)
    first = opening_of(typed)
    remark = remark_on(model, typed, *place)
    with picture:
        try:
            flow, read = flow_of(model, typed, *place)
        except VizError as error:
            show_error(error)
            return
        own = first is not None and first.model == model and first.word >= 0
        default = first.word if first and own else flow.answer_pos
        with words:
            word = word_select(flow.stream_tokens, default=default)
        seen = Seen(flow, typed, read, word, remark, type_size(), theme)
        show_flow(seen)
    with below:
        show_flow_details(seen)


def _block_select(model: str, typed: str) -> tuple[int, int]:
    """The layer and the head that are opened: at first those at which the text shows most."""
    known = card(model)
    one = opening_of(typed)
    if one is not None and one.model == model and one.layer is not None:
        suggest({"layer": one.layer, "head": str(one.head)})
    else:
        suggest_head(telling_head(model, typed))
    return (
        layer_select(known.n_layer, known.n_layer // 2),
        head_select(known.n_head, with_mean=False, default=known.n_head - 1) or 0,
    )


def show_flow(seen: Seen) -> None:
    """The picture, and how to read it."""
    with st.container(key="flow_top"):
        st.subheader(escape_markdown(plain_title(seen)), anchor=False)
    payload = cached(_payload, seen=seen, told=told())
    flow_canvas(payload)
    how(how_to_read_flow(seen))


def _payload(seen: Seen, told: Mapping[str, str]) -> bytes:
    """The flow as bytes, with all words and colours that its picture shows."""
    flow, theme = seen.flow, seen.theme
    kind = kind_colour(flow.kind)
    labels = {
        "text": seen.read,
        "note": seen.note,
        "title": plain_title(seen),
        "summary": flow_summary(seen),
        "remark": seen.remark,
        "size": seen.size,
        "font": FONT,
        "colours": {
            "text": theme.text,
            "muted": theme.muted,
            "edge": theme.faint,
            "paper": theme.background,
            "mark": theme.mark,
            "rail": theme.muted,
            "norm": theme.muted,
            "kind": kind,
        },
        "roles": ROLES,
        "gateColours": GATE_COLORS,
        "signed": theme.signed,
        "amounts": theme.amounts,
        "words": words_of(flow),
        "parts": parts_of(flow, seen.typed, seen.read, told),
        "tried": tried(flow.model_id, flow.guesses[flow.answer_pos][0], flow.trials)
        if flow.trials
        else [],
    }
    return flow_payload(flow, seen.word, labels)


FORMULAS = {
    "state": r"h_t = f(x_t, h_{t-1}) \qquad \mathrm{influence}_j = \sum_{w \ne w_j} "
    r"q(w \mid w_{\setminus j})\left(p(\hat w) - p(\hat w \mid w_j := w)\right)",
    "norm before": r"x \leftarrow x + \mathrm{Attention}(\mathrm{norm}(x)) \qquad "
    r"x \leftarrow x + \mathrm{FFN}(\mathrm{norm}(x))",
    "norm behind": r"x \leftarrow \mathrm{norm}(x + \mathrm{Attention}(x)) \qquad "
    r"x \leftarrow \mathrm{norm}(x + \mathrm{FFN}(x))",
}


def show_flow_details(seen: Seen) -> None:
    """The picture in words, and its numbers."""
    say(flow_summary(seen))
    kind, design = seen.flow.traits, registry.card(seen.flow.model_id).design
    show_details(
        Details(
            formula=FORMULAS[f"norm {design.norm}" if design else "state"],
            source=registry.MODELS[seen.flow.model_id].source,
            code=("viz_core/analysis/flow.py", "_recurrent" if kind.recurrent else "_transformer"),
            table=lambda: lengths_table(seen),
            name="flow",
        )
    )


def lengths_table(seen: Seen) -> pd.DataFrame:
    """The lengths of the stream that says something, a row a token; its influences, its guess."""
    flow = seen.flow
    columns = {
        name: values
        for name, values in flow.drawn.lengths.items()
        if flow.drawn.streams[name] == flow.stream
    }
    if flow.influence is not None:
        columns["counterfactual"] = flow.influence
    table = pd.DataFrame(columns, index=numbered(flow.stream_tokens.strings))
    table[_("expects")] = [
        visible(guesses[0].token) if guesses else "–" for guesses in flow.guesses
    ]
    return table
