"""One question in the form of each kind: the words of input forms that a person types."""

from __future__ import annotations

import re

from viz_core.errors import InputError
from viz_core.i18n import _
from viz_core.kinds import Kind

MASK_WORD = "[MASK]"  # what a person types where an encoder shall guess
SEP_WORD = "[SEP]"  # what a person types between an encoder's two sentences
_CHINESE_END = re.compile(
    r"[\u3400-\u9fff，、：；。！？…”》）]$"
)  # what follows has no space before it


def question(kind: Kind, text: str) -> str:
    """The same question, in the form of a kind: which word stands at the place asked for?

    The place is the first [MASK], or the end of a text without one. A model that reads from left
    to right gets the text up to there, sentences not parted. An encoder gets a [MASK] there, and a
    full stop behind it where the text ends within a sentence; in Chinese, no space. A model that
    reads one text and writes another gets all of it, without the words of other input forms.

    Raises:
        InputError: nothing stands before the place, and the kind reads from left to right.
    """
    if kind.translates:
        return without(without(text, MASK_WORD), SEP_WORD)
    before, mask, _after = text.partition(MASK_WORD)
    if not kind.fills:
        if mask and not before.strip():
            raise InputError(
                _("This model reads from left to right, and nothing stands before [MASK].")
            )
        return without(before, SEP_WORD).rstrip() if mask else without(text, SEP_WORD)
    if mask or not text.strip():
        return text
    text = text.rstrip()
    if _CHINESE_END.search(text):
        return f"{text}{MASK_WORD}" if text.endswith(("。", "！", "？")) else f"{text}{MASK_WORD}。"
    return f"{text} {MASK_WORD}" if text.endswith((".", "!", "?")) else f"{text} {MASK_WORD}."


def without(text: str, word: str) -> str:
    """The text without a word of the input form and the space before it."""
    return re.sub(rf"\s*{re.escape(word)}", "", text)
