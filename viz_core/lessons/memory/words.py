"""The sentence itself, to pick a word from."""

from __future__ import annotations

from viz_core.i18n import _
from viz_core.kinds import Kind
from viz_core.lessons.memory.view import MemoryView
from viz_core.ui.components import token_strip
from viz_core.ui.show import how


def show(view: MemoryView) -> None:
    """The words, each shaded by what is kept of it where a gate keeps something."""
    token_strip(
        view.trace.tokens["text"], view.retention, view.word, reverse=False, theme=view.theme
    )
    how(_how_to_read(view.kind))


def _how_to_read(kind: Kind) -> str:
    """The line under the words."""
    if not kind.keeps:
        return _("Pick a word; all pictures below mark it.")
    if kind.cell:
        return _(
            "Pick a word. Shade and number: how much of what the cell held after a word is "
            "still there when the framed word has been read."
        )
    return _(
        "Pick a word. Shade and number: how much of what the state held after a word is "
        "still there when the framed word has been read."
    )
