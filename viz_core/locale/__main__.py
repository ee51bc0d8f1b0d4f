"""Collect the messages from the code and merge them into each catalogue, by Babel's own commands.

Run as `make translations` after a sentence was added or changed; then translate what is new, and
read again what is marked fuzzy: its English is no longer the one that was translated.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from viz_core.i18n import DOMAIN, LANGUAGES, LOCALE

ROOT = LOCALE.parent.parent
SOURCES = ("app.py", "pages", "viz_core")


def extract(template: Path) -> None:
    """Write everything that the code asks gettext for, in the order of the files."""
    _babel("extract", "--sort-by-file", "--add-location=file", "--output", template, *SOURCES)


def update(template: Path, code: str, folder: Path = LOCALE) -> None:
    """Merge a template into a language's catalogue; a changed sentence keeps its text as fuzzy."""
    # A date would differ in every change. The English before is left to version control: Babel
    # takes it for a translator's comment when it reads it again, and never drops it.
    kept = ("--init-missing", "--ignore-obsolete", "--ignore-pot-creation-date", "--width=100")
    where = ("--domain", DOMAIN, "--output-dir", folder, "--locale", code)
    _babel("update", *kept, *where, "--input-file", template)


def read(code: str, folder: Path = LOCALE) -> Catalog:
    """A language's catalogue as it stands in its file."""
    with (folder / code / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as source:
        return read_po(source, locale=code)


def _babel(command: str, *arguments: str | Path) -> None:
    babel = (sys.executable, "-m", "babel.messages.frontend", "--quiet")
    subprocess.run([*babel, command, *arguments], cwd=ROOT, check=True)


def main() -> None:
    """Merge the messages into every catalogue but English, which stands in the code."""
    with TemporaryDirectory() as folder:
        template = Path(folder) / f"{DOMAIN}.pot"
        extract(template)
        for code in LANGUAGES:
            if code == "en":
                continue
            update(template, code)
            messages = [m for m in read(code) if m.id]
            missing, fuzzy = sum(not m.string for m in messages), sum(m.fuzzy for m in messages)
            print(f"{code}: {len(messages)} messages, {missing} untranslated, {fuzzy} fuzzy")


if __name__ == "__main__":
    main()
