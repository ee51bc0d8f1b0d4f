"""A lecturer: opens a room, leads it from a page of the app, asks and reveals."""

from __future__ import annotations

import json
import time

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.WidgetStates_pb2 import WidgetState

from load.phone import Connection, LectureError
from load.visitor import Run, Visitor

COOKIE = "atlas_room"
STAGE = "stage"  # the bar that leads, among a page's components


class Lecturer(Visitor):
    """One browser that leads a room; open it with `async with`, after `opened`."""

    code: str
    desk: Connection

    async def act(self, what: str) -> Run:
        """Press a button of the bar: ask, reveal, done, pause.

        Raises:
            LectureError: the page has no bar, for it does not lead.
        """
        for name, (component, fragment) in self.components.items():
            if name.endswith(STAGE):
                self._fragment = fragment
                pressed = [{"event": "do", "value": {"do": what, "at": time.time()}}]
                return await self._rerun(
                    WidgetState(
                        id=_make_trigger_id(component, "events"),
                        json_trigger_value=json.dumps(pressed),
                    )
                )
        raise LectureError("the lecturer's page shows no bar")

    async def end(self) -> None:
        """End the room."""
        await self.desk.ask(f"/r/{self.code}/lead/do", {"do": "close"})
        await self.desk.close()


async def opened(address: str, page: str) -> Lecturer:
    """A lecturer with a new room.

    Raises:
        LectureError: no room was opened.
    """
    desk = Connection(address)
    answer = await desk.ask("/r/new", {"at": f"/{page}"})
    code, _dot, key = answer.cookies.get(COOKIE, "").partition(".")
    if not key:
        raise LectureError(f"no room: {answer.status} {answer.body[:200]!r}")
    lecturer = Lecturer(address, page, cookies=f"{COOKIE}={code}.{key}")
    lecturer.code, lecturer.desk = code, desk
    return lecturer
