"""A script of ours in the head of the page that Streamlit serves, before its own runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Message, Any, Send], Awaitable[None]]

HEAD = b"<head>"


class HeadScript:
    """Puts a script into the head of every page that a browser opens, which goes out uncompressed.

    Args:
        script: JavaScript.
    """

    def __init__(self, app: AsgiApp, script: str) -> None:
        self._app = app
        self._tag = HEAD + b"<script>" + script.encode() + b"</script>"

    async def __call__(self, scope: Message, receive: Any, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "HEAD" or not _opens_page(scope):
            await self._app(scope, receive, send)
            return
        held: list[Message] = []  # the beginning of a page, until all of it is there

        async def send_with_script(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                held.append(message)
            elif not held:
                await send(message)
            else:
                held.append(message)
                if not message.get("more_body"):
                    for part in self._scripted(held):
                        await send(part)

        plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        await self._app({**scope, "headers": plain}, receive, send_with_script)

    def _scripted(self, held: list[Message]) -> tuple[Message, Message]:
        """A page with the script, as its two messages."""
        start, *parts = held
        body = b"".join(part.get("body", b"") for part in parts).replace(HEAD, self._tag, 1)
        headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
        start["headers"] = [*headers, (b"content-length", str(len(body)).encode())]
        return start, {"type": "http.response.body", "body": body}


def _opens_page(scope: Message) -> bool:
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


def _is_page(message: Message) -> bool:
    headers = {name.lower(): value for name, value in message.get("headers", ())}
    ours = b"content-security-policy" in headers  # a page of our own says which scripts it runs
    return not ours and bool(headers.get(b"content-type", b"").startswith(b"text/html"))
