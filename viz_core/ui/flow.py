"""The Home page: a sentence flows through a model of any architecture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.analysis.flow import Flow, flow, main_look
from viz_core.errors import VizError
from viz_core.figures.theme import FONT, GATE_COLORS, KINDS, ROLES, Theme, bare, numbered, visible
from viz_core.generate import Settings, Step, Writing
from viz_core.i18n import _
from viz_core.runners.base import MAX_SQUARE, Request
from viz_core.trace import RECURRENT, Trace
from viz_core.ui.cache import cached, cached_trace, card
from viz_core.ui.components import flow_canvas
from viz_core.ui.flow_parts import parts_of, words_of
from viz_core.ui.inputs import any_model_select, head_select, layer_select, toggle, word_select
from viz_core.ui.inside import as_question
from viz_core.ui.kinds import kinds, remembered_change, show_kinds
from viz_core.ui.language import told_language
from viz_core.ui.openings import opening_of
from viz_core.ui.payload import flow_payload
from viz_core.ui.show import details, escape_markdown, how, say, show_error

FLOW_KEYS = ("text", "model", "layer", "head", "word", "presenter")
OPENED = {"decoder": (2, 3), "encoder": (2, 3), "encoder-decoder": (1, 3)}  # layer and head
BASE = 17  # px, of the usual type
PRESENTER = 1.5  # times the usual size
N_WRITTEN = 3  # words that a decoder writes on


@dataclass(frozen=True)
class Seen:
    """What the Home page shows.

    Attributes:
        typed: what the visitor typed.
        read: what the model reads of it, in its kind's form.
        word: place of the picked word.
        remark: what differs from the kind that was shown before, or what the sentence teaches.
        size: of the type, 1 being the usual one.
    """

    flow: Flow
    typed: str
    read: str
    word: int
    remark: str
    size: float
    theme: Theme

    @property
    def kind(self) -> str:
        """The kind's name, for people."""
        return kinds()[self.flow.kind].name

    @property
    def spot(self) -> str:
        """The opened layer and head, for people; nothing for a recurrent model."""
        if self.flow.kind in RECURRENT:
            return ""
        return _("layer {layer}, head {head}").format(layer=self.flow.layer, head=self.flow.head)

    @property
    def note(self) -> str:
        """What stands on exported pictures: what the model read, in its kind's form."""
        return " · ".join(filter(None, (self.flow.model_id, self.spot, self.read)))


def show_home(typed: str, theme: Theme) -> None:
    """Cards of the five kinds, the flow through one model, and what can be chosen of it."""
    cards, picture, controls = (st.container(gap="small") for _n in range(3))
    with controls, st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        model = any_model_select("decoder-stories")
        kind, place = card(model).kind, (0, 0)
        if kind not in RECURRENT:
            place = _block_select(model)
        words = st.container()
        presenter = toggle(_("Presenter size"), "presenter", _("Larger type, for a lecture hall."))
    size = PRESENTER if presenter else 1.0
    if presenter:
        st.html(f"<style>html {{ font-size: {size * BASE:g}px !important; }}</style>")
    with cards:
        show_kinds(model, size)
    first = opening_of(typed)
    remark = remark_on(model, typed, *place)
    with picture:
        try:
            found, read = flow_of(model, typed, *place)
        except VizError as error:
            show_error(error)
            return
        own = first is not None and first.model == model and first.word >= 0
        default = first.word if first and own else found.asked
        with words:
            word = word_select(found.said, default=default)
        seen = Seen(found, typed, read, word, remark, size, theme)
        show_flow(seen)
    with controls:
        show_flow_details(seen)


def _block_select(model: str) -> tuple[int, int]:
    """The layer and the head that are opened."""
    known = card(model)
    layer, head = OPENED[known.kind]
    return (
        layer_select(known.n_layer, min(layer, known.n_layer - 1)),
        head_select(known.n_head, with_mean=False, default=min(head, known.n_head - 1)) or 0,
    )


def flow_of(model: str, typed: str, layer: int, head: int) -> tuple[Flow, str]:
    """The flow of what was typed, and the text that the model read to its end.

    A decoder goes on with a few words of its own.

    Raises:
        VizError: the text can't be read.
    """
    kind = card(model).kind
    read = as_question(kind, typed)
    if kind in RECURRENT:
        trace = cached_trace(model, _recurrent_request(model, read))
        n_read = None
    else:
        trace = cached_trace(model, Request(read, everywhere=True))
        n_read = len(trace.tokens[trace.stream])
        if kind == "decoder":
            trace = _written_on(model, read, trace)
    found = cached(
        flow, (model, read, kind, layer, head), trace=trace, layer=layer, head=head, n_read=n_read
    )
    return found, read


def _recurrent_request(model: str, read: str) -> Request:
    """With the influences of all words, where the text is short enough to vary each in turn."""
    n_tokens = len(registry.writer(model).prompt(read))
    return Request(read, measures=("shift",) if n_tokens <= MAX_SQUARE else (), everywhere=True)


def _written_on(model: str, read: str, trace: Trace) -> Trace:
    """The trace of a text and a few words that the model writes behind it.

    A causal model's numbers for the text are the same as without them. Where the text would be cut
    into other tokens with more behind it, or there is no room, it stays as it is.
    """
    prompt = trace.tokens[trace.stream].ids
    if card(model).n_ctx - len(prompt) < N_WRITTEN:
        return trace
    steps = cached(_steps, (model, read), model=model, text=read)
    if not steps:
        return trace
    more = "".join(step.string for step in steps)
    whole = cached_trace(model, Request(read + more, everywhere=True))
    same = whole.tokens[whole.stream].ids == (*prompt, *(step.token for step in steps))
    return whole if same else trace


def _steps(model: str, text: str) -> list[Step]:
    """The steps with which a model goes on, as far as they are words."""
    writer = registry.writer(model)
    steps = Writing(writer, text, Settings()).steps(N_WRITTEN)
    return [step for step in steps if step.token != writer.end]


def show_flow(seen: Seen) -> None:
    """The picture, and how to read it."""
    with st.container(key="flow_top"):
        st.subheader(escape_markdown(plain_title(seen)), anchor=False)
    told = told_language()
    payload = cached(
        _payload,
        (seen.note, seen.typed, seen.word, seen.remark, seen.size, seen.theme.name, bool(told)),
        seen=seen,
        told=told,
    )
    flow_canvas(payload)
    how(how_to_read_flow(seen))


def _payload(seen: Seen, told: Mapping[str, str]) -> bytes:
    """The flow as bytes, with all words and colours that its picture shows."""
    found, theme = seen.flow, seen.theme
    kind = KINDS[found.kind]
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
        "words": words_of(found),
        "parts": parts_of(found, seen.typed, seen.read, told),
    }
    return flow_payload(found, seen.word, labels)


def plain_title(seen: Seen) -> str:
    """What the model makes of the sentence at the picked word, as a title."""
    found = seen.flow
    guesses = found.guesses[seen.word]
    word = bare(found.said.strings[seen.word])
    if not guesses:
        return _("At “{word}” the {kind} says nothing").format(word=word, kind=seen.kind)
    if found.kind == "encoder":
        sentence = _("In the place of “{word}” the {kind} expects “{guess}” ({share})")
    elif found.kind == "encoder-decoder" and seen.word == 0:
        sentence = _("The {kind} begins its translation with “{guess}” ({share})")
    else:
        sentence = _("After “{word}” the {kind} expects “{guess}” ({share})")
    return sentence.format(
        word=word,
        kind=seen.kind,
        guess=bare(guesses[0].token),
        share=f"{guesses[0].prob:.1%}",
    )


def remark_on(model: str, typed: str, layer: int, head: int) -> str:
    """What is said above the picture: what changed, what is seen here, what can't be expected."""
    kind = card(model).kind
    read = as_question(kind, typed)
    changed = remembered_change(model, typed)
    first = opening_of(typed)
    here = first and (first.model, first.layer, first.head) == (model, layer, head)
    chinese = any("\u4e00" <= char <= "\u9fff" for char in typed)
    lines = [changed]
    if first and here:
        lines.append(first.teaches)
    if kind == "encoder-decoder" and not chinese:
        lines.append(
            _("This model translates Chinese. English it only hands on, as well as it can.")
        )
    elif kind != "encoder-decoder" and chinese:
        lines.append(
            _("Story models read Chinese byte by byte; the encoder-decoder translates it.")
        )
    if read != typed and not changed:
        lines.append(_("It reads: {text}").format(text=read))
    return " ".join(filter(None, lines))


def how_to_read_flow(seen: Seen) -> str:
    """The lines under the picture."""
    kind = seen.flow.kind
    if kind in RECURRENT:
        sentences = [
            _(
                "Each row is a word, each box the cell when that word is read; the lines between "
                "boxes hand the state on, as wide as it is long. A ribbon is as wide as the last "
                "state would move if its word were replaced by the mean of all words."
            )
        ]
        if kind == "lstm":
            sentences.append(
                _(
                    "Plates show how far a gate is shut, on average over its units: i the input "
                    "gate, o the output gate, between the boxes the forget gate. In a box the cell "
                    "stands above the hidden state."
                )
            )
        if seen.flow.influence is None:
            sentences.append(
                _("Influences are measured for at most {n} tokens; this text is longer.").format(
                    n=MAX_SQUARE
                )
            )
    else:
        sentences = [
            _(
                "Follow a word's row along the flow. A line is as wide as its vector is long: the "
                "stream and what is added to it on one scale, queries, keys and values on "
                "another. Dots and green ribbons are as large as the attention weights, those "
                "below 0.01 left out."
            )
        ]
        if kind != "encoder":
            sentences.append(_("The model wrote the words in colour itself."))
    sentences.append(
        _(
            "Stripes are 32 numbers of a vector, brown above 0, purple below, the 2 % that are "
            "furthest from 0 alike. A raised dot is a space."
        )
    )
    sentences.append(_("Every number is of this pass, run here and now on your text."))
    return " ".join(sentences)


def flow_summary(seen: Seen) -> str:
    """The picture in words, for who can't see it."""
    found, strings = seen.flow, seen.flow.said.strings
    sentences = [_("{model} reads {n} tokens.").format(model=found.model_id, n=found.n_read)]
    look = main_look(found, seen.word)
    if look:
        keys = found.tokens[found.stacks["encoder"]] if look.crosses else found.said
        itself = look.key == look.query and not look.crosses
        sentence = (
            _("In {spot}, “{query}” looks most at itself, {share}.")
            if itself
            else _("In {spot}, “{query}” looks most at “{key}”, {share}.")
        )
        sentences.append(
            sentence.format(
                spot=seen.spot,
                query=bare(strings[look.query]),
                key=bare(keys.strings[look.key]),
                share=f"{look.weight:.2f}",
            )
        )
    influence = found.influence
    if influence is not None:
        typed = [n for n, special in enumerate(found.said.special) if not special]
        least, most = (pick(typed, key=influence.__getitem__) for pick in (min, max))
        sentences.append(
            _(
                "Without “{most}” (word {m}) the last state would move by {large} of its length, "
                "without “{least}” (word {n}) by {small}."
            ).format(
                most=bare(strings[most]),
                m=most,
                large=f"{influence[most]:.2f}",
                least=bare(strings[least]),
                n=least,
                small=f"{influence[least]:.2f}",
            )
        )
    if found.kind == "encoder-decoder":
        sentences.append(_("It writes: {text}").format(text="".join(strings[1:]).strip()))
    return " ".join([plain_title(seen) + ".", *sentences])


FORMULAS = {
    "state": r"h_t = f(x_t, h_{t-1}) \qquad \mathrm{influence}_j = \frac{\lVert h_T(x_j := "
    r"\bar x) - h_T \rVert}{\lVert h_T \rVert}",
    "norm before": r"x \leftarrow x + \mathrm{Attention}(\mathrm{norm}(x)) \qquad "
    r"x \leftarrow x + \mathrm{FFN}(\mathrm{norm}(x))",
    "norm behind": r"x \leftarrow \mathrm{norm}(x + \mathrm{Attention}(x)) \qquad "
    r"x \leftarrow \mathrm{norm}(x + \mathrm{FFN}(x))",
}


def show_flow_details(seen: Seen) -> None:
    """The picture in words, and its numbers."""
    say(flow_summary(seen))
    kind = seen.flow.kind
    recurrent = kind in RECURRENT
    behind = kind in ("encoder", "encoder-decoder")
    details(
        formula=FORMULAS["state" if recurrent else "norm behind" if behind else "norm before"],
        source=registry.MODELS[seen.flow.model_id].source,
        code=("viz_core/analysis/flow.py", "_recurrent" if recurrent else "_transformer"),
        table=lambda: lengths_table(seen),
        name="flow",
    )


def lengths_table(seen: Seen) -> pd.DataFrame:
    """The lengths of the stream that says something, a row a token; its influences, its guess."""
    found = seen.flow
    columns = {
        name: values
        for name, values in found.drawn.lengths.items()
        if found.drawn.streams[name] == found.stream
    }
    if found.influence is not None:
        columns["occlusion.shift"] = found.influence
    table = pd.DataFrame(columns, index=numbered(found.said.strings))
    table[_("expects")] = [
        visible(guesses[0].token) if guesses else "–" for guesses in found.guesses
    ]
    return table
