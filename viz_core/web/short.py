"""Short links: opened, shown as a code to scan, and described for sites that embed them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from viz_core.errors import InputError
from viz_core.i18n import _
from viz_core.links import PRESENTER
from viz_core.store import links, store
from viz_core.tour import HOME
from viz_core.ui.parts import EMBED, HIDE, SHOW
from viz_core.ui.share import KEPT_LINK, caption, code_image
from viz_core.web.pages import RefusedError, answering, origin_of, page

PASSED_ON = (SHOW, HIDE, EMBED, "embed_options", PRESENTER.key)  # of a short link's address
LARGE = 14  # px of a square of the code for a lecture hall
WIDTH, HEIGHT, LEAST = 960, 640, 200  # px of a frame in another site


@answering
def open_short(request: Request) -> Response:
    """Lead to the page that shows a kept view, which takes its values from the store."""
    link = request.path_params["link"]
    view = links.find(store(), link)
    passed = [(k, v) for k, v in request.query_params.multi_items() if k in PASSED_ON]
    query = urlencode([(KEPT_LINK, link), *passed])
    address = f"/{'' if view.page == HOME else view.page}?{query}"
    about = f"{origin_of(request)}/oembed?{urlencode({'url': str(request.url), 'format': 'json'})}"
    tells = f'<{about}>; rel="alternate"; type="application/json+oembed"'
    return RedirectResponse(address, 303, headers={"link": tells, "cache-control": "no-store"})


@answering
def show_code(request: Request) -> Response:
    """A short link as large as the screen, for a lecture hall."""
    link = request.path_params["link"]
    view = links.find(store(), link)
    address = f"{origin_of(request)}/s/{link}"
    return page(
        "code.html",
        title=caption(view, "").rstrip(" ·"),
        address=address,
        code=code_image(address, LARGE),
    )


@answering
def describe(request: Request) -> Response:
    """What oEmbed 1.0 asks of a link: a frame that shows it, without the app's own menu."""
    asked = request.query_params
    if asked.get("format", "json") != "json":
        raise RefusedError(501, _("This is answered as JSON only."))
    parts = urlsplit(asked.get("url", ""))
    before, _slash, link = parts.path.rpartition("/")
    if before != "/s" or parts.netloc != request.headers.get("host"):
        raise InputError(_("Give the url of a short link of this site: …/s/ and its letters."))
    view = links.find(store(), link)
    width, height = (_at_most(asked.get(f"max{side}"), usual) for side, usual in _SIDES)
    title = caption(view, "").rstrip(" ·")
    frame = page(
        "frame.html", address=f"{origin_of(request)}/s/{link}?{urlencode({EMBED: 'true'})}",
        title=title, width=width, height=height,
    )  # fmt: skip
    told: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": "Attention Atlas",
        "provider_url": origin_of(request),
        "width": width,
        "height": height,
        "html": bytes(frame.body).decode().strip(),
    }
    return JSONResponse(told)


_SIDES = (("width", WIDTH), ("height", HEIGHT))


def _at_most(asked: str | None, usual: int) -> int:
    """A side of the frame: the usual one, or less where the site has no room for it."""
    room = int(asked) if asked and asked.isascii() and asked.isdecimal() else usual
    return max(LEAST, min(usual, room))


ROUTES = (
    Route("/s/{link:str}", open_short),
    Route("/s/{link:str}/code", show_code),
    Route("/oembed", describe),
)
