"""The database of the store: opened, brought to the newest tables, read and written.

Writers of SQLite take their turn as soon as they begin (`BEGIN IMMEDIATE`), so that two processes
never find that they both wanted to. What is committed is in the operating system's hands: a killed
process loses nothing of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from platformdirs import user_data_path
from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from viz_core.errors import InputError, VizError
from viz_core.files import make_folder
from viz_core.i18n import _

SETTING = "ATTENTION_ATLAS_STORE"  # of the environment: a URL
NAME = "attention-atlas"
SECONDS = 10  # that one waits for a writer before one says that the store can't be written
WRITES = "writes"  # option of a connection


class StoreError(VizError):
    """The store can't be read or written."""


class Store:
    """One database.

    Args:
        url: as SQLAlchemy has it, `sqlite:///a/file` or `postgresql://user@host/name`.

    Raises:
        InputError: it is no such URL, or the folder of its file can't be made.
        StoreError: the database can't be opened.
    """

    def __init__(self, url: str) -> None:
        try:
            parts = make_url(url)
            if parts.drivername == "postgresql":
                parts = parts.set(drivername="postgresql+psycopg")
            self._sqlite = parts.get_backend_name() == "sqlite"
            if self._sqlite and parts.database:
                make_folder(Path(parts.database).parent)
            waits = {"timeout": SECONDS} if self._sqlite else {}
            self.engine = create_engine(parts, connect_args=waits, pool_pre_ping=True)
        except (ArgumentError, NoSuchModuleError, ImportError) as error:
            raise InputError(
                _(
                    "“{url}” is not the address of a store. Give sqlite:///a/file or "
                    "postgresql://user@host/name."
                ).format(url=url.split("@")[-1][:80])
            ) from error
        if self._sqlite:
            _make_sqlite_safe(self.engine)
        with _told():
            self._migrate()

    def _migrate(self) -> None:
        """Bring the tables to the newest form; of several processes that start, one does."""
        settings = Config()
        settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self._writer() as connection, connection.begin():
            if not self._sqlite:
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(18)")
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")

    def _writer(self) -> Connection:
        return self.engine.connect().execution_options(**{WRITES: True})

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the store.

        Raises:
            StoreError: says what the database has against it.
        """
        with _told(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection whose changes are kept at the end, or none of them.

        Raises:
            StoreError: says what the database has against it: the disk is full, for one.
        """
        with _told(), self._writer() as connection, connection.begin():
            yield connection

    def alone(self, connection: Connection, table: Table) -> None:
        """Let nobody else write into a table until the end; SQLite has one writer anyhow."""
        if not self._sqlite:
            connection.exec_driver_sql(f"LOCK TABLE {table.name} IN EXCLUSIVE MODE")


def open_store(url: str | None = None) -> Store:
    """The store of a URL; by default that of the environment, or a file in the user's data folder.

    Raises:
        VizError: it can't be opened.
    """
    return Store(url or os.environ.get(SETTING) or default_url())


@cache
def store() -> Store:
    """The store of this process, opened when it is first asked for."""
    return open_store()


def default_url() -> str:
    """A SQLite file in the data folder of whoever runs the app."""
    return f"sqlite:///{user_data_path(NAME, appauthor=False) / 'store.sqlite3'}"


def _make_sqlite_safe(engine: Engine) -> None:
    def connected(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined] # we say when to begin
        for line in (
            "journal_mode=WAL",  # readers and a writer don't wait for each other
            "synchronous=NORMAL",  # safe against a killed process, not slowed by the disk
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {line}")  # type: ignore[attr-defined]

    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)


@contextmanager
def _told() -> Iterator[None]:
    """What a database has against something, as a sentence."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(
            _("The store can't be used: {reason}. Nothing of this was kept; try again.").format(
                reason=str(error.orig).splitlines()[0][:200]
            )
        ) from error
