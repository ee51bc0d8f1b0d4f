"""The visitor's language decides what a page opens with; what a person or a link chose stays."""

from __future__ import annotations

import streamlit as st

from viz_core import registry
from viz_core.i18n import language
from viz_core.languages import counterpart, language_of, reads
from viz_core.links import Choice, Link, Several, Value

SPOKEN = "spoken"  # where the session keeps the language in which it was shown last
TEXT_KEY, MODELS_KEYS = "text", ("model", "models")


def follow_language(link: Link) -> None:
    """Let the values of a page be those of the visitor's language where nobody chose others.

    Call it before the page's widgets.
    """
    before, now = st.session_state.get(SPOKEN, language()), language()
    st.session_state[SPOKEN] = now
    if before != now:
        _change(link, before)
    if text := st.query_params.get(TEXT_KEY):
        for value in link:
            _suit(value, text)


def reader_instead(value: Value, text: str) -> str | None:
    """The model with which a link opens that says a text and no model, where it is not the usual.

    What was written to be read by models of English still is, whatever language the page is in.
    It is one of ours: those of other people may take long to load, and wait until they are chosen.
    """
    if not isinstance(value, Choice | Several) or value.key not in MODELS_KEYS:
        return None
    usual, code = str(value.default), language_of(text)
    if language() == "en" or reads(usual, code):
        return None
    ours = [model for model in value.options({}) if registry.entry_of(model).own]
    return counterpart(usual, code, among=ours)


def _suit(value: Value, text: str) -> None:
    """Open a link without a model with one that reads its text."""
    if value.key in st.session_state or value.key in st.query_params:
        return
    if model := reader_instead(value, text):
        st.session_state[value.key] = [model] if isinstance(value, Several) else model


def _change(link: Link, before: str) -> None:
    """Give values that are as the page opens in the language before what it opens with now."""
    usual = link.differing(before)
    held = st.session_state.get(TEXT_KEY)
    own = TEXT_KEY in usual and held not in (None, usual[TEXT_KEY])
    if own and language_of(str(held)) != language():
        return  # a typed text keeps the models that read it
    for value in link:
        if value.key in usual and st.session_state.get(value.key) in (
            usual[value.key],
            [usual[value.key]],
        ):
            new = value.default
            st.session_state[value.key] = [new] if isinstance(value, Several) else new
