"""Every sentence that a person reads, in the person's language.

Catalogues are plain gettext `.po` files under `viz_core/locale`, compiled in memory when first
asked for. The language belongs to the current context, so each visitor's run has its own.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

LANGUAGES = {"en": "English", "zh": "中文"}
DOMAIN = "attention_atlas"
LOCALE = Path(__file__).parent / "locale"

_language: ContextVar[str] = ContextVar("language", default="en")


def _(message: str) -> str:
    """The message in the current language."""
    return catalogue(_language.get()).gettext(message)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a message that is translated later, where it is shown."""
    return message


def language() -> str:
    """The current context's language, a key of `LANGUAGES`."""
    return _language.get()


def set_language(code: str) -> None:
    """Choose the language of the current context.

    Raises:
        ValueError: no such language.
    """
    if code not in LANGUAGES:
        raise ValueError(f"language {code!r} is not one of {', '.join(LANGUAGES)}")
    _language.set(code)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak another language for a while."""
    before = language()
    set_language(code)
    try:
        yield
    finally:
        set_language(before)


def nearest_language(locale: str | None) -> str:
    """The language of ours that a browser's locale, such as `zh-CN`, comes closest to."""
    code = (locale or "").replace("_", "-").split("-")[0].lower()
    return code if code in LANGUAGES else "en"


@cache
def catalogue(code: str) -> NullTranslations:
    """The compiled catalogue; English is what stands in the code."""
    if code == "en":
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with (LOCALE / code / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as source:
        messages = read_po(source, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return GNUTranslations(compiled)
