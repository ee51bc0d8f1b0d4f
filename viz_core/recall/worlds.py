"""The worlds that there are, one a language."""

from __future__ import annotations

from viz_core.recall.chinese import CHINESE
from viz_core.recall.english import ENGLISH
from viz_core.recall.world import World

WORLDS = {world.language: world for world in (ENGLISH, CHINESE)}


def world_of(language: str) -> World:
    """The world that is told in a language.

    Raises:
        ValueError: there is none.
    """
    if language not in WORLDS:
        raise ValueError(f"language {language!r} is not one of {', '.join(WORLDS)}")
    return WORLDS[language]
