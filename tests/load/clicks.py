"""What visitors click on each page, and what they type."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import count

# Widgets' keys; a visitor clicks one after another, each on to its next value.
CLICKS: dict[str, tuple[str, ...]] = {
    "home": ("word", "head_shown", "layer"),
    "compare": ("measure_shown", "weights_shown", "map_shown"),
    "line": ("step", "point", "a"),
    "tokens": ("step", "model"),
    "iris": ("k", "metric_shown", "across_shown"),
    "parameters": ("parameters", "seed", "depends_shown"),
    "memory": ("word", "layer"),
    "attention": ("layer", "head_shown", "word"),
    "distance": ("measure_shown", "scale_shown"),
    "next_word": ("step", "head_shown"),
    "translate": ("stop_shown", "width"),
    "step_by_step": ("at_shown", "word", "head_shown"),
    "positions": ("encoding_shown",),
    "residual_stream": ("view_shown",),
    "contribution": ("method_shown", "layer", "head_shown"),
    "what_if": ("hidden", "off", "side_shown"),
    "anatomy": ("model", "family_shown"),
    "scale": ("words",),
    "train": ("layers",),
    "cost": ("what_shown",),
    "pictures": ("layer", "head_shown", "ask_shown"),
    "few_shot": ("examples_shown", "layer", "head_shown"),
}
TEXT = "text"  # key of the box for the visitor's text


def own_texts(page: str) -> Iterator[str]:
    """Texts that no server has read before, of about equal length, without end."""
    sentence = (
        "我有{n}只猫。" if page == "translate" else "Tom has {n} cats. Tom's favorite food is"
    )
    return (sentence.format(n=n) for n in count(random.randrange(10**6, 10**7)))
