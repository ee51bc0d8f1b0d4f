"""How what happens step by step goes on: by buttons, and by itself."""

from __future__ import annotations

import time

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from viz_core.i18n import _
from viz_core.ui.steps import Button, button_row, go_to, stop_running

PACE = 0.15  # seconds between two steps of a run


def show_buttons(step: int, over: bool) -> None:
    """Back, step, run or stop, to the start; the arrow keys do the first two.

    Args:
        step: steps that are made.
        over: there is no next one.
    """
    running = bool(st.session_state.get("running")) and not over
    st.session_state["running"] = running

    def run() -> None:
        st.session_state["running"] = not running

    button_row(
        (
            Button("back", _("Back"), "chevron_left", lambda: go_to(step - 1), not step, "Left"),
            Button(
                "forth", _("Step"), "chevron_right", lambda: go_to(step + 1), over, "Right", True
            ),
            Button("run", _("Stop"), "stop", run)
            if running
            else Button("run", _("Run"), "play_arrow", run, over),
            Button("again", _("To the start"), "first_page", lambda: go_to(0), not step),
        )
    )


def begin_step() -> None:
    """Take the step of a run that goes on; a visitor who comes from another page finds it ended."""
    if "step" not in st.session_state:
        stop_running()
    if "next_step" in st.session_state:
        st.session_state["step"] = st.session_state.pop("next_step")


def keep_running(step: int, over: bool) -> None:
    """While a run goes on, let the next step come."""
    if not st.session_state.get("running"):
        return
    if over:
        stop_running()
        return
    time.sleep(PACE)
    st.session_state["next_step"] = step + 1
    context = get_script_run_ctx()
    alone = context is not None and context.fragment_ids_this_run
    st.rerun(scope="fragment" if alone else "app")
