"""What is looked at on the Pictures page: a picture, and what a model makes of its patches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from viz_core.errors import VizError
from viz_core.figures.theme import Theme
from viz_core.lessons.pictures import link
from viz_core.pictures import digits, read_picture
from viz_core.runners.base import Request
from viz_core.trace import Trace
from viz_core.ui.cache import run
from viz_core.ui.errors import show_error

WANT = ("*.q", "*.k", "*.scores", "*.weights", "logits")


@dataclass(frozen=True)
class PicturesView:
    """A picture, read by a model that names it.

    Attributes:
        picture: as `viz_core.pictures` writes it.
        numbers: (SIDE, SIDE).
        trace, untrained: of the model, and of its twin with the weights that training began with.
        wrote: the digit that somebody wrote, if it is one of those that nothing was trained on.
    """

    picture: str
    numbers: np.ndarray
    trace: Trace
    untrained: Trace
    wrote: int | None
    theme: Theme

    @property
    def note(self) -> str:
        """What stands on exported pictures."""
        return f"{link.NAMER} · {self.picture}"


def look(picture: str, theme: Theme) -> PicturesView:
    """Let the model read a picture; one that is none ends the page with a sentence."""
    try:
        numbers = read_picture(picture)
    except VizError as error:
        show_error(error)
        st.stop()
    request = Request(picture, want=WANT, measures=("occlusion",))
    trace = run(link.NAMER, request)
    untrained = run(link.NAMER, Request(picture, want=WANT), trained=False)
    return PicturesView(picture, numbers, trace, untrained, _written(numbers), theme)


def _written(numbers: np.ndarray) -> int | None:
    """The digit that a picture shows, where somebody wrote just this one."""
    unseen = digits("test")
    same = np.flatnonzero((unseen.pictures == numbers).all((1, 2)))
    return int(unseen.names[same[0]]) if len(same) else None
