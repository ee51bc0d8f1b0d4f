"""The visitor's language in an address."""

from __future__ import annotations

import streamlit as st

from viz_core.i18n import language, nearest_language

LANGUAGE_KEY = "lang"


def told_language() -> dict[str, str]:
    """What an address says of the language: nothing where it is the browser's own."""
    own = language()
    return {} if own == nearest_language(st.context.locale) else {LANGUAGE_KEY: own}
