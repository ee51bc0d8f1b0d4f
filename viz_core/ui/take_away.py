"""The view that is on the screen as a file: one that lives without the app, and a notebook."""

from __future__ import annotations

from contextvars import copy_context
from functools import partial

import streamlit as st

from viz_core.i18n import _
from viz_core.views import View


def show_take_away(view: View, address: str) -> None:
    """Buttons that make a file when they are pressed.

    Args:
        address: of the view, for the line at the file's end.
    """
    name = f"attention-atlas-{view.page}"
    run = copy_context().run  # a file speaks the language of the page
    with st.container(horizontal=True):
        st.download_button(
            _("Download this view"),
            partial(run, _file, view, address),
            file_name=f"{name}.html",
            mime="text/html",
            icon=":material/download:",
            on_click="ignore",
            help=_("One HTML file that opens without a network and stays alive."),
        )
        st.download_button(
            _("As a notebook"),
            partial(run, _notebook, view),
            file_name=f"{name}.ipynb",
            mime="application/x-ipynb+json",
            icon=":material/data_object:",
            on_click="ignore",
        )


def _file(view: View, address: str) -> bytes:
    from viz_core.handout.document import one_file

    return one_file(view, address).encode()


def _notebook(view: View) -> bytes:
    from viz_core.handout.notebook import notebook

    return notebook(view).encode()
