"""All that a page needs: words, inputs, the trace, and ways to show things."""

from viz_core.i18n import _
from viz_core.ui.attention import LINK_KEYS, attention_view, show_heads, show_map, show_strip
from viz_core.ui.examples import TOM, examples
from viz_core.ui.frame import (
    ICON,
    copy_link,
    model_table,
    open_lesson,
    speak,
    theme,
    title,
    warm_up,
)
from viz_core.ui.guesses import show_guesses
from viz_core.ui.inputs import text_input

__all__ = [
    "ICON",
    "LINK_KEYS",
    "TOM",
    "_",
    "attention_view",
    "copy_link",
    "examples",
    "model_table",
    "open_lesson",
    "show_guesses",
    "show_heads",
    "show_map",
    "show_strip",
    "speak",
    "text_input",
    "theme",
    "title",
    "warm_up",
]
