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
from viz_core.ui.examples import (
    EATING,
    TOM,
    TOM_ASKED,
    TOM_FAR,
    examples,
    translation_examples,
)
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
from viz_core.ui.next_word import (
    show_branches,
    show_candidates,
    show_newest_attention,
    show_texts,
)
from viz_core.ui.readings import comparison
from viz_core.ui.stops import show_stop
from viz_core.ui.translate import show_beam, show_pair, show_quality
from viz_core.ui.translation import TRANSLATE_KEYS, own_translation, translation_view
from viz_core.ui.writing import NEXT_WORD_KEYS, keep_running, next_word_view

__all__ = [
    "COMPARE_KEYS",
    "COST_KEYS",
    "DISTANCE_KEYS",
    "EATING",
    "ICON",
    "LINK_KEYS",
    "MEMORY_KEYS",
    "NEXT_WORD_KEYS",
    "TOM",
    "TOM_ASKED",
    "TOM_FAR",
    "TRANSLATE_KEYS",
    "_",
    "attention_view",
    "comparison",
    "copy_link",
    "examples",
    "keep_running",
    "memory_view",
    "model_table",
    "next_word_view",
    "open_lesson",
    "own_translation",
    "show_beam",
    "show_branches",
    "show_candidates",
    "show_columns",
    "show_cost",
    "show_difference",
    "show_equation",
    "show_gradients",
    "show_guesses",
    "show_heads",
    "show_influence",
    "show_map",
    "show_newest_attention",
    "show_next_words",
    "show_numbers",
    "show_pair",
    "show_quality",
    "show_recall",
    "show_states",
    "show_stop",
    "show_strip",
    "show_strips",
    "show_texts",
    "show_training",
    "show_words",
    "speak",
    "text_input",
    "theme",
    "title",
    "translation_examples",
    "translation_view",
    "warm_up",
]
