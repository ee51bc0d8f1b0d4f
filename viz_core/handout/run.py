"""A page of the app, run without a browser: what it would send to one.

The session has no socket: Streamlit's own script runner runs the app's script with the values of an
address, and we keep the messages.
"""

from __future__ import annotations

import asyncio
import os
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from streamlit.proto.ClientState_pb2 import ContextInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime, RuntimeConfig
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner, ScriptRunnerEvent
from streamlit.runtime.state.session_state import SessionState
from streamlit.web import bootstrap
from streamlit.web.cache_storage_manager_config import create_default_cache_storage_manager

from viz_core.errors import VizError
from viz_core.links import PRESENTER
from viz_core.places import ROOT
from viz_core.tour import HOME
from viz_core.trace import Trace
from viz_core.ui.share import EXPLORED, HEADLESS, SEEN
from viz_core.views import LANGUAGE, Values, View

SCRIPT = str(ROOT / "app.py")
SCHEMES = ("light", "dark")
_alone = threading.Lock()


class NotShownError(VizError):
    """A page can't be shown without a browser."""


@dataclass(frozen=True)
class Run:
    """What came of a page.

    Attributes:
        sent: its messages.
        explored: the trace whose heads can all be walked through, if its page has one.
        values: of the page's link, as the page had them: those, too, that it chose itself.
    """

    sent: list[ForwardMsg]
    explored: Trace | None
    values: Values


def run_page(view: View, scheme: str = SCHEMES[0]) -> Run:
    """Run the page of a view.

    Args:
        scheme: light or dark.
    """
    _have_runtime()
    said = {LANGUAGE: view.language, **view.values}
    said.pop(PRESENTER.key, None)  # whoever follows sits near
    path = "" if view.page == HOME else view.page
    context = ContextInfo(
        timezone="UTC", locale=view.language, url=f"http://localhost/{path}", color_scheme=scheme
    )
    run = RerunData(query_string=urlencode(said, doseq=True), page_name=path, context_info=context)
    sent: list[ForwardMsg] = []
    ended = threading.Event()

    def heard(_sender: object, event: ScriptRunnerEvent, **told: Any) -> None:
        if event is ScriptRunnerEvent.SCRIPT_STARTED:
            sent.clear()  # a page that asked to run again
        elif event is ScriptRunnerEvent.ENQUEUE_FORWARD_MSG:
            sent.append(told["forward_msg"])
        elif event is ScriptRunnerEvent.SHUTDOWN:
            ended.set()

    loop, state = asyncio.new_event_loop(), SessionState()
    cache = ScriptCache()
    runner = ScriptRunner(
        session_id=HEADLESS,
        main_script_path=SCRIPT,
        session_state=state,
        uploaded_file_mgr=MemoryUploadedFileManager(""),
        script_cache=cache,
        initial_rerun_data=run,
        user_info={},
        fragment_storage=MemoryFragmentStorage(),
        pages_manager=PagesManager(SCRIPT, cache, setup_watcher=False),
        event_loop=loop,
    )
    runner.on_event.connect(heard, weak=False)
    runner.start()
    ended.wait()  # pages end by counts, not by the clock
    loop.close()
    found = {key: state[key] for key in (EXPLORED, SEEN) if key in state}
    return Run(sent, found.get(EXPLORED), found.get(SEEN, view.values))


def _have_runtime() -> None:
    """The command line has no server, and what pages need of one is made here."""
    with _alone:
        if Runtime.exists():
            return
        os.environ.setdefault("STREAMLIT_LOGGER_LEVEL", "error")
        bootstrap.load_config_options({})
        Runtime(
            RuntimeConfig(
                script_path=SCRIPT,
                media_file_storage=MemoryMediaFileStorage("/media"),
                uploaded_file_manager=MemoryUploadedFileManager(""),
                cache_storage_manager=create_default_cache_storage_manager(),
                is_hello=False,
                session_storage=MemorySessionStorage(ttl_seconds=60),
            )
        )
