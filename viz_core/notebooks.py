"""What a notebook shows: a trace's heads, or a view of the app, alive in a cell."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from viz_core.trace import Trace

if TYPE_CHECKING:
    from viz_core.views import View

TALL = 900  # px of a cell


class Shown:
    """One HTML file in a frame of its own, as Jupyter shows it.

    Attributes:
        file: the file.
    """

    def __init__(self, file: str, tall: int) -> None:
        self.file, self._tall = file, tall

    def _repr_html_(self) -> str:
        text = html.escape(self.file, quote=True)
        return (
            f'<iframe srcdoc="{text}" sandbox="allow-scripts allow-downloads" '
            f'style="width:100%;height:{self._tall}px;border:0"></iframe>'
        )


def show(what: Trace | View, tall: int = TALL) -> Shown:
    """A trace's heads or a view of the app, for a notebook.

    from viz_core import Request, load, show
    show(load("decoder-stories").run(Request("Tom is a cat")))

    Args:
        what: a trace with attention weights, or a view such as `view_at("/memory", "en")`.
        tall: px of the cell.

    Raises:
        VizError: the trace has no attention weights, or the page of the view fails.
    """
    from viz_core.handout.document import one_file, trace_file

    return Shown(trace_file(what) if isinstance(what, Trace) else one_file(what), tall)
