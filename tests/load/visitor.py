"""A visitor: opens a page over a websocket as a browser does, and clicks."""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import dataclass, field, replace
from types import TracebackType
from urllib.parse import urlsplit

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from load.widgets import Value, Widget, query, states, was_set, widget_of

LARGEST = 1 << 26  # bytes of one message
PICTURES = {"plotly_chart", "vega_lite_chart", "bidi_component", "html", "imgs"}


class PageError(Exception):
    """The page shows an error, so its times would say nothing."""


@dataclass
class Run:
    """What one run of a page's script sent.

    Attributes:
        seconds: from the click until the script had finished.
        n_bytes: of the messages, without the frames around them.
        pictures: digests of what is drawn, in order.
    """

    seconds: float = 0.0
    n_bytes: int = 0
    pictures: list[str] = field(default_factory=list)


class Visitor:
    """One browser tab; open it with `async with`.

    Args:
        address: of the app, with its port and no path.
        page: file name of the page without its ending.
        patience: seconds that one run may take.
        cookies: as a browser sends them.
    """

    def __init__(self, address: str, page: str, patience: float = 60, cookies: str = "") -> None:
        self.page = page
        self.widgets: dict[str, Widget] = {}  # by key, in the page's order
        self.components: dict[str, tuple[str, str]] = {}  # by name: id, and part of the page
        self._cookies = cookies
        self._address = address
        self._patience = patience
        self._page_hash = ""
        self._fragment = ""  # the part of the page that the last click was in
        self._known: dict[str, tuple[ForwardMsg, int]] = {}  # messages by hash, run of last use
        self._n_runs = 0
        self._oldest = 2  # runs after which the browser forgets a message that it was not sent
        self._socket: ClientConnection

    async def __aenter__(self) -> Visitor:
        self._socket = await connect(
            f"ws://{urlsplit(self._address).netloc}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=LARGEST,
            proxy=None,
            additional_headers={"Cookie": self._cookies} if self._cookies else None,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._socket.close()

    async def open(self) -> Run:
        """Load the page for the first time.

        Raises:
            PageError: the page shows an error.
            TimeoutError: it took longer than the patience.
        """
        return await self._rerun()

    async def click(self, key: str) -> Run:
        """Choose what stands behind the present value of a widget; fails as `open`."""
        return await self.put(key, self.widgets[key].next_value)

    async def put(self, key: str, value: Value) -> Run:
        """Put a value into a widget; fails as `open`."""
        self.widgets[key] = replace(self.widgets[key], value=value)
        self._fragment = self.widgets[key].fragment
        return await self._rerun()

    async def _rerun(self, *pressed: WidgetState) -> Run:
        state = self._client_state()
        state.widget_states.widgets.extend(pressed)
        back = BackMsg(rerun_script=state)
        begin = time.perf_counter()
        await self._socket.send(back.SerializeToString())
        async with asyncio.timeout(self._patience):
            run = await self._receive()
        run.seconds = time.perf_counter() - begin
        return run

    def _client_state(self) -> ClientState:
        widgets = self.widgets.values()
        path = "" if self.page == "home" else self.page
        return ClientState(
            query_string=query(widgets),
            widget_states=states(widgets),
            page_script_hash=self._page_hash,
            fragment_id=self._fragment,
            page_name="" if self._page_hash else path,
            cached_message_hashes=list(self._known),
            context_info=ContextInfo(
                timezone="UTC",
                locale="en-US",
                url=f"{self._address}/{path}",
                color_scheme="light",
            ),
        )

    async def _receive(self) -> Run:
        """All messages until the script has finished."""
        run, there = Run(), dict[str, Widget]()
        while True:
            payload = await self._socket.recv(decode=False)
            run.n_bytes += len(payload)
            message = self._cached(ForwardMsg.FromString(payload))
            match message.WhichOneof("type"):
                case "new_session":
                    self._page_hash = message.new_session.page_script_hash
                    self._oldest = message.new_session.config.max_cached_message_age
                    run.pictures.clear()
                    there.clear()
                case "navigation":
                    self._page_hash = message.navigation.page_script_hash
                case "delta" if message.delta.HasField("new_element"):
                    self._take(message.delta, run, there)
                case "page_not_found":
                    raise PageError(f"{self.page}: no such page")
                case "script_finished":
                    if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                        continue
                    self._forget()
                    around = self.widgets.items() if self._fragment else ()
                    kept = {key: one for key, one in around if one.fragment != self._fragment}
                    self.widgets = kept | there
                    return run

    def _take(self, delta: Delta, run: Run, there: dict[str, Widget]) -> None:
        """What a browser keeps of an element."""
        element = delta.new_element
        kind = element.WhichOneof("type") or ""
        if kind == "exception":
            raise PageError(f"{self.page}: {element.exception.type} {element.exception.message}")
        if kind == "alert" and element.alert.format == Alert.ERROR:
            raise PageError(f"{self.page}: {element.alert.body}")
        if kind in PICTURES:
            run.pictures.append(hashlib.blake2b(element.SerializeToString()).hexdigest())
        if kind == "bidi_component":
            component = element.bidi_component
            self.components[component.component_name] = (component.id, delta.fragment_id)
        widget = widget_of(element)
        if widget is not None:
            widget = replace(widget, fragment=delta.fragment_id)
            before = self.widgets.get(widget.key)
            if before is not None and before.id == widget.id and not was_set(element):
                widget = replace(widget, value=before.value)
            there[widget.key] = widget

    def _cached(self, message: ForwardMsg) -> ForwardMsg:
        """The message itself, or the one that it refers to; kept as a browser keeps them."""
        if message.WhichOneof("type") == "ref_hash":
            message = self._known[message.ref_hash][0]
        if message.metadata.cacheable:
            self._known[message.hash] = (message, self._n_runs)
        return message

    def _forget(self) -> None:
        self._n_runs += 1
        self._known = {
            key: (message, used)
            for key, (message, used) in self._known.items()
            if self._n_runs - used <= self._oldest
        }
