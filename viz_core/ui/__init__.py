"""All that a page needs: words, inputs, the trace, and ways to show things."""

from viz_core.i18n import _
from viz_core.ui.anatomy import ANATOMY_KEYS, show_diagram, show_published, show_token_cost
from viz_core.ui.attention import LINK_KEYS, attention_view, show_heads, show_map, show_strip
from viz_core.ui.compare import (
    COMPARE_KEYS,
    show_columns,
    show_numbers,
    show_strips,
)
from viz_core.ui.contribution import (
    CONTRIBUTION_KEYS,
    NEEDED,
    show_beside,
    show_explanations,
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
from viz_core.ui.flow import FLOW_KEYS, show_home
from viz_core.ui.frame import (
    ICON,
    copy_link,
    model_table,
    speak,
    theme,
    title,
    warm_up,
)
from viz_core.ui.guesses import show_guesses
from viz_core.ui.inputs import text_input
from viz_core.ui.inside import look_inside
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
from viz_core.ui.openings import opening_input, show_openings
from viz_core.ui.positions import POSITION_KEYS, show_part
from viz_core.ui.readings import comparison
from viz_core.ui.step_by_step import STEP_KEYS, show_end, show_walk, walk_view
from viz_core.ui.stops import show_stop
from viz_core.ui.stream import STREAM_KEYS, show_stream, stream_view
from viz_core.ui.tour import show_tours
from viz_core.ui.translate import show_beam, show_pair, show_quality
from viz_core.ui.translation import TRANSLATE_KEYS, own_translation, translation_view
from viz_core.ui.what_if import (
    WHAT_IF_KEYS,
    changes_view,
    show_changed_attention,
    show_effect,
    show_moved,
)
from viz_core.ui.writing import NEXT_WORD_KEYS, keep_running, next_word_view

__all__ = [
    "ANATOMY_KEYS",
    "COMPARE_KEYS",
    "CONTRIBUTION_KEYS",
    "COST_KEYS",
    "DISTANCE_KEYS",
    "EATING",
    "FLOW_KEYS",
    "ICON",
    "LINK_KEYS",
    "MEMORY_KEYS",
    "NEEDED",
    "NEXT_WORD_KEYS",
    "POSITION_KEYS",
    "STEP_KEYS",
    "STREAM_KEYS",
    "TOM",
    "TOM_ASKED",
    "TOM_FAR",
    "TRANSLATE_KEYS",
    "WHAT_IF_KEYS",
    "_",
    "attention_view",
    "changes_view",
    "comparison",
    "copy_link",
    "examples",
    "keep_running",
    "look_inside",
    "memory_view",
    "model_table",
    "next_word_view",
    "opening_input",
    "own_translation",
    "show_beam",
    "show_beside",
    "show_branches",
    "show_candidates",
    "show_changed_attention",
    "show_columns",
    "show_cost",
    "show_diagram",
    "show_difference",
    "show_effect",
    "show_end",
    "show_equation",
    "show_explanations",
    "show_gradients",
    "show_guesses",
    "show_heads",
    "show_home",
    "show_influence",
    "show_map",
    "show_moved",
    "show_newest_attention",
    "show_next_words",
    "show_numbers",
    "show_openings",
    "show_pair",
    "show_part",
    "show_published",
    "show_quality",
    "show_recall",
    "show_states",
    "show_stop",
    "show_stream",
    "show_strip",
    "show_strips",
    "show_texts",
    "show_token_cost",
    "show_tours",
    "show_training",
    "show_walk",
    "show_words",
    "speak",
    "stream_view",
    "text_input",
    "theme",
    "title",
    "translation_examples",
    "translation_view",
    "walk_view",
    "warm_up",
]
