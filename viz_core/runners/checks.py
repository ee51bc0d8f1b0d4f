"""What is refused before a model runs: texts, lengths, places, measures and patterns."""

from __future__ import annotations

import re
from collections.abc import Collection
from fnmatch import fnmatchcase

from viz_core.errors import InputError, TooLongError
from viz_core.i18n import _
from viz_core.runners.base import MEASURES, Request

MAX_CHARS = 20_000  # longer text is refused before anything reads it
MAX_SQUARE = 96  # tokens of a text of which each is varied in turn: n passes over n tokens


def check_text(text: str) -> None:
    """Refuse what no model can read.

    Raises:
        InputError: the text is empty, endless or holds half a character.
    """
    if not text.strip():
        raise InputError(_("The text is empty. Type at least one word."))
    if len(text) > MAX_CHARS:
        raise TooLongError(
            _("The text has {n} characters; at most {limit} are read. Shorten it.").format(
                n=len(text), limit=MAX_CHARS
            )
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            _("Character {n} of the text is half of a Unicode pair. Remove it.").format(
                n=error.start + 1
            )
        ) from error


def check_one_text(request: Request) -> None:
    """Refuse a second text for a model that reads one.

    Raises:
        InputError: there is a target.
    """
    if request.target is not None:
        raise InputError(_("This model reads one text and got a target too. Leave the target out."))


def check_measures(measures: Collection[str], n_tokens: int, cheap: Collection[str]) -> None:
    """Refuse a measure that there is not, or that the text is too long for.

    Args:
        cheap: measures that need no more than one pass, so that any length will do.

    Raises:
        InputError: lists what there is, or says by how much the text is too long.
    """
    for measure in measures:
        if measure not in MEASURES:
            raise InputError(
                _("There is no measure {measure}. There are: {names}.").format(
                    measure=repr(measure), names=", ".join(MEASURES)
                )
            )
    if set(measures) - set(cheap) and n_tokens > MAX_SQUARE:
        raise InputError(
            _(
                "The text has {n} tokens; what needs many passes is measured of at most {limit}. "
                "Shorten it by {over}."
            ).format(n=n_tokens, limit=MAX_SQUARE, over=n_tokens - MAX_SQUARE)
        )


def check_length(n_tokens: int, n_ctx: int) -> None:
    """Refuse more tokens than the model has positions.

    Raises:
        TooLongError: says by how much.
    """
    if n_tokens > n_ctx:
        raise TooLongError(
            _(
                "The text has {n} tokens; this model reads at most {limit}. Shorten it by {over}."
            ).format(n=n_tokens, limit=n_ctx, over=n_tokens - n_ctx)
        )


def check_place(pos: int, n_tokens: int) -> None:
    """Refuse a place that the text has not.

    Raises:
        InputError: says which places there are.
    """
    if not 0 <= pos < n_tokens:
        raise InputError(
            _("There is no token {pos}; the text has tokens 0 to {last}.").format(
                pos=pos, last=n_tokens - 1
            )
        )


def check_patterns(want: Collection[str], names: Collection[str]) -> None:
    """Refuse a pattern that matches no record.

    Raises:
        InputError: lists the names that there are.
    """
    for pattern in want:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise InputError(
                _("No record matches {pattern}. This model has: {names}.").format(
                    pattern=repr(pattern), names=", ".join(_without_layers(names))
                )
            )


def _without_layers(names: Collection[str]) -> list[str]:
    """The names with every layer number replaced by `*`, each once."""
    return list(dict.fromkeys(re.sub(r"\.\d+\.", ".*.", name) for name in names))
