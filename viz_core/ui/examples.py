"""Sentences that make a point, and which point."""

from __future__ import annotations

from viz_core.i18n import _

TOM = "Tom is a cat. Tom's favorite food is fish."
TOM_ASKED = "Tom is a cat. Tom's favorite food is"
TOM_FAR = (
    "Tom is a cat. The sun was warm and the sky was blue. They went to the park and had fun. "
    "Tom's favorite food is"
)


def examples() -> dict[str, str]:
    """Sentence -> what it shows."""
    return {
        TOM: _("a name comes back"),
        TOM_ASKED: _("what does a cat eat?"),
        TOM_FAR: _("the same, two sentences later"),
        "The apple is": _("what is an apple?"),
        "Tom is a cat. Lily is a dog. Lily's favorite food is": _("two animals, one question"),
        "Tom is a [MASK]. Tom's favorite food is fish.": _("for the encoder: guess the animal"),
        "Lily went to the park. She played with her": _("who is she?"),
        "Once upon a time, there was a little": _("how stories begin"),
        "The sun was hot. [SEP] She drank some water.": _("two sentences for the encoder"),
        "我正在吃饭。": _("Chinese: read byte by byte"),
    }
