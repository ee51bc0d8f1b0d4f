"""The kinds of model as cards, and what changes from one to another."""

from __future__ import annotations

import streamlit as st

from viz_core import registry
from viz_core.figures.theme import kind_colour
from viz_core.i18n import _
from viz_core.kinds import KINDS, Kind
from viz_core.languages import language_for, readers
from viz_core.ui.components import ChoiceCard, cards
from viz_core.ui.inside import as_question


def what_changed(old: Kind, new: Kind, read: str | None = None) -> str:
    """One sentence: what differs between two kinds, and what stays.

    Args:
        read: what the model reads now, where the kind before read something else of the same text.
    """
    pairs = [
        (_(old.order), _(new.order)),
        (_(old.reach), _(new.reach)),
        (_(old.says), _(new.says)),
    ]
    changes = [now for before, now in pairs if before != now]
    stays = [now for before, now in pairs if before == now]
    if read is None:
        stays.insert(0, _("the words"))
    else:
        changes.append(_("it reads “{text}”").format(text=read))
    sentence = _("From {before} to {now}. Now {changes}.").format(
        before=_(old.title), now=_(new.title), changes=_("; ").join(changes)
    )
    if stays:
        sentence += " " + _("As before: {stays}.").format(stays=_("; ").join(stays))
    return sentence


def models_of_kinds(model: str, text: str) -> dict[str, str]:
    """The kinds that there are of a language, and the model of ours that stands for each.

    Args:
        model: that is shown, by which the language is taken.
    """
    first: dict[str, str] = {}
    for other in readers(language_for(model, text), own=True):
        first.setdefault(registry.entry_of(other).kind, other)
    return {name: first[name] for name in KINDS if name in first}


def show_kinds(model: str, text: str) -> None:
    """The kinds as cards, the model's own one marked; a click takes another."""
    own = registry.MODELS[model].kind
    models = models_of_kinds(model, text)

    def taken(kind: str) -> None:
        if kind in models:
            st.session_state["model"] = models[kind]

    cards(
        "kinds",
        _("Kinds of model"),
        [
            ChoiceCard(name, _(KINDS[name].title), _(KINDS[name].promise), kind_colour(name))
            for name in models
        ],
        own,
        taken,
        columns=sum(kind.speaks for kind in KINDS.values()),
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
    old, new = KINDS[before], KINDS[now]
    was, reads = as_question(old, typed), as_question(new, typed)
    return what_changed(old, new, None if was == reads else reads)
