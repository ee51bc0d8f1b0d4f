"""Collect the messages from the code and merge them into each catalogue.

Run as `make translations` after a sentence was added or changed; then translate what is new.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from viz_core.i18n import DOMAIN, LANGUAGES, LOCALE

ROOT = LOCALE.parent.parent
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None}


def messages() -> Catalog:
    """Everything that the code asks gettext for."""
    catalogue = Catalog(project="Attention Atlas", charset="utf-8")
    for path in _sources():
        for line, message, comments, _context in extract_from_file(
            "python", path, keywords=KEYWORDS
        ):
            place = (path.relative_to(ROOT).as_posix(), line)
            catalogue.add(message, locations=[place], auto_comments=comments)
    return catalogue


def catalogue_path(code: str) -> Path:
    """Where a language's catalogue lies."""
    return LOCALE / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def _sources() -> Iterator[Path]:
    yield ROOT / "app.py"
    for folder in ("pages", "viz_core"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def main() -> None:
    """Merge the messages into every catalogue but English, which stands in the code."""
    template = messages()
    for code in LANGUAGES:
        if code == "en":
            continue
        path = catalogue_path(code)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            with path.open("rb") as old:
                catalogue = read_po(old, locale=code)
        else:
            catalogue = Catalog(locale=code, project="Attention Atlas", charset="utf-8")
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with path.open("wb") as new:
            write_po(new, catalogue, width=100, include_lineno=False, sort_output=True)
        missing = [m.id for m in catalogue if m.id and not m.string]
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} messages, {len(missing)} to translate")


if __name__ == "__main__":
    main()
