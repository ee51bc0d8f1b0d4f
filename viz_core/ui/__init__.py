"""All that a page needs: words, inputs, the trace, and ways to show things."""

from viz_core.i18n import _
from viz_core.ui.attention import LINK_KEYS, attention_view, show_heads, show_map, show_strip
from viz_core.ui.compare import (
    COMPARE_KEYS,
    show_columns,
    show_numbers,
    show_strips,
)
from viz_core.ui.cost import COST_KEYS, show_cost, show_training
from viz_core.ui.difference import show_difference
from viz_core.ui.distance import DISTANCE_KEYS, show_influence, show_recall
from viz_core.ui.examples import TOM, TOM_ASKED, TOM_FAR, examples
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
from viz_core.ui.memory import (
    MEMORY_KEYS,
    memory_view,
    show_equation,
    show_gradients,
    show_next_words,
    show_states,
    show_words,
)
from viz_core.ui.readings import comparison

__all__ = [
    "COMPARE_KEYS",
    "COST_KEYS",
    "DISTANCE_KEYS",
    "ICON",
    "LINK_KEYS",
    "MEMORY_KEYS",
    "TOM",
    "TOM_ASKED",
    "TOM_FAR",
    "_",
    "attention_view",
    "comparison",
    "copy_link",
    "examples",
    "memory_view",
    "model_table",
    "open_lesson",
    "show_columns",
    "show_cost",
    "show_difference",
    "show_equation",
    "show_gradients",
    "show_guesses",
    "show_heads",
    "show_influence",
    "show_map",
    "show_next_words",
    "show_numbers",
    "show_recall",
    "show_states",
    "show_strip",
    "show_strips",
    "show_training",
    "show_words",
    "speak",
    "text_input",
    "theme",
    "title",
    "warm_up",
]
