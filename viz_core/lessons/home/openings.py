"""Sentences to begin with: each makes a point in one model, at one head."""

from __future__ import annotations

import streamlit as st

from viz_core import registry
from viz_core.figures.theme import kind_colour
from viz_core.i18n import _
from viz_core.lessons.home import chinese_openings, english_openings, link
from viz_core.lessons.home.opening import Opening
from viz_core.sentences import CHINESE
from viz_core.ui.components import ChoiceCard, cards
from viz_core.ui.inputs import text_input

ALL = (*english_openings.OPENINGS, *chinese_openings.OPENINGS)


def _there() -> list[Opening]:
    """Those of the page's language whose model can be used; the page opens with the first."""
    begins_in_chinese = link.TEXT.default in CHINESE.values()
    of = chinese_openings if begins_in_chinese else english_openings
    there = registry.model_ids()
    return [one for one in of.OPENINGS if one.model in there]


def opening_of(text: str) -> Opening | None:
    """The opening whose sentence a text is."""
    return next((one for one in ALL if one.text == text), None)


def take_opening(text: str) -> None:
    """Show an opening's sentence where its point is best seen."""
    one = opening_of(text)
    if one is None:
        return
    st.session_state.update(text=one.text, model=one.model)
    if one.layer is None or one.head is None:
        for key in ("layer", "head"):
            st.session_state.pop(key, None)
    else:
        st.session_state.update(layer=one.layer, head=str(one.head))


def opening_input() -> str:
    """The box in which the visitor types; a sentence that is picked opens its own view."""
    return text_input(link.TEXT, {one.text: _(one.label) for one in _there()}, take_opening)


def show_openings() -> None:
    """All sentences with what they teach; a click takes one, and leads back to the picture."""
    st.subheader(_("Sentences to begin with"), anchor=False)
    cards(
        "openings",
        _("Sentences to begin with"),
        [
            ChoiceCard(
                one.text,
                one.text,
                " · ".join((_(one.label), _(one.teaches))),
                kind_colour(registry.MODELS[one.model].kind),
            )
            for one in _there()
        ],
        str(st.session_state.get("text", "")),
        take_opening,
        columns=3,
        leads=".st-key-flow_top",
    )
