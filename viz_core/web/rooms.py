"""A room's addresses for students: joined by its code, followed, guessed in."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections import OrderedDict
from collections.abc import AsyncIterator

from anyio.to_thread import run_sync
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from viz_core import rates
from viz_core.errors import InputError, VizError
from viz_core.handout.bundle import view_script
from viz_core.handout.document import handout
from viz_core.handout.page import VIEWS
from viz_core.handout.run import SCHEMES
from viz_core.i18n import _, language, speaking
from viz_core.stage.words import result_words
from viz_core.store import questions, rooms, store
from viz_core.store.rooms import Room
from viz_core.ui.share import code_image
from viz_core.views import View
from viz_core.web.feed import FEED, Event
from viz_core.web.pages import Form, RefusedError, answering, origin_of, page, posting, spoken

SEAT = "atlas_seat"  # cookie of one room: a random name, so that each browser guesses once
PING = 20  # s, after which a silent connection says that it is there
LARGE = 14  # px of a square of the code on the hall's screen
N_SHELVED = 96


def client_of(request: Request) -> str | None:
    """The network address of whoever asks."""
    return request.client.host if request.client else None


def room_of(request: Request) -> Room:
    """The room that an address names.

    Raises:
        InputError: there is none; it counts as a try.
        RefusedError: too many tries came from there, and this is not somebody who is in the room.
    """
    code, address = request.path_params["code"], client_of(request)
    if not rates.left(rates.MISSED_CODES, "code", address) and not seat_in(request, code):
        raise RefusedError(
            429, _("Many wrong codes came from your network. Try again in a minute.")
        )
    try:
        return rooms.find_room(store(), code)
    except InputError:
        rates.take(rates.MISSED_CODES, "code", address)
        raise


def seat_in(request: Request, code: str) -> str:
    """The seat that a browser has in a room; empty if it has none."""
    seat = request.cookies.get(SEAT, "")
    return seat if seat and rooms.is_seat(store(), code, seat) else ""


@answering
def join(request: Request) -> Response:
    """Where one types a code."""
    if code := rooms.code_of(request.query_params.get("code", "")):
        return RedirectResponse(f"/r/{code[:20]}", 303)
    return page(
        "join.html",
        title=_("Join a lecture"),
        label=_("The five letters on the screen"),
        button=_("Join"),
        note=_("No account, no name."),
        privacy=_("What is kept"),
    )


@answering
def follow(request: Request) -> Response:
    """The page of whoever follows: the lecturer's view, the question, the way to browse alone."""
    room = room_of(request)
    title = _("Lecture {code}").format(code=room.code)
    answer = page("follow.html", title=title, code=room.code, words=_words())
    if not seat_in(request, room.code):
        answer.set_cookie(
            SEAT,
            rooms.new_seat(store(), room.code),
            max_age=rooms.IDLE,
            path=f"/r/{room.code}",
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
    return answer


def _words() -> dict[str, str]:
    """What the page of a follower says; the script puts it in its place."""
    return {
        "following": _("You follow the lecture"),
        "lost": _("The connection is lost; this is the last view. Trying again …"),
        "ended": _("The lecture has ended."),
        "alone": _("Browse alone"),
        "unseen": _("This view can't be shown here: {reason}"),
        "asked": _("What do you think?"),
        "type": _("Type your guess"),
        "guess": _("Guess"),
        "guessed": _("Your guess: {guess}. You can change it until the answer is shown."),
        "failed": _("Your guess did not arrive. Try again."),
        "late": _("Too late: the answer is shown."),
        "rightly": _("Your guess “{guess}” is right."),
        "wrongly": _("Your guess “{guess}” is not what the model says."),
        "yours": _("Your guess: {guess}"),
        "none": _("You did not guess."),
        **result_words(),
        "language": language(),
    }


async def events(request: Request) -> Response:
    """A room's states, as server-sent events."""
    return await stream(request, leads=False)


async def stream(request: Request, leads: bool) -> Response:
    """The states of a room for as long as somebody listens."""

    def found() -> Room | Response:
        return _found(request)

    room = await run_in_threadpool(found)
    if isinstance(room, Response):
        return room

    async def told() -> AsyncIterator[ServerSentEvent]:
        following: AsyncIterator[Event] = FEED.follow(room.code, leads)
        async for event in following:
            yield ServerSentEvent(data=event["data"], event=event["event"])

    return EventSourceResponse(told(), ping=PING, headers={"x-accel-buffering": "no"})


def _found(request: Request) -> Room | Response:
    with speaking(spoken(request)):
        try:
            return room_of(request)
        except VizError as error:
            status = error.status if isinstance(error, RefusedError) else 404
            return JSONResponse({"error": str(error)}, status)


class Shelf:
    """Handouts as they are sent: made and packed once, however many ask at once."""

    def __init__(self) -> None:
        self._made: OrderedDict[tuple[str, str], asyncio.Task[tuple[int, bytes]]] = OrderedDict()

    def ready(self, key: str, scheme: str) -> tuple[int, bytes] | None:
        """What was made of the view with this key; None if that is not yet."""
        made = self._made.get((key, scheme))
        if made is None or not made.done() or made.cancelled() or made.exception() is not None:
            return None
        return made.result()

    async def get(self, view: View, scheme: str) -> tuple[int, bytes]:
        """Status and packed JSON of a view."""
        name = (view.key, scheme)
        if name not in self._made:
            task = asyncio.create_task(run_sync(_packed, view, scheme))
            task.add_done_callback(lambda done: self._forget(name, done))
            self._made[name] = task
            while len(self._made) > N_SHELVED:
                self._made.popitem(last=False)
        self._made.move_to_end(name)
        return await asyncio.shield(self._made[name])

    def _forget(self, name: tuple[str, str], done: asyncio.Task[tuple[int, bytes]]) -> None:
        """What failed is tried again when somebody asks again."""
        if done.cancelled() or done.exception() is not None or done.result()[0] != 200:
            self._made.pop(name, None)


SHELF = Shelf()


def _packed(view: View, scheme: str) -> tuple[int, bytes]:
    with speaking(view.language):
        try:
            made = handout(view, scheme)
            status, told = 200, {"title": made.title, "body": made.body}
        except VizError as error:
            status, told = 503, {"error": str(error)}
    return status, gzip.compress(json.dumps(told, ensure_ascii=False).encode(), 6)


async def show_view(request: Request) -> Response:
    """The view that a room shows, as a handout; none while a question is open."""
    key, asked = request.path_params["key"], request.query_params.get("scheme", "")
    scheme = asked if asked in SCHEMES else SCHEMES[0]
    # A whole class asks at once, for what it was just told: that needs no look into the store
    told = FEED.shows(rooms.code_of(request.path_params["code"])) == key
    made = SHELF.ready(key, scheme) if told else None
    if made is None:
        room = await run_in_threadpool(_found, request)
        if isinstance(room, Response):
            return room
        hidden = room.asked is not None and not room.asked.revealed
        if hidden or room.view.key != key:
            return JSONResponse({"error": "another view is shown"}, 409)
        made = await SHELF.get(room.view, scheme)
    status, body = made
    headers = {
        "content-encoding": "gzip",
        "cache-control": "private, max-age=3600" if status == 200 else "no-store",
    }
    return Response(body, status, headers, "application/json")


@posting
def guess(request: Request, form: Form) -> Response:
    """Count a guess."""
    room = room_of(request)
    seat = seat_in(request, room.code)
    if not seat:
        raise RefusedError(403, _("Load the page of the lecture again, with cookies allowed."))
    if not rates.take(rates.GUESSES, "guess", seat):
        raise RefusedError(429, _("So many guesses in a minute are not counted."))
    number = form.get("number", "")
    counted = number.isdecimal() and questions.guess(
        store(), room.code, int(number[:9]), seat, form.get("guess", "")
    )
    return JSONResponse({"counted": counted}, 200 if counted else 409)


@answering
def show_code(request: Request) -> Response:
    """The code and its letters, as large as the hall's screen."""
    room = room_of(request)
    address = f"{origin_of(request)}/r/{room.code}"
    return page(
        "code.html",
        title=_("Join: {address} and {code}").format(
            address=f"{origin_of(request).partition('://')[2]}/r", code=room.code
        ),
        address=room.code,
        code=code_image(address, LARGE),
    )


def view_module(request: Request) -> Response:
    """A canvas view's script, for handouts."""
    name = request.path_params["name"]
    if name not in VIEWS:
        return Response(status_code=404)
    return Response(
        view_script(name), media_type="text/javascript", headers={"cache-control": "max-age=3600"}
    )


ROUTES = (
    Route("/r", join),
    Route("/r/{code:str}", follow),
    Route("/r/{code:str}/events", events),
    Route("/r/{code:str}/view/{key:str}", show_view),
    Route("/r/{code:str}/guess", guess, methods=["POST"]),
    Route("/r/{code:str}/code", show_code),
    Route("/stage/views/{name:str}.js", view_module),
)
