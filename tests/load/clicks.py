"""What visitors click on each page, and what they type."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import count

# Widgets' keys; a visitor clicks one after another, each on to its next value.
CLICKS: dict[str, tuple[str, ...]] = {
    "home": ("word", "head", "layer"),
    "compare": ("measure", "weights", "map"),
    "memory": ("word", "layer"),
    "attention": ("layer", "head", "word"),
    "distance": ("measure", "scale"),
    "next_word": ("step", "head"),
    "translate": ("stop", "width"),
    "step_by_step": ("at", "word", "head"),
    "positions": ("encoding",),
    "residual_stream": ("view",),
    "contribution": ("method", "layer", "head"),
    "what_if": ("hidden", "off", "side"),
    "anatomy": ("model",),
    "cost": ("what",),
}
TEXT = "text"  # key of the box for the visitor's text


def own_texts(page: str) -> Iterator[str]:
    """Texts that no server has read before, of about equal length, without end."""
    sentence = (
        "我有{n}只猫。" if page == "translate" else "Tom has {n} cats. Tom's favorite food is"
    )
    return (sentence.format(n=n) for n in count(random.randrange(10**6, 10**7)))
