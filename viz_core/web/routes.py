"""All addresses of our own."""

from __future__ import annotations

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from viz_core.handout.bundle import KIT, OWN
from viz_core.web import lead, privacy, rooms, short, speaker
from viz_core.web.pages import HERE, STATIC


def routes() -> list[BaseRoute]:
    """What Streamlit's server asks before its own addresses."""
    own = [
        Mount(address, StaticFiles(directory=folder))
        for address, folder in (
            (STATIC, HERE / "static"),
            ("/stage/viz_core.alive", OWN),
            ("/stage/viz_core.kit", KIT),
        )
    ]
    return [*short.ROUTES, *privacy.ROUTES, *lead.ROUTES, *speaker.ROUTES, *rooms.ROUTES, *own]
