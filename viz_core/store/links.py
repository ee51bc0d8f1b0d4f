"""Short links: a view, kept for good under the shortest free beginning of its hash."""

from __future__ import annotations

from sqlalchemy import insert, select

from viz_core.errors import InputError
from viz_core.i18n import _
from viz_core.store.database import Store
from viz_core.store.tables import LINKS
from viz_core.views import ALPHABET, View, read_view

SHORTEST = 9  # characters: 32 to the ninth are 35 million millions
AS_READ = str.maketrans("oil", "011")  # letters that people type for a digit


def keep(store: Store, view: View) -> str:
    """The id of a view; the same one each time.

    Raises:
        StoreError: it can't be kept.
    """
    with store.writing() as connection:
        store.alone(connection, LINKS)
        known = connection.scalar(select(LINKS.c.id).where(LINKS.c.key == view.key))
        if known is not None:
            return str(known)
        prefixes = [view.key[:n] for n in range(SHORTEST, len(view.key) + 1)]
        taken = set(connection.scalars(select(LINKS.c.id).where(LINKS.c.id.in_(prefixes))))
        free = next(prefix for prefix in prefixes if prefix not in taken)
        connection.execute(insert(LINKS).values(key=view.key, id=free, view=view.json))
    return free


def find(store: Store, typed: str) -> View:
    """The view that an id names, however it is typed.

    Raises:
        InputError: there is none.
    """
    link = typed.strip().lower().translate(AS_READ)
    if len(link) >= SHORTEST and not set(link) - set(ALPHABET):
        with store.reading() as connection:
            found = connection.scalar(select(LINKS.c.view).where(LINKS.c.id == link))
        if found is not None:
            return read_view(found)
    raise InputError(
        _("There is no link “{link}” here. Look at it again, letter by letter.").format(
            link=typed[:60]
        )
    )
