"""What to look at: heads that do something with a name, each with its measure, to open one."""

from __future__ import annotations

from functools import partial

import streamlit as st

from viz_core.analysis.roles import COPIES, FINDS, FIRST, PREVIOUS, SAME, Role
from viz_core.figures.theme import bare
from viz_core.i18n import _
from viz_core.lessons.attention.view import AttentionView
from viz_core.links import HEAD, LAYER, WORD
from viz_core.ui.errors import escape_markdown


def show(view: AttentionView) -> None:
    """One button for each role that a head plays on this text."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="roles"):
        st.caption(_("What to look at"), width="content")
        for role in view.roles:
            st.button(
                f"{_name(view, role)} · {role.share:.2f}",
                key=f"role_{role.name}",
                on_click=partial(_open, role),
                type="tertiary",
                help=_says(role),
            )


def _open(role: Role) -> None:
    st.session_state.update({LAYER.key: role.layer, HEAD.key: str(role.head), WORD.key: role.query})


def _name(view: AttentionView, role: Role) -> str:
    """What the head does, in a few words."""
    if role.name == FINDS:
        words = (view.queries.strings[role.query], view.keys.strings[role.key])
        query, key = (escape_markdown(bare(word)) for word in words)
        return _("“{query}” finds “{key}”").format(query=query, key=key)
    return {
        PREVIOUS: _("the word before"),
        COPIES: _("what came after it last time"),
        SAME: _("the same word"),
        FIRST: _("rests on the first token"),
    }[role.name]


def _says(role: Role) -> str:
    """How the role is measured."""
    how = {
        FINDS: _("The sharpest look of a word at another one that is not its neighbour."),
        PREVIOUS: _("Attention on the token before, mean over the words."),
        COPIES: _("Attention on the token that followed the same token before: induction."),
        SAME: _("Attention on the same token elsewhere, mean over the words that have one."),
        FIRST: _("Attention on the first token: where a head looks that has nothing to do."),
    }[role.name]
    where = _("layer {layer}, head {head}").format(layer=role.layer, head=role.head)
    return f"{where}. {how}"
