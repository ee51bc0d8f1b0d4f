"""The canvas of the flow: bytes in, clicks out."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from viz_core.ui.browser import view

FOLDER = Path(__file__).parent / "flow"

_flow = view("flow", (FOLDER / "flow.html").read_text("utf-8"), FOLDER)


def flow_canvas(payload: bytes) -> None:
    """The flow; a click on a word picks it, one on a closed layer or another head opens that.

    Args:
        payload: what `flow_payload` made.
    """

    def picked() -> None:
        st.session_state["word"] = int(st.session_state["flow"].picked)

    def chosen() -> None:
        one = st.session_state["flow"].chosen
        if one["what"] == "layer":
            st.session_state["layer"] = int(one["n"])
        else:
            st.session_state["head"] = str(int(one["n"]))

    _flow("flow", data=payload, on_picked_change=picked, on_chosen_change=chosen)
