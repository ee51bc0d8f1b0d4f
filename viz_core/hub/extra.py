"""The optional library that other people's models need."""

from __future__ import annotations

from importlib.util import find_spec

from viz_core.errors import InputError
from viz_core.i18n import _

LIBRARY = "transformers"


def needs_transformers() -> None:
    """See that the library is there; it is imported where it is used.

    Raises:
        InputError: it is not.
    """
    if find_spec(LIBRARY) is None:
        raise InputError(
            _(
                "A model's folder was asked for, and {library} is not installed. Install it with: "
                "pip install 'attention-atlas[hub]'"
            ).format(library=LIBRARY)
        )
