"""States of a view are counted, so that no clock decides which of them is shown."""

import struct
import time

from streamlit.testing.v1 import AppTest

from viz_core.ui import browser

SCRIPT = """
import streamlit as st
from viz_core.ui.browser import _stamped
stamps = st.session_state.setdefault("stamps", [])
for key, data in st.session_state["sent"]:
    stamped = _stamped(key, data)
    stamps.append(stamped[:8] if isinstance(data, bytes) else stamped["stamp"])
"""


def run(app, *sent):
    app.session_state["sent"] = sent
    app.session_state["stamps"] = []
    app.run()
    assert not app.exception
    return [
        list(struct.unpack("<II", stamp)) if isinstance(stamp, bytes) else stamp
        for stamp in app.session_state["stamps"]
    ]


def test_a_clock_that_is_set_back_freezes_no_view(monkeypatch):
    now = iter(range(1_000_000, 0, -1000))
    monkeypatch.setattr(time, "time", lambda: float(next(now)))
    app = AppTest.from_string(SCRIPT)
    first = run(app, ("strip", b"a"), ("cards", {"n": 1}))
    second = run(app, ("strip", b"b"), ("cards", {"n": 1}))
    third = run(app, ("strip", b"b"), ("cards", {"n": 2}))
    assert first[0][1] < second[0][1]
    assert second[0] == third[0]  # what is unchanged is sent unchanged
    assert first[1] == second[1]
    assert second[1][1] < third[1][1]
    assert len({session for session, _count in first + second + third}) == 1


def test_a_page_that_is_loaded_again_is_another_session():
    (one,), (other,) = (run(AppTest.from_string(SCRIPT), ("strip", b"a")) for _n in range(2))
    assert one[0] != other[0]
    assert one[1] == other[1] == 1
    assert not hasattr(browser, "time")
