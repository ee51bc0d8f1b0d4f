"""What stands around a result, on the hall's screen, on phones and in the speaker's view."""

from __future__ import annotations

from viz_core.i18n import _


def result_words() -> dict[str, str]:
    """Words of `drawResult` in ui/frontend/ask.js."""
    return {
        "count": _("Guesses: {n}"),
        "n": _("Guesses: {n}, {right} of them right"),
        "others": _("others: {n}"),
        "answer": _("The model: {answer}"),
        "class": _("the class"),
        "model": _("the model"),
    }
