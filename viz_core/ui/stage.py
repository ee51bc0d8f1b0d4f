"""The page that leads a room: what it shows goes to all who follow, and it asks the questions."""

from __future__ import annotations

import html
import json
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from viz_core.errors import InputError, VizError
from viz_core.i18n import _, language, speaking
from viz_core.stage.question import Question, result
from viz_core.stage.words import result_words
from viz_core.store import questions, rooms, store
from viz_core.store.rooms import Room
from viz_core.tour import ASK_KEY
from viz_core.ui.browser import view as browser_view
from viz_core.ui.errors import show_error
from viz_core.views import View

KEY = "atlas_room"  # cookie of the lecturer's browser: a room's code and its key
HELD = re.compile(rf"([{rooms.LETTERS}]{{{rooms.LENGTH}}})\.([\w-]+)")  # what the cookie holds
PROCESS = secrets.token_hex(8)
ROOM, QUESTION, PAUSED, ASKED_BY_LINK = (
    "stage_room",
    "stage_question",
    "stage_paused",
    "stage_asked",
)
FAILED = "stage_failed"
SPOKEN = "stage_language"
ROOM_KEY = "room"  # in the address of whoever browses alone
Asks = Callable[[], Question]

_stage = browser_view("stage", '<div class="stage"><div class="card" hidden></div></div>')


def key_of(cookies: Mapping[str, str]) -> tuple[str, str]:
    """The code and the key that a browser holds; both empty if it holds none."""
    held = HELD.fullmatch(str(cookies.get(KEY, "")))
    return (held[1], held[2]) if held else ("", "")


def show_alone() -> None:
    """For a student who left the lecture to browse alone: the way back, on every page."""
    code = rooms.code_of(st.query_params.get(ROOM_KEY, ""))
    if len(code) != rooms.LENGTH or set(code) - set(rooms.LETTERS):
        return
    alone, back = _("You browse alone; nobody sees it."), _("Back to the lecture")
    st.html(
        f'<p class="alone">{html.escape(alone)} '
        f'<a href="/r/{code}" target="_self">{html.escape(back)} ({code})</a></p>'
    )


def leading() -> bool:
    """Whether this browser may lead a room; if not, nothing is looked up."""
    return bool(key_of(st.context.cookies)[0])


def show_stage(view: View, asks: Asks | None) -> None:
    """Where a room is led from this browser: publish the view, and show the bar that leads.

    Args:
        asks: makes the question of this view; None where the page has none.
    """
    try:
        room = _led()
        if room is None:
            return
        st.session_state[QUESTION], st.session_state[SPOKEN] = asks, language()
        leads = room.holder == _window()
        if leads:
            room = _publish(room, view)
        _show_bar(room, leads)
    except VizError as error:
        show_error(error)


def _led() -> Room | None:
    """The room of which this browser has the key."""
    code, key = key_of(st.context.cookies)
    if not code:
        return None
    if st.session_state.get(ROOM) != code:
        if not rooms.has_key(store(), code, key):
            return None
        st.session_state[ROOM] = code
    try:
        room = rooms.find_room(store(), code)
    except InputError:
        return None
    if room.holder != _window() and not _alive(room.holder):
        rooms.lead(store(), code, _window())
        return rooms.find_room(store(), code)
    return room


def _publish(room: Room, view: View) -> Room:
    """Show the view to all, unless they are guessing or the lecturer prepares something."""
    if st.query_params.get(ASK_KEY) == "true" and not st.session_state.get(ASKED_BY_LINK):
        st.session_state[ASKED_BY_LINK] = True
        if room.asked is None:
            _ask(room.code)
            return rooms.find_room(store(), room.code)
    guessing = room.asked is not None and not room.asked.revealed
    if guessing or st.session_state.get(PAUSED):
        return room
    if rooms.publish(store(), room.code, _window(), view):
        return rooms.find_room(store(), room.code)
    return room


def _window() -> str:
    """This session, among those of all processes."""
    context = get_script_run_ctx()
    return f"{PROCESS}:{context.session_id if context else ''}"


def _alive(holder: str) -> bool:
    """Whether the window that leads is still open in this process."""
    process, _colon, session = holder.partition(":")
    return process == PROCESS and Runtime.exists() and Runtime.instance().is_active_session(session)


def _do() -> None:
    """What a button of the bar, or the speaker's view, asks for."""
    # it comes before the page, which has not yet said its language
    with speaking(st.session_state.get(SPOKEN, language())):
        _obey(st.session_state["stage"].do or {})


def _obey(told: Mapping[str, Any]) -> None:
    code, what = st.session_state.get(ROOM, ""), str(told.get("do", ""))
    st.session_state.pop(FAILED, None)
    try:
        if what == "ask":
            _ask(code)
        elif what == "reveal":
            questions.reveal(store(), code)
        elif what == "done":
            questions.done(store(), code)
        elif what == "lead":
            rooms.lead(store(), code, _window())
        elif what == "pause":
            st.session_state[PAUSED] = not st.session_state.get(PAUSED)
    except VizError as error:
        st.session_state[FAILED] = str(error)


def _ask(code: str) -> None:
    """Ask the question of the view that is shown.

    Raises:
        InputError: the page has none.
    """
    asks: Asks | None = st.session_state.get(QUESTION)
    if asks is None:
        raise InputError(_("This page has no question to ask."))
    questions.ask(store(), code, asks())


def _show_bar(room: Room, leads: bool) -> None:
    guessing = room.asked is not None and not room.asked.revealed
    if leads and guessing:
        # with a word beside it: a style alone stands elsewhere, and stays when this part runs again
        st.html(f"<span></span><style>{HIDDEN}</style>")
    if failed := st.session_state.get(FAILED):
        show_error(InputError(failed))
    data: dict[str, Any] = {
        "code": room.code,
        "language": language(),
        "version": room.version,
        "leads": leads,
        "paused": bool(st.session_state.get(PAUSED)),
        "can_ask": st.session_state.get(QUESTION) is not None,
        "asked": None,
        "result": None,
        "words": _words(),
    }
    if room.asked is not None:
        data["asked"] = {"number": room.asked.number, **room.asked.question.for_students()}
        if room.asked.revealed:
            given = questions.guesses(store(), room.code, room.asked.number)
            may = questions.approved(store(), room.code, room.asked.number)
            found = result(room.asked.question, given, may)
            data["result"] = found.told(room.asked.question.answer)
    _stage("stage", data=json.loads(json.dumps(data)), on_do_change=_do)


# While the class guesses, the answer is nowhere on the hall's screen: nothing is but what asks.
HIDDEN = (
    ".stMainBlockContainer > .stVerticalBlock * { visibility: hidden; }"
    " :is(.st-key-title_row, .st-key-stage_bar, .st-key-tour_bar) *"
    " { visibility: visible !important; }"
)


def _words() -> dict[str, str]:
    return {
        "room": _("Room"),
        "join": _("Join at {address}"),
        "here": _("Followers: {n}"),
        "guesses": _("Guesses: {n}"),
        **result_words(),
        "ask": _("Ask"),
        "reveal": _("Show the answer"),
        "done": _("Go on"),
        "pause": _("Pause: followers keep this view"),
        "go_on": _("Show followers what I see"),
        "lead": _("Lead from this window"),
        "elsewhere": _("Another window leads this room."),
        "code": _("Show the code large"),
        "speaker": _("Speaker's view"),
        "ended": _("The lecture has ended."),
    }
