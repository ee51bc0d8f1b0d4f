"""Pages of our own: templates that escape whatever they are given, in the visitor's language."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache, wraps
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from viz_core.errors import InputError, VizError
from viz_core.i18n import LANGUAGES, _, language, nearest_language, speaking
from viz_core.ui.travelling import LANGUAGE_KEY

HERE = Path(__file__).parent
STATIC = "/stage/viz_core.static"  # where our scripts and styles are
HEADERS = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
        "base-uri 'none'; form-action 'self'; object-src 'none'"
    ),
    "cache-control": "no-store",
}
LARGEST = 8192  # bytes of what is sent here
Form = Mapping[str, str]
Endpoint = Callable[[Request], Response]


class RefusedError(VizError):
    """A request that is answered with a status of its own."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def spoken(request: Request) -> str:
    """The language that an address or else a browser asks for."""
    asked = request.query_params.get(LANGUAGE_KEY, "")
    if asked in LANGUAGES:
        return asked
    return nearest_language(request.headers.get("accept-language", "").split(",")[0])


def page(template: str, /, status: int = 200, **given: Any) -> HTMLResponse:
    """A page of ours in the current language."""
    known = {"language": language(), "static": STATIC, "app": "Attention Atlas", **given}
    text = _templates().get_template(template).render(**known)
    return HTMLResponse(text, status, headers=HEADERS)


def answering(endpoint: Endpoint) -> Endpoint:
    """Let an endpoint speak the visitor's language, and its errors be sentences."""

    @wraps(endpoint)
    def answer(request: Request) -> Response:
        with speaking(spoken(request)):
            try:
                return endpoint(request)
            except VizError as error:
                return _told(request, error)

    return answer


def posting(endpoint: Callable[[Request, Form], Response]) -> Callable[[Request], Any]:
    """The same for what a form or a script of ours sends; another site's is refused.

    Args:
        endpoint: gets the values that were sent, by their names; it may take its time.
    """

    def answered(request: Request, data: bytes) -> Response:
        with speaking(spoken(request)):
            try:
                check_same_site(request)
                return endpoint(request, _form(request, data))
            except VizError as error:
                return _told(request, error)

    async def answer(request: Request) -> Response:
        data = b""
        async for part in request.stream():
            data += part
            if len(data) > LARGEST:
                return Response("Too much is sent.", 413)
        return await run_in_threadpool(answered, request, data)

    return answer


def _form(request: Request, data: bytes) -> Form:
    """The values of a form, or of a script's JSON object."""
    try:
        if request.headers.get("content-type", "").startswith("application/json"):
            found = json.loads(data)
            return {str(key): str(value) for key, value in found.items()}
        return {key: values[0] for key, values in parse_qs(data.decode(), True).items()}
    except (ValueError, AttributeError) as error:
        raise RefusedError(400, _("What was sent can't be read.")) from error


def check_same_site(request: Request) -> None:
    """See that a form or a script of our own pages asks.

    Raises:
        RefusedError: another site does, or who asks does not say from where.
    """
    origin = request.headers.get("origin", "")
    ours = origin.partition("://")[2] == request.headers.get("host", "")
    site = request.headers.get("sec-fetch-site", "same-origin")
    if not ours or site != "same-origin":
        raise RefusedError(403, _("This can be asked for by the pages of this site only."))


def origin_of(request: Request) -> str:
    """The beginning of our addresses, as the visitor has them."""
    return str(request.base_url).rstrip("/")


def _told(request: Request, error: VizError) -> Response:
    status = 404 if isinstance(error, InputError) else 503
    if isinstance(error, RefusedError):
        status = error.status
    if "text/html" in request.headers.get("accept", ""):
        return page("error.html", status, title=_("That did not work"), sentence=str(error))
    return JSONResponse({"error": str(error)}, status)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
