"""The tables of the store, as the newest migration leaves them.

Nothing in them says who somebody is: no name, no address of a machine, no time of a click.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

TABLES = MetaData()

LINKS = Table(
    "links",
    TABLES,
    Column("key", String(51), primary_key=True, comment="hash of the view"),
    Column("id", String(51), nullable=False, unique=True, comment="a prefix of it"),
    Column("view", Text, nullable=False, comment="JSON, see viz_core/views.py"),
)
ROOMS = Table(
    "rooms",
    TABLES,
    Column("code", String(5), primary_key=True),
    Column("secret", String(64), nullable=False, comment="SHA-256 of the lecturer's key"),
    Column("word", String(64), nullable=False, comment="SHA-256 of the printed words"),
    Column("holder", String(64), nullable=False, comment="the window that leads"),
    Column("version", Integer, nullable=False, comment="counts what followers see"),
    Column("view", Text, nullable=False, comment="JSON, see viz_core/views.py"),
    Column("told", Text, nullable=False, comment="what the speaker's view asks of the page"),
    Column("question", Integer, nullable=False, comment="the number of the open one; 0 for none"),
    Column("used", Float, nullable=False, comment="seconds since 1970, when it was led last"),
)


def _of_room() -> Column[str]:
    """The room of a row, with which the row goes."""
    return Column("code", ForeignKey("rooms.code", ondelete="CASCADE"), primary_key=True)


QUESTIONS = Table(
    "questions",
    TABLES,
    _of_room(),
    Column("number", Integer, primary_key=True, comment="from 1"),
    Column("asked", Text, nullable=False, comment="JSON, see viz_core/stage/question.py"),
    Column("revealed", Boolean, nullable=False),
)
GUESSES = Table(
    "guesses",
    TABLES,
    _of_room(),
    Column("number", Integer, primary_key=True, comment="of the question"),
    Column("seat", String(64), primary_key=True, comment="SHA-256 of a student's random key"),
    Column("guess", Text, nullable=False),
)
APPROVED = Table(
    "approved",
    TABLES,
    _of_room(),
    Column("number", Integer, primary_key=True, comment="of the question"),
    Column("guess", String(200), primary_key=True, comment="typed, and may be shown"),
)
PRESENT = Table(
    "present",
    TABLES,
    _of_room(),
    Column("process", String(32), primary_key=True),
    Column("n", Integer, nullable=False, comment="followers that are connected to it"),
    Column("seen", Float, nullable=False, comment="seconds since 1970"),
)
