"""The food that a typed recall story asks for, if it is one."""

from __future__ import annotations

import re

from viz_core.recall.world import World


def due(world: World, text: str) -> str | None:
    """The food of the animal that the story says the asked one is; None if it does not ask so.

    Args:
        text: such as "Tom is a cat. Tom's favorite food is".
    """
    for form in world.asked:
        _before, after = (re.escape(part) for part in form.split("{name}"))
        asked = re.search(rf"(\w+){after}\s*$", text.strip())
        if asked is None:
            continue
        for start in range(len(asked[1])):  # Chinese does not part a name from what is before it
            told = [
                (found.start(), found["animal"])
                for form_told in world.told
                for found in re.finditer(_pattern(form_told, asked[1][start:]), text)
                if found["animal"] in world.foods
            ]
            if told:
                return world.foods[max(told)[1]]
    return None


def _pattern(form: str, name: str) -> str:
    """What finds a told fact about somebody."""
    parts = {"{name}": rf"(?<![A-Za-z0-9]){re.escape(name)}", "{animal}": r"(?P<animal>\w+)"}
    parts["{measure}"] = r"\w"
    escaped = re.escape(form)
    for place, pattern in parts.items():
        escaped = escaped.replace(re.escape(place), pattern)
    return escaped
