"""The script in the head of the page: of every page, of nothing else, and of the right length."""

import asyncio

import pytest

from viz_core.html_script import HeadScript

PAGE = b"<!doctype html><html><head><title>x</title></head></html>"


def answer(body, kind=b"text/html; charset=utf-8", accept=b"text/html,*/*", method="GET"):
    """What a browser gets, and the headers of what the app was asked."""
    sent, asked = [], []

    async def app(scope, receive, send):
        asked.extend(scope["headers"])
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        half = len(body) // 2
        await send({"type": "http.response.body", "body": body[:half], "more_body": True})
        await send({"type": "http.response.body", "body": body[half:]})

    async def send(message):
        sent.append(message)

    headers = [(b"accept", accept), (b"accept-encoding", b"gzip")]
    scope = {"type": "http", "method": method, "headers": headers}
    asyncio.run(HeadScript(app, "let x = 1")(scope, None, send))
    start, *parts = sent
    return dict(start["headers"]), b"".join(part["body"] for part in parts), dict(asked)


def test_a_page_has_the_script_first():
    headers, body, asked = answer(PAGE)
    assert body.startswith(b"<!doctype html><html><head><script>let x = 1</script><title>")
    assert headers[b"content-length"] == str(len(body)).encode()
    assert b"accept-encoding" not in asked  # a compressed page could not be written into


@pytest.mark.parametrize(
    "more", [{"kind": b"text/javascript"}, {"accept": b"*/*"}, {"method": "HEAD"}]
)
def test_all_else_goes_out_as_it_is(more):
    headers, body, _asked = answer(PAGE, **more)
    assert body == PAGE
    assert headers[b"content-length"] == str(len(PAGE)).encode()
