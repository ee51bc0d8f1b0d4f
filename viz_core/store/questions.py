"""Questions of rooms in the store: asked, guessed at, answered."""

from __future__ import annotations

import time

from sqlalchemy import delete, func, insert, select, update

from viz_core.stage.question import Question, read_question
from viz_core.store.database import Store
from viz_core.store.rooms import Asked, asked_in, change, hashed
from viz_core.store.tables import APPROVED, GUESSES, QUESTIONS, ROOMS


def ask(store: Store, code: str, question: Question) -> int:
    """Ask a question; returns its number."""
    with store.writing() as connection:
        store.alone(connection, QUESTIONS)
        of_room = QUESTIONS.c.code == code
        number = 1 + (connection.scalar(select(func.max(QUESTIONS.c.number)).where(of_room)) or 0)
        connection.execute(
            insert(QUESTIONS).values(code=code, number=number, asked=question.json, revealed=False)
        )
        change(connection, code, question=number, told="", used=time.time(), news=True)
    return int(number)


def reveal(store: Store, code: str) -> None:
    """Show what the class said, and what the model says; nobody can guess any more."""
    with store.writing() as connection:
        open_one = select(ROOMS.c.question).where(ROOMS.c.code == code).scalar_subquery()
        connection.execute(
            update(QUESTIONS)
            .where(QUESTIONS.c.code == code, QUESTIONS.c.number == open_one)
            .values(revealed=True)
        )
        change(connection, code, told="", used=time.time(), news=True)


def done(store: Store, code: str) -> None:
    """Go on with the lecture; the question and its guesses stay for the table."""
    with store.writing() as connection:
        change(connection, code, question=0, told="", used=time.time(), news=True)


def guess(store: Store, code: str, number: int, seat: str, typed: str) -> bool:
    """Count a guess, instead of an earlier one of the same seat.

    Returns:
        whether it counts: the question is open, not revealed, and this is an answer to it.
    """
    with store.writing() as connection:
        room = connection.execute(select(ROOMS.c.question).where(ROOMS.c.code == code)).first()
        asked = asked_in(connection, code, number) if room and room.question == number else None
        if asked is None or asked.revealed:
            return False
        read = asked.question.read(typed)
        if read is None:
            return False
        own = (
            (GUESSES.c.code == code)
            & (GUESSES.c.number == number)
            & (GUESSES.c.seat == hashed(seat))
        )
        connection.execute(delete(GUESSES).where(own))
        connection.execute(
            insert(GUESSES).values(code=code, number=number, seat=hashed(seat), guess=read)
        )
    return True


def guesses(store: Store, code: str, number: int) -> list[str]:
    """What was guessed, one of each who did."""
    with store.reading() as connection:
        return list(
            connection.scalars(
                select(GUESSES.c.guess).where(GUESSES.c.code == code, GUESSES.c.number == number)
            )
        )


def approve(store: Store, code: str, number: int, typed: str) -> None:
    """Let a typed guess be shown when its question is revealed, or after."""
    with store.writing() as connection:
        row = {"code": code, "number": number, "guess": typed}
        of_it = [getattr(APPROVED.c, key) == value for key, value in row.items()]
        if connection.scalar(select(APPROVED.c.guess).where(*of_it)) is None:
            connection.execute(insert(APPROVED).values(row))
            change(connection, code, news=True)


def approved(store: Store, code: str, number: int) -> list[str]:
    """Typed guesses that may be shown."""
    with store.reading() as connection:
        of_it = (APPROVED.c.code == code, APPROVED.c.number == number)
        return list(connection.scalars(select(APPROVED.c.guess).where(*of_it)))


def answers(store: Store, code: str) -> list[tuple[Asked, str, str]]:
    """Every guess of a room: the question, the seat, the guess; in the order of the questions."""
    with store.reading() as connection:
        rows = connection.execute(
            select(QUESTIONS, GUESSES.c.seat, GUESSES.c.guess)
            .join(
                GUESSES,
                (GUESSES.c.code == QUESTIONS.c.code) & (GUESSES.c.number == QUESTIONS.c.number),
            )
            .where(QUESTIONS.c.code == code)
            .order_by(QUESTIONS.c.number, GUESSES.c.seat)
        )
        return [
            (Asked(row.number, read_question(row.asked), row.revealed), row.seat, row.guess)
            for row in rows
        ]
