"""Files that a person gives, read in one way, and files that we write, replaced whole.

Every file that a person gives is UTF-8, with or without a byte order mark. Its lines are parted by
line feeds, with or without carriage returns before them, and by nothing else: a form feed or a line
separator is part of the text. White space at the ends of a line or a cell is not read, and a blank
line is passed over. What is wrong is said with the file and the line.
"""

from __future__ import annotations

import codecs
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from viz_core.errors import InputError
from viz_core.i18n import _

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Line(NamedTuple):
    """A line that is not blank, and its number in the file, from 1."""

    number: int
    text: str


class Row(NamedTuple):
    """The cells of a line, in the order of the columns asked for, and its number in the file."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: what it is called, for people and in a header.
        also: what else a header may call it.
    """

    name: str
    also: tuple[str, ...] = ()

    def is_called(self, cell: str) -> bool:
        """Whether a cell of a header is this column's name, in whatever case."""
        return _plain(cell) in map(_plain, (self.name, *self.also))


def read_text(path: Path) -> str:
    """The text of a file, its lines ended by line feeds.

    Raises:
        InputError: it can't be read, or is not UTF-8.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            _("Can't read {path}: {reason}. Give another file.").format(
                path=path, reason=error.strerror
            )
        ) from error
    if data.startswith(UTF_16) or b"\0" in data:
        raise fault_at(path, 1, _("this is UTF-16 or no text at all. Save the file as UTF-8."))
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise fault_at(
            path,
            data.count(b"\n", 0, error.start) + 1,
            _("byte {n} of the file, {byte}, is not UTF-8. Save the file as UTF-8.").format(
                n=error.start + 1, byte=f"0x{data[error.start]:02X}"
            ),
        ) from error


def all_lines(text: str) -> list[str]:
    """The lines of a text that `read_text` read, blank ones too, as they stand there."""
    return text.removesuffix("\n").split("\n") if text else []


def read_lines(path: Path) -> list[Line]:
    """The lines of a file that are not blank, without the white space at their ends.

    Raises:
        InputError: as of `read_text`.
    """
    lines = enumerate(map(str.strip, all_lines(read_text(path))), start=1)
    return [Line(number, line) for number, line in lines if line]


def read_table(path: Path, columns: Sequence[Column], more: bool) -> list[Row]:
    """The rows of a file of cells parted by tabs.

    The first line is a header if it names every column; then the columns are where it says, and
    others are passed over. Without a header the columns are the first ones, in this order.

    Args:
        more: without a header, too, further cells are passed over; else a line that has them is
            refused.

    Raises:
        InputError: as of `read_text`; or a line has too few cells, an empty one or too many; or the
            first line names some columns only; or there is no row.
    """
    lines = _cells(path)
    form = " TAB ".join(column.name for column in columns)
    places, header = list(range(len(columns))), False
    if lines:
        number, cells = lines[0]
        named = [_place(column, cells) for column in columns]
        header = None not in named
        if header:
            places, lines = [place for place in named if place is not None], lines[1:]
        elif not more and any(place is not None for place in named):
            raise fault_at(
                path,
                number,
                _(
                    "this looks like a header, but does not name every column. Write: {form}."
                ).format(form=form),
            )
    rows = []
    for number, cells in lines:
        if len(cells) <= max(places) or not all(cells[place] for place in places):
            raise fault_at(path, number, _("a cell is missing. Write: {form}.").format(form=form))
        if not header and not more and len(cells) > len(columns):
            raise fault_at(
                path,
                number,
                _("{n} cells where {m} belong. Write: {form}.").format(
                    n=len(cells), m=len(columns), form=form
                ),
            )
        rows.append(Row(number, tuple(cells[place] for place in places)))
    if not rows:
        raise InputError(
            _("{path} has no rows. Write lines of: {form}.").format(path=path, form=form)
        )
    return rows


def fault_at(path: Path, line: int, fault: str) -> InputError:
    """What is wrong with a file, and in which line."""
    return InputError(
        _("{file}, line {line}: {fault}").format(file=path.name, line=line, fault=fault)
    )


def write_whole(path: Path, data: str | bytes) -> None:
    """Replace a file by bytes, or by a text in UTF-8, whole.

    Whoever reads it finds the old content or the new one.

    The content is written beside the file, is on the disk, and only then takes its name, so that
    neither a full disk nor a killed process leaves half a file. A device is written straight.

    Raises:
        InputError: it can't be written; what stood there before stands there still.
    """
    target = path.resolve()  # a link stays a link
    beside = target.with_name(f".{target.name}.{os.getpid()}.new")
    if target.exists() and not target.is_file():
        beside = target
    try:
        with beside.open("wb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
            file.flush()
            if beside != target:
                os.fsync(file.fileno())
        if beside != target:
            if target.exists():
                shutil.copymode(target, beside)
            beside.replace(target)
    except OSError as error:
        if beside != target:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
        raise InputError(
            _("Can't write {path}: {reason}. Make room there, or give another path.").format(
                path=path, reason=error.strerror or error
            )
        ) from error


def make_folder(path: Path) -> None:
    """Make a folder and those above it, where they are not there yet.

    Raises:
        InputError: it can't be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            _("Can't write {path}: {reason}. Make room there, or give another path.").format(
                path=path, reason=error.strerror or error
            )
        ) from error


def _cells(path: Path) -> list[tuple[int, list[str]]]:
    """The number and the cells of every line that is not blank."""
    lines = enumerate(all_lines(read_text(path)), start=1)
    return [
        (number, [cell.strip() for cell in line.rstrip().split("\t")])
        for number, line in lines
        if line.strip()
    ]


def _place(column: Column, cells: Sequence[str]) -> int | None:
    """Where a header has a column."""
    return next((n for n, cell in enumerate(cells) if column.is_called(cell)), None)


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").strip("# ").split())
