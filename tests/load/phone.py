"""A phone that follows a lecture: the requests that its page makes, and when answers came.

The requests are written by hand: a client that does more than that would take more of the
processor than the server that is measured.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

Headers = dict[str, str]
PATIENCE = 60  # seconds that one answer may take
FILES = re.compile(r'(?:src|href)="(/stage/[^"]+)"')


class LectureError(Exception):
    """The lecture is not what it should be, so its times would say nothing."""


@dataclass
class Answer:
    """What a server answered.

    Attributes:
        body: as it was sent, packed or not.
    """

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        """The body, unpacked."""
        packed = dict(self.headers).get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()

    @property
    def cookies(self) -> Headers:
        """What it asks a browser to keep."""
        kept = (value.split(";")[0] for name, value in self.headers if name == "set-cookie")
        return {name: value for name, _is, value in (one.partition("=") for one in kept)}


class Connection:
    """One kept connection to a server, for one request after another."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host, self._port = str(parts.hostname), parts.port or 80
        self._origin = address
        self.cookies: Headers = {}
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, path: str, sent: Any = None, method: str = "") -> Answer:
        """The answer to a request.

        Args:
            sent: a value that goes as JSON, or nothing.

        Raises:
            TimeoutError: it took longer than `PATIENCE`.
            OSError: the connection broke.
        """
        async with asyncio.timeout(PATIENCE):
            status, headers = await self._begin(path, sent, method)
            known = dict(headers)
            if known.get("transfer-encoding") == "chunked":
                body = b"".join([chunk async for chunk in self._chunks()])
            else:
                body = await self._reader.readexactly(int(known.get("content-length", 0)))
        answer = Answer(status, headers, body)
        self.cookies |= answer.cookies
        return answer

    async def listen(self, path: str) -> Any:
        """Server-sent events, as name and data, for as long as the server sends them.

        Raises:
            LectureError: it answers with something else.
        """
        status, _headers = await self._begin(path, None, "")
        if status != 200:
            raise LectureError(f"{path}: {status}")
        held = b""
        async for chunk in self._chunks():
            held += chunk.replace(b"\r\n", b"\n")
            while b"\n\n" in held:
                one, _end, held = held.partition(b"\n\n")
                told = dict(
                    line.split(": ", 1) for line in one.decode().split("\n") if ": " in line
                )
                if "data" in told:
                    yield told.get("event", ""), told["data"]

    async def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    async def _begin(self, path: str, sent: Any, method: str) -> tuple[int, list[tuple[str, str]]]:
        if self._writer is not None and self._reader.at_eof():
            await self.close()  # the server hung up, for nothing was asked in some seconds
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        body = b"" if sent is None else json.dumps(sent).encode()
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [
            f"{method or ('GET' if sent is None else 'POST')} {path} HTTP/1.1",
            f"Host: {self._host}:{self._port}",
            f"Origin: {self._origin}",
            "Accept-Encoding: gzip",
            "Accept-Language: en",
            *([f"Cookie: {kept}"] if kept else []),
            *(["Content-Type: application/json"] if sent is not None else []),
            f"Content-Length: {len(body)}",
        ]
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = [line.partition(":") for line in head[1:] if line]
        return int(head[0].split()[1]), [(a.lower(), b.strip()) for a, _colon, b in pairs]

    async def _chunks(self) -> Any:
        while size := int((await self._reader.readline()).split(b";")[0], 16):
            yield await self._reader.readexactly(size)
            await self._reader.readline()
        await self._reader.readline()


@dataclass
class Phone:
    """One student's phone.

    Attributes:
        shown: by version of the room, when its view was there whole, on the clock `perf_counter`.
        told: by version, when it was told of that version.
        states: by version, what it was told.
    """

    address: str
    code: str
    shown: dict[int, float] = field(default_factory=dict)
    told: dict[int, float] = field(default_factory=dict)
    states: dict[int, dict[str, Any]] = field(default_factory=dict)
    ended: bool = False

    async def join(self) -> float:
        """Load the page and its files, and follow; seconds until the first view was there."""
        begun = time.perf_counter()
        self._asks, self._hears = Connection(self.address), Connection(self.address)
        page = await self._asks.ask(f"/r/{self.code}")
        if page.status != 200:
            raise LectureError(f"/r/{self.code}: {page.status}")
        for file in dict.fromkeys(FILES.findall(page.text)):
            await self._asks.ask(file)
        self._hears.cookies = self._asks.cookies
        self._news = asyncio.Event()
        self._task = asyncio.create_task(self._follow())
        await self.until(lambda: bool(self.shown))
        return time.perf_counter() - begun

    async def until(self, there: Any) -> None:
        """Wait for something to be told.

        Raises:
            TimeoutError: it is not, within `PATIENCE`.
            LectureError: the room told something else.
        """
        async with asyncio.timeout(PATIENCE):
            while not there():
                if self._task.done():
                    self._task.result()
                    raise LectureError("the room fell silent")
                self._news.clear()
                await self._news.wait()

    async def guess(self, number: int, guess: str) -> float:
        """Seconds until a guess was counted."""
        begun = time.perf_counter()
        answer = await self._asks.ask(f"/r/{self.code}/guess", {"number": number, "guess": guess})
        if answer.status != 200:
            raise LectureError(f"a guess was not counted: {answer.status} {answer.body[:200]!r}")
        return time.perf_counter() - begun

    async def leave(self) -> None:
        """Close the page."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._asks.close()
        await self._hears.close()

    async def _follow(self) -> None:
        try:
            async for event, data in self._hears.listen(f"/r/{self.code}/events"):
                if event == "state":
                    await self._take(json.loads(data))
        finally:
            self._news.set()

    async def _take(self, state: dict[str, Any]) -> None:
        version = int(state.get("version", 0))
        self.ended = bool(state.get("ended"))
        self.told[version], self.states[version] = time.perf_counter(), state
        if key := state.get("view"):
            await self._show(version, str(key))
        self._news.set()

    async def _show(self, version: int, key: str) -> None:
        """Get a view as the page does; of one that is no longer shown the next state tells."""
        if key not in self._views:
            answer = await self._asks.ask(f"/r/{self.code}/view/{key}?scheme=light")
            if answer.status == 409:
                return
            if answer.status != 200:
                raise LectureError(f"a view came as {answer.status}")
            self._views = {key}
        self.shown[version] = time.perf_counter()

    _views: set[str] = field(default_factory=set)
