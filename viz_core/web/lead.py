"""A room's addresses for the lecturer: opened, handed over, moved, saved as a table."""

from __future__ import annotations

import csv
import io
import json

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from viz_core import rates
from viz_core.errors import InputError
from viz_core.i18n import _, language
from viz_core.store import questions, rooms, store
from viz_core.store.rooms import Room
from viz_core.ui.share import code_image
from viz_core.ui.stage import KEY, key_of
from viz_core.views import view_at
from viz_core.web.pages import Form, RefusedError, answering, origin_of, page, posting
from viz_core.web.rooms import LARGE, client_of, room_of

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a table program would run
ORDERS = ("go", "ask", "reveal", "done")  # what the speaker's view asks of the page that leads


@answering
def ask_new(request: Request) -> Response:
    """What a room is, and the button that opens one."""
    return page(
        "new.html",
        title=_("Open a room"),
        at=request.query_params.get("at", "/"),
        sentences=[
            _(
                "Your page, its text and every choice appear on the phones of all who join, within "
                "a second. They can look, point and browse alone; nobody but you moves the lecture."
            ),
            _(
                "You can ask a question, count the guesses, and show them beside the model's "
                "answer."
            ),
            _(
                "A room ends after 12 hours without use. Save the guesses as a table before, if "
                "you need them."
            ),
        ],
        button=_("Open a room"),
        privacy=_("What is kept"),
    )


@posting
def open_new(request: Request, form: Form) -> Response:
    """Open a room that shows a view; the key is this browser's from now on."""
    if not rates.take(rates.NEW_ROOMS, "room", client_of(request)):
        raise RefusedError(429, _("Many rooms were opened from your network. Try again later."))
    view = view_at(form.get("at", "/"), language())
    opened = rooms.open_room(store(), view)
    address = f"{origin_of(request)}/r/{opened.code}"
    answer = page(
        "opened.html",
        title=_("Your room is {code}").format(code=opened.code),
        code=opened.code,
        address=address,
        image=code_image(address, LARGE // 2),
        word=" ".join(opened.word[n : n + 4] for n in range(0, len(opened.word), 4)),
        view=view.address(),
        sentences=[
            _("Students open this address, or type the five letters at {address}.").format(
                address=f"{origin_of(request).partition('://')[2]}/r"
            ),
            _("Print this or write the word down. Whoever has it can lead the room:"),
        ],
        start=_("To the lecture"),
        speaker=_("Speaker's view"),
        printed=_("Print"),
    )
    _give_key(request, answer, opened.code, opened.key)
    return answer


def _give_key(request: Request, answer: Response, code: str, key: str) -> None:
    answer.set_cookie(
        KEY,
        f"{code}.{key}",
        max_age=rooms.IDLE,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def led_room(request: Request) -> Room:
    """The room of an address, if this browser has its key.

    Raises:
        RefusedError: it has not.
    """
    room = room_of(request)
    code, key = key_of(request.cookies)
    if code != room.code or not rooms.has_key(store(), code, key):
        raise RefusedError(403, _("Only the lecturer of this room can do that."))
    return room


@answering
def show_lead(request: Request) -> Response:
    """Where whoever has the printed word takes the room over."""
    room = room_of(request)
    return page(
        "lead.html",
        title=_("Lead room {code}").format(code=room.code),
        code=room.code,
        label=_("The word that was shown when the room was opened"),
        button=_("Lead this room"),
        note=_("Whoever led it until now no longer does."),
    )


@posting
def take_lead(request: Request, form: Form) -> Response:
    """Give the key to whoever has the printed word."""
    room = room_of(request)
    if not rates.left(rates.MISSED_WORDS, "word", client_of(request)):
        raise RefusedError(429, _("Many wrong words came from your network. Try again later."))
    key = rooms.hand_over(store(), room.code, form.get("word", ""))
    if key is None:
        rates.take(rates.MISSED_WORDS, "word", client_of(request))
        raise RefusedError(403, _("That is not the word of this room."))
    answer = RedirectResponse(f"/r/{room.code}/speaker", 303)
    _give_key(request, answer, room.code, key)
    return answer


@posting
def order(request: Request, form: Form) -> Response:
    """What the speaker's view asks for: of the page that leads, or of the room itself."""
    room = led_room(request)
    what = form.get("do", "")
    if what == "close":
        rooms.close(store(), room.code)
    elif what == "approve" and room.asked is not None:
        questions.approve(store(), room.code, room.asked.number, form.get("guess", "")[:200])
    elif what == "go":
        address = form.get("address", "")
        view = view_at(address, language())  # a view of ours, and no other address
        told = json.dumps({"do": what, "address": _own(address)})
        rooms.tell(store(), room.code, told, view)
    elif what in ORDERS:
        rooms.tell(store(), room.code, json.dumps({"do": what}))
    else:
        raise InputError(_("There is nothing like that to do."))
    return JSONResponse({"done": what})


def _own(address: str) -> str:
    """An address of this site, whatever stands before its path."""
    path, _mark, query = address.partition("?")
    return f"/{path.strip('/').rpartition('/')[2]}?{query}"


@answering
def save_answers(request: Request) -> Response:
    """The guesses of a room, a row each; seats are numbered, not named."""
    room = led_room(request)
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["question", "asked", "seat", "guess", "right", "model"])
    seats: dict[str, int] = {}
    for asked, seat, guess in questions.answers(store(), room.code):
        number = seats.setdefault(seat, len(seats) + 1)
        question = asked.question
        right = str(question.is_right(guess)).lower() if question.right else ""
        prob = question.probs.get(guess, "")
        row = [asked.number, question.prompt, number, guess, right, prob]
        table.writerow([_harmless(cell) for cell in row])
    headers = {"content-disposition": f'attachment; filename="room-{room.code}.csv"'}
    return Response(out.getvalue().encode("utf-8-sig"), 200, headers, "text/csv; charset=utf-8")


def _harmless(cell: object) -> object:
    """A cell that no table program takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


ROUTES = (
    Route("/r/new", ask_new, methods=["GET"]),
    Route("/r/new", open_new, methods=["POST"]),
    Route("/r/{code:str}/lead", show_lead, methods=["GET"]),
    Route("/r/{code:str}/lead", take_lead, methods=["POST"]),
    Route("/r/{code:str}/lead/do", order, methods=["POST"]),
    Route("/r/{code:str}/answers.csv", save_answers),
)
