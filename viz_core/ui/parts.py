"""Parts of a page that its address leaves out: `show=picture`, `hide=controls,title`.

For a slide, a frame in another site or the beginning of a lecture. What is left out is there, and
not drawn: it holds the values of the link.
"""

from __future__ import annotations

import streamlit as st

SHOW, HIDE, EMBED = "show", "hide", "embed"
PICTURE = "picture"  # of `show`: nothing but the pictures and their one line
PARTS = {  # name in the address -> what draws it
    "menu": (".stAppHeader", "[data-testid=stSidebar]"),
    "title": (".st-key-title_row",),
    "sentence": (".st-key-sentence",),
    "text": (".st-key-text_row",),
    "controls": ("[class*=st-key-controls_]",),
    "headings": (".stElementContainer:has(>.stHeading)",),
    "how": (".stElementContainer:has(.stCaptionContainer)",),
    "details": ("[class*=st-key-details_]",),
    "share": (".st-key-share",),
    "tour": (".st-key-tour_bar",),
}
ALL_BUT_PICTURES = tuple(name for name in PARTS if name not in ("headings", "how"))


def left_out() -> tuple[str, ...]:
    """The parts that the address leaves out; names that there are not are passed over."""
    asked = ",".join(st.query_params.get_all(HIDE)).split(",")
    named = [name for name in map(str.strip, asked) if name in PARTS]
    if st.query_params.get(SHOW) == PICTURE:
        named += ALL_BUT_PICTURES
    return tuple(dict.fromkeys(named))


def leave_out() -> None:
    """Draw the page without the parts that its address leaves out."""
    if names := left_out():
        selectors = ", ".join(one for name in names for one in PARTS[name])
        room = ".stMainBlockContainer { padding-top: 1rem !important; }" if "menu" in names else ""
        st.html(f"<style>{selectors} {{ display: none !important; }}{room}</style>")
