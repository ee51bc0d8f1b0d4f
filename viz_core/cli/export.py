"""`attention-atlas export`: a view of the app as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from viz_core.cli.output import note
from viz_core.errors import InputError
from viz_core.files import write_whole
from viz_core.i18n import LANGUAGES, set_language

FORMATS = ("html", "ipynb", "svg", "png", "pdf")


def export(
    out: Annotated[Path, typer.Option(help=f"File to write: {', '.join(FORMATS)} by its ending.")],
    link: Annotated[
        str | None, typer.Option(help="Address of a view; long, or a short link of this store.")
    ] = None,
    tour: Annotated[
        str | None, typer.Option(help="A tour, all its stops in one HTML file.")
    ] = None,
    picture: Annotated[
        str | None, typer.Option(help="Which picture of the view, for svg, png and pdf.")
    ] = None,
    scheme: Annotated[str, typer.Option(help="light or dark, for svg, png and pdf.")] = "light",
    language: Annotated[str, typer.Option(help=f"{' or '.join(LANGUAGES)}.")] = "en",
) -> None:
    """Write a view as an HTML file that lives without a network, a picture, or a notebook."""
    kind = out.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise InputError(f"A file ends in one of: {', '.join(FORMATS)}. {out.name!r} does not.")
    if language not in LANGUAGES:
        raise InputError(f"--language takes one of: {', '.join(LANGUAGES)}.")
    if (link is None) == (tour is None):
        raise InputError("Give --link with the address of a view, or --tour with a tour's name.")
    set_language(language)
    if tour is not None:
        if kind != "html":
            raise InputError("A tour is written as HTML. Give --out a name that ends in .html.")
        from viz_core.handout.document import tour_file

        write_whole(out, tour_file(tour, language))
    else:
        write_whole(out, _content(str(link), kind, picture, scheme, language))
    note(f"wrote {out} ({out.stat().st_size:,} bytes)")


def _content(link: str, kind: str, picture: str | None, scheme: str, language: str) -> str | bytes:
    from viz_core.handout import pictures
    from viz_core.handout.document import one_file
    from viz_core.handout.notebook import notebook
    from viz_core.views import view_at

    if "/s/" in link:
        from viz_core.store import links, store

        view = links.find(store(), link.partition("/s/")[2].split("?")[0].strip("/"))
    else:
        view = view_at(link, language)
    written: dict[str, Callable[[], str | bytes]] = {
        "html": lambda: one_file(view),
        "ipynb": lambda: notebook(view),
    }
    if kind in written:
        return written[kind]()
    return pictures.picture(view, kind, picture, scheme)
