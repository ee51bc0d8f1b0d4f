"""What a page opens on: values that show most, until somebody says others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from viz_core.analysis.roles import Role
from viz_core.links import HEAD, LAYER, Value


def suggest(values: Mapping[str, Any], unless: Collection[Value] = ()) -> None:
    """Give widgets the values that show most, until the visitor or a link says another.

    Call it before the widgets. What it suggested before may follow the text; what a person chose
    stays, and of values that belong together all stay.

    Args:
        values: by the widgets' keys.
        unless: of the link; if one of them is not as on a freshly opened page, nothing is
            suggested.
    """
    made = st.session_state.setdefault("suggested", {})

    def chosen(key: str) -> bool:
        if key in st.session_state:
            return key not in made or st.session_state[key] != made[key]
        return key in st.query_params

    def is_set(value: Value) -> bool:
        held = st.session_state.get(value.key)
        return (bool(held) and held != value.default) or value.key in st.query_params

    if not any(map(chosen, values)) and not any(map(is_set, unless)):
        st.session_state.update(values)
        made.update(values)


def suggest_head(role: Role | None) -> None:
    """The layer and the head at which a text shows most."""
    if role is not None:
        suggest({LAYER.key: role.layer, HEAD.key: str(role.head)})
