"""All addresses of our own."""

from __future__ import annotations

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from viz_core.web import privacy, short
from viz_core.web.pages import HERE, STATIC


def routes() -> list[BaseRoute]:
    """What Streamlit's server asks before its own addresses."""
    files = Mount(STATIC, StaticFiles(directory=HERE / "static"))
    return [*short.ROUTES, *privacy.ROUTES, files]
