"""How far writing goes before it is cut: counts of tokens, never time.

So a text depends on nothing but what was asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from viz_core.errors import InputError
from viz_core.i18n import _

if TYPE_CHECKING:
    from viz_core.runners.base import Prefix, Request, Writer
    from viz_core.trace import Trace

LONGEST = 200  # tokens of one generation


def room_behind(writer: Writer, prefix: Prefix, longest: int) -> int:
    """How many tokens can be written behind a prefix: so many, or as many as there is room for.

    Raises:
        InputError: not a single one.
    """
    room = min(longest, writer.card.n_ctx - prefix.n_read)
    if room < 1:
        raise InputError(
            _("The text fills all {n} places of the model. Shorten it.").format(n=writer.card.n_ctx)
        )
    return room


def cut_translation(request: Request, trace: Trace) -> int:
    """After how many tokens the translation is cut that a model wrote by itself; 0 if it ended."""
    if not trace.traits.translates or request.target is not None:
        return 0
    n_written = len(trace.tokens["target"]) - 1  # behind [BOS]
    return n_written if n_written >= LONGEST else 0
