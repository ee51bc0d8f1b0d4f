"""The Home page: a sentence flows through a model of any architecture."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.analysis.flow import Flow, flow, strongest_look
from viz_core.errors import VizError
from viz_core.figures.theme import FONT, GATE_COLORS, KINDS, ROLES, Theme, bare, numbered, visible
from viz_core.generate import Settings, Step, Writing
from viz_core.i18n import _
from viz_core.runners.base import MAX_SQUARE, Request
from viz_core.trace import Trace
from viz_core.ui.cache import cached, cached_trace, card
from viz_core.ui.components import flow_canvas
from viz_core.ui.flow_parts import parts_of, words_of
from viz_core.ui.inputs import any_model_select, head_select, layer_select, toggle, word_select
from viz_core.ui.inside import as_question
from viz_core.ui.kinds import kinds, remembered_change, show_kinds
from viz_core.ui.openings import opening_of
from viz_core.ui.readings import RECURRENT
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
        """What stands on exported pictures."""
        return " · ".join(filter(None, (self.flow.model_id, self.spot, self.typed)))


def show_home(typed: str, theme: Theme) -> None:
    """Cards of the five kinds, the flow through one model, and what can be chosen of it."""
    cards, picture, controls = (st.container(gap="small") for _n in range(3))
    with controls, st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        first = opening_of(typed)
        model = any_model_select(first.model if first else "decoder-stories")
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
    remark = remembered_change(model)
    if first and first.model == model:
        remark = " ".join(filter(None, (remark, first.teaches)))
    with picture:
        try:
            found, read = flow_of(model, typed, *place)
        except VizError as error:
            show_error(error)
            return
        default = first.word if first and first.model == model and first.word >= 0 else found.asked
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
    st.subheader(flow_title(seen), anchor=False)
    payload = cached(
        _payload,
        (seen.note, seen.read, seen.word, seen.remark, seen.size, seen.theme.name),
        seen=seen,
    )
    flow_canvas(payload)
    how(how_to_read_flow(seen))


def _payload(seen: Seen) -> bytes:
    """The flow as bytes, with all words and colours that its picture shows."""
    from viz_core.ui.payload import flow_payload

    found, theme = seen.flow, seen.theme
    kind = KINDS[found.kind]
    labels = {
        "text": seen.read,
        "note": seen.note,
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
            "kindText": theme.mark,
        },
        "roles": ROLES,
        "gateColours": GATE_COLORS,
        "signed": theme.signed,
        "amounts": theme.amounts,
        "words": words_of(found),
        "parts": parts_of(found, seen.typed, seen.read),
    }
    return flow_payload(found, seen.word, labels)


def flow_title(seen: Seen) -> str:
    """What the model makes of the sentence, as a title."""
    found = seen.flow
    said = found.said
    guesses = found.guesses[seen.word]
    word = escape_markdown(bare(said.strings[seen.word]))
    if not guesses:
        return _("At “{word}” the {kind} says nothing").format(word=word, kind=seen.kind)
    sentence = (
        _("In the place of “{word}” the {kind} expects “{guess}” ({share})")
        if found.kind == "encoder"
        else _("After “{word}” the {kind} expects “{guess}” ({share})")
    )
    return sentence.format(
        word=word,
        kind=seen.kind,
        guess=escape_markdown(bare(guesses[0].token)),
        share=f"{guesses[0].prob:.1%}",
    )


def how_to_read_flow(seen: Seen) -> str:
    """The line under the picture."""
    if seen.flow.kind in RECURRENT:
        sentence = _(
            "Each row is a word, each box the cell when that word is read; the lines between boxes "
            "hand the state on. A line is as wide as the vector it carries is long, a ribbon as "
            "wide as the last state would move without that word."
        )
        if seen.flow.kind == "lstm":
            sentence += " " + _("Plates show how far a gate is shut, on average.")
        if seen.flow.influence is None:
            sentence += " " + _(
                "Influences are measured for at most {n} tokens; this text is longer."
            ).format(n=MAX_SQUARE)
        return sentence
    return _(
        "Follow a word's row to the right. A line is as wide as the vector it stands for is long, "
        "compared within its column; dots and green ribbons are as large as the attention weights, "
        "those below 0.01 left out. Stripes are the first 32 numbers of a vector, brown above 0, "
        "purple below."
    )


def flow_summary(seen: Seen) -> str:
    """The picture in words, for who can't see it."""
    found = seen.flow
    sentences = [_("{model} reads {n} tokens.").format(model=found.model_id, n=found.n_read)]
    look = strongest_look(found)
    if look:
        name, query, key, weight = look
        keys = found.tokens[found.stacks["encoder"]] if ".cross_attn" in name else found.said
        sentences.append(
            _("In {spot}, {query} looks most at {key}, {share}.").format(
                spot=seen.spot,
                query=bare(found.said.strings[query]),
                key=bare(keys.strings[key]),
                share=f"{weight:.2f}",
            )
        )
    influence = found.influence
    if influence is not None:
        typed = [n for n, special in enumerate(found.said.special) if not special]
        least, most = (pick(typed, key=influence.__getitem__) for pick in (min, max))
        sentences.append(
            _(
                "Without {most} the last state would move by {large} of its length, without "
                "{least} by {small}."
            ).format(
                most=bare(found.said.strings[most]),
                large=f"{influence[most]:.2f}",
                least=bare(found.said.strings[least]),
                small=f"{influence[least]:.2f}",
            )
        )
    if found.answer:
        sentences.append(
            _("It expects {word}, {share}.").format(
                word=bare(found.answer.token), share=f"{found.answer.prob:.1%}"
            )
        )
    if found.kind == "encoder-decoder":
        text = "".join(found.said.strings[1:]).strip()
        sentences.append(_("It writes: {text}").format(text=text))
    return " ".join(sentences)


def show_flow_details(seen: Seen) -> None:
    """The picture in words, and its numbers."""
    say(flow_summary(seen))
    found = seen.flow
    recurrent = found.kind in RECURRENT
    details(
        formula=r"h_t = f(x_t, h_{t-1}) \qquad \mathrm{influence}_j = \frac{\lVert h_T(x_j := "
        r"\bar x) - h_T \rVert}{\lVert h_T \rVert}"
        if recurrent
        else r"x \leftarrow x + \mathrm{softmax}\left(\frac{Q K^{\top}}{\sqrt{d_{\mathrm{head}}}} "
        r"+ \mathrm{mask}\right) V W_o \qquad x \leftarrow x + \mathrm{FFN}(x)",
        source=registry.MODELS[found.model_id].source,
        code=("viz_core/analysis/flow.py", "_recurrent" if recurrent else "_transformer"),
        table=lambda: lengths_table(seen),
        name="flow",
    )


def lengths_table(seen: Seen) -> pd.DataFrame:
    """The widths of the picture of the stream that says something: a row a token."""
    found, said = seen.flow, seen.flow.said
    columns = {name: values for name, values in found.lengths.items() if len(values) == len(said)}
    if found.influence is not None:
        columns["occlusion.shift"] = found.influence
    table = pd.DataFrame(columns, index=numbered(said.strings))
    table[_("expects")] = [
        visible(guesses[0].token) if guesses else "–" for guesses in found.guesses
    ]
    return table
