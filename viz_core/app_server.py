"""The app's process, as `serve` starts it: Streamlit with the headers that browsers obey.

`serve` holds a pipe to its standard input, which closes when `serve` dies, however it dies. On its
standard output it says once that it listens; what else is printed there is thrown away.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, redirect_stdout
from pathlib import Path
from threading import Thread
from typing import Any

from viz_core.html_script import AsgiApp, HeadScript, Message, Send

LISTENS = b"listening\n"
UPLOADS = "/_stcore/upload_file/"
HISTORY = Path(__file__).parent / "ui" / "frontend" / "history.js"


class Guard:
    """Puts headers on every answer and refuses uploads, of which the app has none.

    Args:
        embedders: origins that may show the app in a frame, beside the app itself.
    """

    def __init__(self, app: AsgiApp, embedders: tuple[str, ...] = ()) -> None:
        self._app = app
        ancestors = " ".join(("'self'", *embedders))
        self._headers = [
            (b"content-security-policy", f"frame-ancestors {ancestors}".encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),  # addresses hold what visitors typed
        ]

    async def __call__(self, scope: Message, receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = {name for name, _value in self._headers}
                ours.discard(b"content-security-policy")  # a page's own holds beside this one
                theirs = [pair for pair in message.get("headers", ()) if pair[0] not in ours]
                message["headers"] = theirs + self._headers
            await send(message)

        app = _refuse if UPLOADS in scope["path"] else self._app
        await app(scope, receive, send_guarded)


async def _refuse(_scope: Message, _receive: Any, send: Send) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"Nothing can be uploaded here."})


@asynccontextmanager
async def _say_listening(_app: Any) -> AsyncIterator[None]:
    """Streamlit has bound the port before it enters this, and no other process has it."""
    os.write(1, LISTENS)
    yield


def _end_with_parent() -> None:
    os.read(0, 1)  # nothing is written: it returns when the other end closes
    os._exit(0)  # there is nothing to save, and a busy script would hold up an orderly end


def main(script: str, host: str, port: int, embedders: tuple[str, ...]) -> None:
    """Serve the app until it is killed or its parent is gone."""
    Thread(target=_end_with_parent, daemon=True).start()
    import streamlit as st
    from starlette.middleware import Middleware

    from viz_core.web.routes import routes

    sys.argv = [script]  # Streamlit puts the folder of argv[0] first on the path
    guard = Middleware(Guard, embedders=embedders)
    history = Middleware(HeadScript, script=HISTORY.read_text("utf-8"))
    app = st.App(script, routes=routes(), middleware=[guard, history], lifespan=_say_listening)
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
        app.run(config={"server.address": host, "server.port": port})


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), tuple(sys.argv[4:]))
