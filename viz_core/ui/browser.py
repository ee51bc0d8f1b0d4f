"""The browser's half of a view: plain ES modules that Streamlit serves as files."""

from __future__ import annotations

import secrets
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from viz_core.ui.payload import said

if TYPE_CHECKING:
    from streamlit.components.v2.component_manager import BidiComponentManager

KIT = Path(__file__).parent / "frontend"
PACKAGE = "viz_core"

_serving = threading.Lock()


def view(name: str, html: str, folder: Path = KIT) -> Callable[..., Any]:
    """A view of our own: the module `name.js` of a folder, with what it imports, and `name.css`.

    Modules import their neighbours as files, and `../viz_core.kit/shared.js` from any folder. The
    style goes along with each state, for a script measures what is laid out as soon as it runs.
    """
    css = (folder / f"{name}.css").read_text("utf-8")
    mounts: WeakKeyDictionary[BidiComponentManager, Callable[..., Any]] = WeakKeyDictionary()

    def show(key: str, data: bytes | dict[str, Any], **more: Any) -> Any:
        app = get_bidi_component_manager()
        if app not in mounts:  # files are looked up once an app, not at each run of a page
            _serve("kit", KIT)
            served = _serve(name, folder)
            mounts[app] = st.components.v2.component(served, html=html, css=css, js=f"{name}.js")
        shown = data if isinstance(data, bytes) else said(data)
        return mounts[app](key=key, data=_stamped(key, shown), **more)

    return show


def _serve(name: str, folder: Path) -> str:
    """Have the app serve a folder from now on; returns the name that it has in addresses.

    Streamlit would look for such folders itself, in the metadata of installed distributions; see
    docs/adr/0022 for why that does not find ours.
    """
    served = f"{PACKAGE}.{name}"
    app = get_bidi_component_manager()
    with _serving:  # a second session must not undo what the first has made of the name
        if app.get_component_asset_root(served) is None:
            folders = [ComponentConfig(name, folder.name)]
            app.register_from_manifest(ComponentManifest(PACKAGE, "", folders), folder.parent)
    return served


def _stamped(key: str, data: bytes | dict[str, Any]) -> bytes | dict[str, Any]:
    """What is sent to a view, with its place in the row of all that was sent: see `shared.js`.

    The place is the session, by a number that no other one is likely to have, and a count within
    it. It changes only when the data does, so that an unchanged view is sent unchanged.
    """
    state = st.session_state
    session = state.setdefault("views_of", secrets.randbits(32))
    sent, count = state.get(f"{key}_sent", (None, 0))
    if sent is not data and sent != data:
        count = state["views_sent"] = state.get("views_sent", 0) + 1
        state[f"{key}_sent"] = (data, count)
    if isinstance(data, bytes):
        return struct.pack("<II", session, count) + data
    return {**data, "stamp": [session, count]}
