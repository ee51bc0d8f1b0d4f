"""The five kinds of model: what each promises, and what changes from one to another."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from viz_core import registry
from viz_core.figures.theme import KINDS
from viz_core.i18n import _
from viz_core.ui.components import ChoiceCard, cards
from viz_core.ui.inside import as_question


@dataclass(frozen=True)
class Kind:
    """A kind of model in words.

    Attributes:
        promise: what it does, in one line.
        order, reach, says: in which order it reads, how a word reaches another, what it says.
    """

    name: str
    promise: str
    order: str
    reach: str
    says: str


def kinds() -> dict[str, Kind]:
    """What is said of each kind, in the order in which they were invented."""
    at_once, one_by_one = _("all words are read at once"), _("words are read one after another")
    next_word = _("it says the next word")
    return {
        "rnn": Kind(
            _("RNN"),
            _("Reads word by word and hands one state on."),
            one_by_one,
            _("one state is handed on from word to word"),
            next_word,
        ),
        "lstm": Kind(
            _("LSTM"),
            _("Adds a cell with gates, so that it can keep a fact."),
            one_by_one,
            _("a cell with gates is handed on beside the state"),
            next_word,
        ),
        "encoder": Kind(
            _("Encoder"),
            _("Sees all words at once, on both sides of each."),
            at_once,
            _("each word looks at the words on both sides of it"),
            _("it says a hidden word"),
        ),
        "decoder": Kind(
            _("Decoder"),
            _("Looks back at every word and writes the next one."),
            at_once,
            _("each word looks at the words before it"),
            next_word,
        ),
        "encoder-decoder": Kind(
            _("Encoder-decoder"),
            _("Reads one text and writes another, looking across."),
            at_once,
            _("each word that is written looks across at the text that was read"),
            _("it writes a whole second text"),
        ),
    }


def what_changed(before: str, now: str, read: str | None = None) -> str:
    """One sentence: what differs between two kinds, and what stays.

    Args:
        read: what the model reads now, where the kind before read something else of the same text.
    """
    old, new = kinds()[before], kinds()[now]
    pairs = [(old.order, new.order), (old.reach, new.reach), (old.says, new.says)]
    changes = [b for a, b in pairs if a != b]
    stays = [b for a, b in pairs if a == b]
    if read is None:
        stays.insert(0, _("the words"))
    else:
        changes.append(_("it reads “{text}”").format(text=read))
    sentence = _("From {before} to {now}. Now {changes}.").format(
        before=old.name, now=new.name, changes=_("; ").join(changes)
    )
    if stays:
        sentence += " " + _("As before: {stays}.").format(stays=_("; ").join(stays))
    return sentence


def first_of(kind: str) -> str:
    """The model that stands for a kind."""
    return registry.model_ids(kind)[0]


def show_kinds(model: str, size: float) -> None:
    """The five kinds as cards, the model's own one marked; a click takes another."""
    own = registry.MODELS[model].kind

    def taken(kind: str) -> None:
        if kind in KINDS:
            st.session_state["model"] = first_of(kind)

    cards(
        "kinds",
        _("Kinds of model"),
        [ChoiceCard(kind, one.name, one.promise, KINDS[kind]) for kind, one in kinds().items()],
        own,
        taken,
        columns=len(KINDS),
        size=size,
    )


def remembered_change(model: str, typed: str) -> str:
    """What changed when the visitor came from another kind; empty before that."""
    now = registry.MODELS[model].kind
    last, before = st.session_state.get("kind_seen", (None, None))
    if now != last:
        before = last
        st.session_state["kind_seen"] = (now, before)
    if not before:
        return ""
    was, reads = as_question(before, typed), as_question(now, typed)
    return what_changed(before, now, None if was == reads else reads)
