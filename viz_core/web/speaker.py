"""The speaker's view of a room: notes, next stop with its picture, participants, guesses."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from viz_core.errors import InputError
from viz_core.handout.run import SCHEMES
from viz_core.i18n import _, language, speaking
from viz_core.links import link_of
from viz_core.stage.words import result_words
from viz_core.tour import read_tour, tour_names
from viz_core.ui.share import code_image
from viz_core.ui.travelling import LANGUAGE_KEY
from viz_core.views import view_at
from viz_core.web.lead import led_room
from viz_core.web.pages import RefusedError, answering, origin_of, page, spoken
from viz_core.web.rooms import SHELF, stream


@answering
def show_speaker(request: Request) -> Response:
    """Notes, next picture, time, participants and guesses, for the lecturer's own screen."""
    try:
        room = led_room(request)
    except RefusedError as error:
        if error.status != 403:
            raise
        return RedirectResponse(f"/r/{request.path_params['code']}/lead", 303)
    asked = request.query_params.get("tour", "")
    names = tour_names()
    name = asked if asked in names else names[0]
    address = f"{origin_of(request)}/r/{room.code}"
    return page(
        "speaker.html",
        title=_("Speaker's view"),
        code=room.code,
        address=address,
        image=code_image(address, 3),
        tours=[(one, read_tour(one, language()).title) for one in names],
        tour=name,
        stops=_stops(name),
        words=_words(),
    )


def _stops(name: str) -> list[dict[str, Any]]:
    """The stops of a tour: what is said there, and where they lead."""
    tour = read_tour(name, language())
    usual = {page: link_of(page).differing("en") for page in {one.page for one in tour.stops}}
    return [
        {
            "title": stop.title,
            "notes": stop.text,
            "asks": stop.asks,
            "address": stop.link(
                **{k: v for k, v in usual[stop.page].items() if k not in stop.state},
                tour=name, tour_stop=n, **{LANGUAGE_KEY: language()},
            )[1:],
        }
        for n, stop in enumerate(tour.stops, start=1)
    ]  # fmt: skip


def _words() -> dict[str, str]:
    return {
        "stop": _("Stop {at} of {n}"),
        "next": _("Next stop"),
        "previous": _("Previous stop"),
        "ask": _("Ask"),
        "reveal": _("Show the answer"),
        "done": _("Go on"),
        "here": _("Followers: {n}"),
        "guesses": _("Guesses: {n}"),
        **result_words(),
        "waiting": _("Typed answers: show those that you tap"),
        "table": _("Guesses as a table (CSV)"),
        "close": _("End the room"),
        "sure": _("End the room? All guesses are deleted."),
        "tour": _("Tour"),
        "shortcuts": _(
            "Keys: ← → or Page up, Page down: stops · A: ask · R: show the answer · G: go on"
        ),
        "ended": _("The lecture has ended."),
        "lost": _("The connection is lost. Trying again …"),
        "coming": _("Comes next"),
        "last": _("This is the last stop."),
        "asks": _("This stop asks a question."),
        "elapsed": _("since you opened this"),
        "failed": _("That did not arrive. Try again."),
        "large": _("Show the code large"),
    }


async def lead_events(request: Request) -> Response:
    """A room's states and counts, for whoever leads."""

    @answering
    def check(asked: Request) -> Response:
        led_room(asked)
        return Response()

    refused = await run_in_threadpool(check, request)
    return refused if refused.status_code != 200 else await stream(request, leads=True)


async def show_next(request: Request) -> Response:
    """What a stop of a tour will show, as a handout."""

    @answering
    def check(asked: Request) -> Response:
        led_room(asked)
        return Response()

    refused = await run_in_threadpool(check, request)
    if refused.status_code != 200:
        return refused
    try:
        with speaking(spoken(request)):
            view = await run_in_threadpool(view_at, request.query_params.get("at", "/"), language())
    except InputError as error:
        return JSONResponse({"error": str(error)}, 404)
    asked = request.query_params.get("scheme", "")
    status, body = await SHELF.get(view, asked if asked in SCHEMES else SCHEMES[0])
    return Response(body, status, {"content-encoding": "gzip"}, "application/json")


ROUTES = (
    Route("/r/{code:str}/speaker", show_speaker),
    Route("/r/{code:str}/lead/events", lead_events),
    Route("/r/{code:str}/lead/next", show_next),
)
