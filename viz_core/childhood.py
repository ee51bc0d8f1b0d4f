"""A model at a step of its training, as one more model: by an id that says which, and when.

`lstm-stories-at-300` is `lstm-stories` as it was after 300 steps. Nothing lists such models: who
chose the model and a step gets one, and everything that takes an id takes it.
"""

from __future__ import annotations

import re

_AGED = re.compile(r"([\w-]+)-at-(\d{1,9})")


def aged(model_id: str, step: int) -> str:
    """The id of a model at a step."""
    return f"{model_id}-at-{step}"


def grown(model_id: str) -> str:
    """The id of the model that one at a step became; of any other model its own."""
    return said(model_id)[0]


def said(model_id: str) -> tuple[str, int | None]:
    """The model that an id names, and the step; None where it names none."""
    parts = _AGED.fullmatch(model_id)
    return (parts[1], int(parts[2])) if parts else (model_id, None)
