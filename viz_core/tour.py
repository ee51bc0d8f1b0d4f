"""Guided tours: Markdown files in `viz_core/tours`, each stop a heading that links into the app.

# Title of the tour
A sentence about it.

## [Where each word looks](attention?model=decoder-stories&layer=0&head=1)
What one sees there, and what to try.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from viz_core.errors import InputError
from viz_core.files import all_lines, fault_at, read_text
from viz_core.i18n import LANGUAGES, _
from viz_core.places import PAGES

FOLDER = Path(__file__).parent / "tours"
HOME = "home"  # the page whose address has no name
FILE = re.compile(rf"([\w-]+)\.({'|'.join(LANGUAGES)})\.md")
STOP = re.compile(r"## \[(.+)\]\((.*)\)")
# whoever follows a link brings their own
ASK_KEY = "ask"
NOT_OF_A_VIEW = {"lang", "presenter", "v", "tour", "tour_stop", "room", ASK_KEY}


@dataclass(frozen=True)
class Stop:
    """One view of the app, and what to see there.

    Attributes:
        text: Markdown.
        page: name of the page's file, without its ending.
        state: the values in the view's link.
        asks: whether its page asks the class its question at once: `ask=true` in the link.
    """

    title: str
    text: str
    page: str
    state: Mapping[str, tuple[str, ...]]
    asks: bool = False

    def link(self, **more: str | int) -> str:
        """The view's address as every page of the app can follow it, with more values in it."""
        page = "" if self.page == HOME else self.page
        asks = {ASK_KEY: "true"} if self.asks else {}
        return f"./{page}?{urlencode({**self.state, **asks, **more}, doseq=True)}"


@dataclass(frozen=True)
class Tour:
    """A row of stops.

    Attributes:
        name: of its files, and in the address.
        intro: Markdown; may be empty.
    """

    name: str
    title: str
    intro: str
    stops: tuple[Stop, ...]


def tour_files() -> dict[str, dict[str, Path]]:
    """Every tour's files: name -> language -> file."""
    found: dict[str, dict[str, Path]] = {}
    for path in sorted(FOLDER.glob("*.md")):
        if named := FILE.fullmatch(path.name):
            found.setdefault(named[1], {})[named[2]] = path
    return found


def tour_names() -> tuple[str, ...]:
    """The tours that there are."""
    return tuple(tour_files())


def read_tour(name: str, language: str) -> Tour:
    """A tour in a language; in English, or else any other, where it was not written in that.

    Raises:
        InputError: there is no such tour, or its file is not of the form above.
    """
    files = tour_files()
    if name not in files:
        raise InputError(
            _("There is no tour “{name}”. Choose one of: {names}.").format(
                name=name[:40], names=", ".join(files)
            )
        )
    languages = files[name]
    spoken = next(code for code in (language, "en", *languages) if code in languages)
    return _parsed(name, languages[spoken])


def _parsed(name: str, path: Path) -> Tour:
    lines = all_lines(read_text(path))
    if not lines or not re.fullmatch(r"# *\S.*", lines[0]):
        raise fault_at(path, 1, _("a tour begins with its title. Write “# ” and the title here."))
    starts = [n for n, line in enumerate(lines) if re.match(r"##(?!#)", line)]
    if not starts:
        raise fault_at(
            path,
            len(lines),
            _("no stop follows. Write one as “## [What one sees](attention?head=1)”."),
        )
    stops = tuple(
        _stop(path, start, lines[start], _text(lines[start + 1 : end]))
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
    )
    return Tour(name, lines[0][1:].strip(), _text(lines[1 : starts[0]]), stops)


def _stop(path: Path, start: int, heading: str, text: str) -> Stop:
    """The stop whose heading stands in the line after `start` others."""
    number = start + 1
    found = STOP.fullmatch(heading.strip())
    if found is None:
        raise fault_at(
            path,
            number,
            _("this heading leads nowhere. Write it as “## [What one sees](attention?head=1)”."),
        )
    title, link = found.groups()
    try:
        address = urlsplit(link.strip())
        state = parse_qs(address.query, keep_blank_values=True, strict_parsing=bool(address.query))
    except ValueError:
        address, state = urlsplit("?"), {}
    if address.scheme or address.netloc or (link and not (address.path or state)):
        raise fault_at(
            path,
            number,
            _(
                "“{link}” is not a link to a view. Copy the long address that “Share” shows, from "
                "the page's name on."
            ).format(link=link[:80]),
        )
    page = address.path.strip("/") or HOME
    pages = sorted(one.stem for one in PAGES.glob("*.py"))
    if page not in pages:
        raise fault_at(
            path,
            number,
            _("there is no page “{page}”. Choose one of: {pages}.").format(
                page=page[:40], pages=", ".join(pages)
            ),
        )
    if not text:
        raise fault_at(path, number, _("nothing is said of this stop. Write a sentence below it."))
    view = {key: tuple(values) for key, values in state.items() if key not in NOT_OF_A_VIEW}
    return Stop(title, text, page, view, state.get(ASK_KEY) == ["true"])


def _text(lines: list[str]) -> str:
    return "\n".join(lines).strip()
