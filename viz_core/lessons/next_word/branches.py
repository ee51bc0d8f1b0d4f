"""The other ways that the story went, to go back to."""

from __future__ import annotations

import streamlit as st

from viz_core.i18n import _
from viz_core.lessons.next_word.choices import branches_of, read_choices, write_choices
from viz_core.lessons.next_word.view import NextWordView, writing_of
from viz_core.ui.steps import go_to
from viz_core.ui.tiles import tile_line, written_tiles

N_BRANCHES = 6


def show(view: NextWordView) -> None:
    """A line a way, with a button that opens it; nothing where there is no other."""
    model = view.continuations[0].model
    here = write_choices(view.chosen)
    branches = branches_of(model, view.settings)
    others = [(name, n) for name, n in branches.items() if name != here and n]
    if not others:
        return
    st.subheader(_("Other ways this story went"), anchor=False)

    def open_branch(name: str, n: int) -> None:
        st.session_state["chosen"] = name
        go_to(n)

    for index, (name, n) in enumerate(others[-N_BRANCHES:]):
        steps = writing_of(model, view.text, view.settings, read_choices(name)).steps(n)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(_("Open"), key=f"branch_{index}", on_click=open_branch, args=(name, n))
            tile_line(written_tiles(steps), view.theme, f"branch_{index}")
