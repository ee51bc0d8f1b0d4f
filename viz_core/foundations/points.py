"""Points of a plane as people give them: dragged, in a link, or pasted as a table."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, isfinite, log10

import numpy as np

from viz_core.errors import InputError
from viz_core.files import all_lines
from viz_core.i18n import _

MOST_POINTS = 60
LARGEST = 1e6  # of a coordinate, in either direction
LONGEST_TABLE = 20_000  # characters
DIGITS = 10  # of a coordinate; a number of the table is kept whole as far as they go
SEPARATORS = (";", "\t", ",")  # of the cells of a line; the first one in it; else white space

# Anscombe 1973, Graphs in Statistical Analysis: four sets that have the same line
_ANSCOMBE_X = (10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5)
ANSCOMBE = tuple(
    np.array([x, y], float).T
    for x, y in (
        (_ANSCOMBE_X, (8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68)),
        (_ANSCOMBE_X, (9.14, 8.14, 8.74, 8.77, 9.26, 8.1, 6.13, 3.1, 9.13, 7.26, 4.74)),
        (_ANSCOMBE_X, (7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73)),
        (
            (8, 8, 8, 8, 8, 8, 8, 19, 8, 8, 8),
            (6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.5, 5.56, 7.91, 6.89),
        ),
    )
)


def read_points(text: str) -> np.ndarray:
    """Points as a link writes them: `1,2.5 3,4`.

    Returns:
        (point, 2), the coordinates x and y.

    Raises:
        InputError: it is not of that form, too many, or a number can't be drawn.
    """
    _check_length(text)
    parts = text.split()
    _check_count(len(parts))
    return _array([_pair(part.split(","), part) for part in parts])


def write_points(points: np.ndarray) -> str:
    """The form that `read_points` reads."""
    return " ".join(f"{x:.{DIGITS}g},{y:.{DIGITS}g}" for x, y in points)


def read_table(text: str) -> np.ndarray:
    """Points pasted as a table: a line a point, two numbers in it.

    The numbers are parted by a semicolon, a tab, a comma or white space; beside a semicolon a comma
    is a decimal mark. Blank lines are passed over, and a first line without a number is a header.

    Returns:
        (point, 2), the coordinates x and y.

    Raises:
        InputError: there is no point or too many of them, or a line is not of that form.
    """
    _check_length(text)
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n")
    lines = [(n, line.strip()) for n, line in enumerate(all_lines(plain), 1)]
    rows = [(n, line, _cells(line)) for n, line in lines if line]
    if rows and not any(map(_is_number, rows[0][2])):
        rows = rows[1:]
    if not rows:
        raise InputError(_("The table has no point. Write two numbers a line, such as 1.5, 2."))
    _check_count(len(rows))
    return _array([_pair(cells, line, n) for n, line, cells in rows])


def extent(values: np.ndarray) -> tuple[float, float]:
    """The ends of an axis with room around values, so round that they stay while one is dragged."""
    low, high = float(np.min(values)), float(np.max(values))
    pad = 0.12 * (high - low) or max(1.0, abs(high)) / 2
    quarter = (high - low + 2 * pad) / 4
    power = 10.0 ** floor(log10(quarter))
    unit = power * max(n for n in (1, 2, 5) if n * power <= quarter)
    return unit * floor((low - pad) / unit), unit * ceil((high + pad) / unit)


def keyed(ends: tuple[float, float]) -> float:
    """How far an arrow key moves a point on an axis with these ends: a power of ten."""
    return 10.0 ** round(log10((ends[1] - ends[0]) / 50))


def _cells(line: str) -> list[str]:
    """The cells of a line; quotes around them are not read."""
    mark = next((mark for mark in SEPARATORS if mark in line), None)
    cells = [cell.strip(" \t\"'") for cell in line.split(mark)]
    return [cell.replace(",", ".") for cell in cells] if mark == ";" else cells


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _pair(cells: Sequence[str], given: str, line: int | None = None) -> tuple[float, float]:
    """The two numbers of a point.

    Args:
        given: what stands there, for people.
        line: of a table.
    """
    where = "" if line is None else _("Line {n}: ").format(n=line)
    if len(cells) != 2 or not all(map(_is_number, cells)):
        raise InputError(
            where
            + _("“{given}” is no point. Write two numbers, such as 1.5, 2.").format(
                given=given[:40]
            )
        )
    x, y = map(float, cells)
    for value, cell in ((x, cells[0]), (y, cells[1])):
        if not isfinite(value) or abs(value) > LARGEST:
            raise InputError(
                where
                + _("{value} can't be drawn. A number is from −{largest} to {largest}.").format(
                    value=cell[:40], largest=f"{LARGEST:,.0f}"
                )
            )
    return x, y


def _array(pairs: Sequence[tuple[float, float]]) -> np.ndarray:
    return np.array(pairs, float).reshape(-1, 2)


def _check_length(text: str) -> None:
    if len(text) > LONGEST_TABLE:
        raise InputError(
            _("The table has {n} characters; at most {most} are read. Paste fewer lines.").format(
                n=f"{len(text):,}", most=f"{LONGEST_TABLE:,}"
            )
        )


def _check_count(n: int) -> None:
    if n > MOST_POINTS:
        raise InputError(
            _("There are {n} points; at most {most} are drawn. Take away {over}.").format(
                n=n, most=MOST_POINTS, over=n - MOST_POINTS
            )
        )
