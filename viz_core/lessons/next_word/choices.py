"""Words chosen by hand, as a link says them, and the ways that a story went with them."""

from __future__ import annotations

import re
from collections.abc import Mapping

import streamlit as st

from viz_core.errors import InputError
from viz_core.generate import Settings
from viz_core.i18n import _


def read_choices(text: str) -> dict[int, int]:
    """Places and tokens chosen by hand, as they stand in a link: `3:412 7:99`.

    Raises:
        InputError: it is not of that form.
    """
    if not re.fullmatch(r"\s*(\d{1,4}:\d{1,6}(\s+|$))*", text):
        raise InputError(
            _(
                "“{text}” is not a list of choices. Write `place:token`, such as 3:412, parted by "
                "spaces, or nothing."
            ).format(text=text[:40])
        )
    pairs = (part.split(":") for part in text.split())
    return {int(place): int(token) for place, token in pairs}


def write_choices(chosen: Mapping[int, int]) -> str:
    """The form that `read_choices` reads."""
    return " ".join(f"{place}:{token}" for place, token in sorted(chosen.items()))


def branches_of(model: str, settings: Settings) -> dict[str, int]:
    """The ways that the story went in this session: choices -> words that were written."""
    branches: dict[object, dict[str, int]] = st.session_state.setdefault("branches", {})
    return branches.setdefault((model, settings), {})


def remember_branch(
    model: str, settings: Settings, chosen: Mapping[int, int], n_written: int
) -> None:
    """Keep a way that the story went in this session, as far as it went."""
    branches, name = branches_of(model, settings), write_choices(chosen)
    branches[name] = max(n_written, branches.get(name, 0))


def forget_branches() -> None:
    """Another story has no other ways yet."""
    st.session_state.pop("branches", None)
