"""What a room's followers are told, and when: one look into the store a beat for all of a process.

Each process asks the store for the versions of the rooms that somebody follows through it. A change
is read once, written once, and sent to every follower as a server-sent event. So it is the same
with one process and with several, whichever of them the lecturer's page is on.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from anyio.to_thread import run_sync

from viz_core.errors import InputError, VizError
from viz_core.stage.question import result
from viz_core.store import Store, questions, rooms, store
from viz_core.store.rooms import Room

BEAT = 0.15  # s from look to look
COUNTED = 7  # beats from one count of followers and guesses to the next
Event = dict[str, str]
log = logging.getLogger(__name__)


@dataclass
class Channel:
    """A room as this process knows it.

    Attributes:
        told: what its followers were told last, as JSON.
        view: the key of the view that they were told; empty while there is none.
        counts: what its leaders were told last, as JSON.
        changed: set, and replaced, when one of them is another.
    """

    version: int = 0
    told: str = ""
    view: str = ""
    counts: str = ""
    ended: bool = False
    n_followers: int = 0
    n_leaders: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self) -> None:
        """Wake whoever waits for news."""
        before, self.changed = self.changed, asyncio.Event()
        before.set()


class Feed:
    """All rooms that somebody follows through this process."""

    def __init__(self) -> None:
        self._channels: dict[str, Channel] = {}
        self._process = secrets.token_hex(8)
        self._task: asyncio.Task[None] | None = None

    async def follow(self, code: str, leads: bool = False) -> AsyncIterator[Event]:
        """Every state of a room from now on; the present one first.

        Args:
            leads: how many follow and guess is told, too.
        """
        channel = self._channels.setdefault(code, Channel())
        self._count(channel, leads, 1)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._beat())
        told = counts = ""
        try:
            while True:
                news = channel.changed
                if channel.told != told:
                    told = channel.told
                    yield {"event": "state", "data": told}
                if leads and channel.counts != counts:
                    counts = channel.counts
                    yield {"event": "counts", "data": counts}
                if channel.ended and told == channel.told:
                    return
                await news.wait()
        finally:
            self._count(channel, leads, -1)
            if not channel.n_followers and not channel.n_leaders:
                self._channels.pop(code, None)

    def shows(self, code: str) -> str:
        """The key of the view that a room's followers were told last; empty if they have none."""
        channel = self._channels.get(code)
        return channel.view if channel is not None else ""

    @staticmethod
    def _count(channel: Channel, leads: bool, n: int) -> None:
        if leads:
            channel.n_leaders += n
        else:
            channel.n_followers += n

    async def _beat(self) -> None:
        """Look for news as long as somebody follows."""
        beat = 0
        while self._channels:
            try:
                await self._look()
                if beat % COUNTED == 0:
                    await self._look_at_counts()
            except VizError as error:
                log.warning("%s", error)
            beat += 1
            await asyncio.sleep(BEAT)
        await run_sync(_nobody, self._process)

    async def _look(self) -> None:
        known = dict(self._channels)
        now = await run_sync(lambda: rooms.versions(store(), list(known)))
        for code, channel in known.items():
            if channel.ended or now.get(code) == channel.version:
                continue
            version, told = await run_sync(_state, code)
            channel.version, channel.ended = version, version == 0
            channel.view = str(told.get("view", ""))
            channel.told = json.dumps(told, ensure_ascii=False)
            channel.tell()

    async def _look_at_counts(self) -> None:
        known = dict(self._channels)
        here = {code: channel.n_followers for code, channel in known.items()}
        await run_sync(lambda: rooms.be_present(store(), self._process, here))
        for code, channel in known.items():
            if not channel.n_leaders or channel.ended:
                continue
            counts = await run_sync(_counts, code)
            if counts != channel.counts:
                channel.counts = counts
                channel.tell()


def _nobody(process: str) -> None:
    rooms.be_present(store(), process, {})


def _state(code: str) -> tuple[int, dict[str, Any]]:
    """A room's version, and what its followers may know; version 0 once it has ended."""
    try:
        room = rooms.find_room(store(), code)
    except InputError:
        return 0, {"ended": True}
    return room.version, state_of(store(), room)


def state_of(kept: Store, room: Room) -> dict[str, Any]:
    """What followers may know of a room: while they guess, neither view nor answer."""
    told: dict[str, Any] = {"version": room.version, "told": room.told}
    asked = room.asked
    if asked is None or asked.revealed:
        told |= {"view": room.view.key, "address": room.view.address(room=room.code)}
    if asked is not None:
        told["asked"] = {"number": asked.number, **asked.question.for_students()}
        if asked.revealed:
            given = questions.guesses(kept, room.code, asked.number)
            may = questions.approved(kept, room.code, asked.number)
            found = result(asked.question, given, may)
            told["result"] = found.told(asked.question.answer)
    return told


def _counts(code: str) -> str:
    """How many are there, how many guessed, and what of that waits for approval."""
    kept = store()
    try:
        room = rooms.find_room(kept, code)
    except InputError:
        return "{}"
    told: dict[str, Any] = {"here": rooms.n_present(kept, code), "guesses": 0, "waiting": []}
    if room.asked is not None:
        given = questions.guesses(kept, code, room.asked.number)
        told["guesses"] = len(given)
        if not room.asked.question.options:
            shown = result(
                room.asked.question, given, questions.approved(kept, code, room.asked.number)
            )
            known = {row.answer for row in shown.rows} | set(room.asked.question.probs)
            told["waiting"] = sorted(set(given) - known)[:100]
    return json.dumps(told, ensure_ascii=False)


FEED = Feed()
