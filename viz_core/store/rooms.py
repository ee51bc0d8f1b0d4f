"""Rooms in the store: opened, led, followed, gone twelve hours after they were led."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from viz_core.errors import InputError
from viz_core.i18n import _
from viz_core.stage.question import Question, read_question
from viz_core.store.database import Store
from viz_core.store.tables import PRESENT, QUESTIONS, ROOMS
from viz_core.views import ALPHABET, View, read_view

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # of a code: without I and O, which are read as digits
LENGTH, WORD_LENGTH = 5, 12  # letters of a code, and of the printed word
IDLE = 12 * 3600  # seconds after which a room ends
GONE = 10  # seconds after which a process that says nothing has no followers
MOST_TRIES = 20  # codes that are tried


@dataclass(frozen=True)
class Opened:
    """A new room: its code, the lecturer's key, and the word that replaces a lost key."""

    code: str
    key: str
    word: str


@dataclass(frozen=True)
class Asked:
    """A question of a room, from 1."""

    number: int
    question: Question
    revealed: bool


@dataclass(frozen=True)
class Room:
    """A room as it is now.

    Attributes:
        version: changes with everything that followers see.
        asked: the open question.
        holder: the window that leads.
        told: what the speaker's view asks of that window's page, as JSON; empty if nothing.
    """

    code: str
    version: int
    view: View
    asked: Asked | None
    holder: str
    told: str


def open_room(store: Store, view: View, now: float | None = None) -> Opened:
    """A new room that shows a view.

    Raises:
        StoreError: it can't be kept.
        InputError: so many rooms are open that no code was found.
    """
    key, word = secrets.token_urlsafe(24), "".join(
        secrets.choice(ALPHABET) for _n in range(WORD_LENGTH))  # fmt: skip
    moment = time.time() if now is None else now
    sweep(store, moment)
    for _n in range(MOST_TRIES):
        code = "".join(secrets.choice(LETTERS) for _letter in range(LENGTH))
        row = {
            "code": code, "secret": hashed(key), "word": hashed(word), "holder": "",
            "version": 1, "view": view.json, "told": "", "question": 0, "used": moment,
        }  # fmt: skip
        with store.writing() as connection:
            if connection.scalar(select(ROOMS.c.code).where(ROOMS.c.code == code)) is None:
                try:
                    with connection.begin_nested():
                        connection.execute(insert(ROOMS).values(row))
                except IntegrityError:
                    continue
                return Opened(code, key, word)
    raise InputError(_("Too many rooms are open. Try again."))


def code_of(typed: str) -> str:
    """A code as it is stored, however it is typed."""
    return typed.strip().upper()


def find_room(store: Store, code: str) -> Room:
    """A room.

    Raises:
        InputError: there is none of this code, or it has ended.
    """
    with store.reading() as connection:
        row = connection.execute(select(ROOMS).where(ROOMS.c.code == code_of(code))).first()
        if row is None or row.used < time.time() - IDLE:
            raise InputError(
                _("There is no room {code}. Ask for its five letters again.").format(
                    code=code_of(code)[:20]
                )
            )
        asked = asked_in(connection, row.code, row.question) if row.question else None
    return Room(row.code, row.version, read_view(row.view), asked, row.holder, row.told)


def versions(store: Store, codes: Collection[str]) -> dict[str, int]:
    """The versions of rooms; none for those that have ended."""
    with store.reading() as connection:
        rows = connection.execute(
            select(ROOMS.c.code, ROOMS.c.version).where(
                ROOMS.c.code.in_(codes), ROOMS.c.used >= time.time() - IDLE
            )
        )
        return {row.code: row.version for row in rows}


def has_key(store: Store, code: str, key: str) -> bool:
    """Whether a key is the lecturer's."""
    with store.reading() as connection:
        secret = connection.scalar(select(ROOMS.c.secret).where(ROOMS.c.code == code_of(code)))
    return secret is not None and secrets.compare_digest(secret, hashed(key))


def hand_over(store: Store, code: str, word: str) -> str | None:
    """A new key for whoever has the printed word; the old one is void. None for another word."""
    key, typed = secrets.token_urlsafe(24), "".join(word.lower().split())
    with store.writing() as connection:
        known = connection.scalar(select(ROOMS.c.word).where(ROOMS.c.code == code_of(code)))
        if known is None or not secrets.compare_digest(known, hashed(typed)):
            return None
        change(connection, code, secret=hashed(key), holder="", used=time.time())
    return key


def new_seat(store: Store, code: str) -> str:
    """What a student's browser keeps to be counted once: random, and signed by the room.

    Raises:
        InputError: there is no such room.
    """
    name = secrets.token_urlsafe(16)
    signed = _signature(store, code, name)
    if signed is None:
        raise InputError(_("There is no room {code}.").format(code=code_of(code)[:20]))
    return f"{name}.{signed}"


def is_seat(store: Store, code: str, seat: str) -> bool:
    """Whether a seat is one that the room gave."""
    name, _dot, signed = seat.partition(".")
    due = _signature(store, code, name)
    return due is not None and secrets.compare_digest(due.encode(), signed.encode())


def _signature(store: Store, code: str, name: str) -> str | None:
    with store.reading() as connection:
        word = connection.scalar(select(ROOMS.c.word).where(ROOMS.c.code == code_of(code)))
    if word is None:
        return None
    return hmac.new(word.encode(), name.encode(), "sha256").hexdigest()[:32]


def lead(store: Store, code: str, window: str) -> None:
    """Let a window lead; another one that did no longer does."""
    with store.writing() as connection:
        change(connection, code, holder=window, used=time.time())


def publish(store: Store, code: str, window: str, view: View) -> bool:
    """Show a view to all who follow, if the window leads; whether that is news."""
    with store.writing() as connection:
        found = connection.execute(
            update(ROOMS)
            .where(
                ROOMS.c.code == code,
                ROOMS.c.holder == window,
                (ROOMS.c.view != view.json) | (ROOMS.c.told != ""),
            )
            .values(view=view.json, version=ROOMS.c.version + 1, told="", used=time.time())
        )
    return bool(found.rowcount)


def tell(store: Store, code: str, told: str, view: View | None = None) -> None:
    """Ask something of the page that leads: from the speaker's view."""
    shown = {} if view is None else {"view": view.json}
    with store.writing() as connection:
        change(connection, code, told=told, used=time.time(), news=True, **shown)


def be_present(store: Store, process: str, counts: dict[str, int]) -> None:
    """Say how many follow through a process, of each of its rooms."""
    with store.writing() as connection:
        connection.execute(delete(PRESENT).where(PRESENT.c.process == process))
        known = set(connection.scalars(select(ROOMS.c.code).where(ROOMS.c.code.in_(counts))))
        for code in known:
            connection.execute(
                insert(PRESENT).values(code=code, process=process, n=counts[code], seen=time.time())
            )


def n_present(store: Store, code: str) -> int:
    """How many follow a room now, through all processes."""
    with store.reading() as connection:
        found = connection.scalar(
            select(func.sum(PRESENT.c.n)).where(
                PRESENT.c.code == code, PRESENT.c.seen >= time.time() - GONE
            )
        )
    return int(found or 0)


def close(store: Store, code: str) -> None:
    """End a room; nothing of it is left."""
    with store.writing() as connection:
        connection.execute(delete(ROOMS).where(ROOMS.c.code == code))


def sweep(store: Store, now: float | None = None) -> int:
    """End the rooms that nobody has led for `IDLE`; how many."""
    with store.writing() as connection:
        last = (time.time() if now is None else now) - IDLE
        return int(connection.execute(delete(ROOMS).where(ROOMS.c.used < last)).rowcount)


def change(connection: Connection, code: str, *, news: bool = False, **values: object) -> None:
    """Put values into a room's row.

    Args:
        news: followers see something else.
    """
    if news:
        values["version"] = ROOMS.c.version + 1
    connection.execute(update(ROOMS).where(ROOMS.c.code == code_of(code)).values(**values))


def asked_in(connection: Connection, code: str, number: int) -> Asked | None:
    """A question of a room; None where there is none of this number."""
    row = connection.execute(
        select(QUESTIONS).where(QUESTIONS.c.code == code, QUESTIONS.c.number == number)
    ).first()
    return Asked(row.number, read_question(row.asked), row.revealed) if row else None


def hashed(secret: str) -> str:
    """Keys are long and random: one hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
