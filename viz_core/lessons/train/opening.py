"""What a trained model is good for: every lesson opens it, and its folder can be taken home."""

from __future__ import annotations

from contextvars import copy_context
from functools import partial

import streamlit as st

from viz_core.i18n import _
from viz_core.lessons.train.view import TrainView
from viz_core.links import Choice, Several, link_of
from viz_core.ui.guests import hold
from viz_core.ui.page_titles import page_titles
from viz_core.workshop.entry import model_id
from viz_core.workshop.folder import zipped

MODEL_KEYS = ("model", "models", "asked")


def show(view: TrainView) -> None:
    """Links into the lessons that can show this model, and its folder."""
    if not view.model:
        return
    st.subheader(_("Step {step}, in any lesson").format(step=view.step), anchor=False)
    hold(model_id(view.looked, view.step))
    with st.container(horizontal=True, vertical_alignment="center"):
        for page, title in page_titles().items():
            if values := _values(page, view):
                st.page_link(f"pages/{page}.py", label=title, query_params=values, width="content")
        st.download_button(
            _("Folder (ZIP)"),
            partial(copy_context().run, zipped, view.looked, view.step),
            file_name=f"{view.model}.zip",
            mime="application/zip",
            icon=":material/download:",
            on_click="ignore",
        )
    if view.looked.setup.without:
        st.caption(
            _(
                "A decoder that lacks parts computes otherwise than the lessons explain, so it is "
                "shown here only."
            )
        )
    else:
        st.caption(
            _(
                "The model is yours: the lessons offer it to you and to whoever has its link, as "
                "long as this server runs and has room. The folder is one that --model-dir and "
                "viz_core.load take."
            )
        )


def _values(page: str, view: TrainView) -> dict[str, str]:
    """What a page's address says to show the model; nothing if the page can't."""
    link = link_of(page)
    found = {
        value.key: view.model
        for value in link
        if isinstance(value, Choice | Several)
        and value.key in MODEL_KEYS
        and view.model in value.options({})
    }
    if found and "text" in link.keys:
        found["text"] = view.text
    return found
