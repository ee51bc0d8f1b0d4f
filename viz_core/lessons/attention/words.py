"""The sentence itself, shaded by where the picked word looks."""

from __future__ import annotations

from viz_core.analysis.attention import crosses
from viz_core.i18n import _
from viz_core.lessons.attention.view import AttentionView
from viz_core.ui.components import token_strip
from viz_core.ui.show import how


def show(view: AttentionView) -> None:
    """The words to pick one from; of cross-attention, those of both texts."""
    token_strip(
        view.keys,
        view.weights,
        view.word,
        view.reverse,
        view.theme,
        queries=view.queries if crosses(view.record) else None,
    )
    how(_how_to_read(view))


def _how_to_read(view: AttentionView) -> str:
    """The line under the words."""
    if crosses(view.record):
        return _(
            "Above the translation, below the source: the shade and the number say how much "
            "the framed word, which was just read, looks at a word of the source to choose "
            "the word after it."
        )
    if view.reverse:
        return _("The shade and the number say how much a word looks at the framed one.")
    return _("The shade and the number say how much the framed word looks at a word.")
