"""The kit: what every page and lesson is made of. A lesson takes it by module, a page by name."""

from viz_core.i18n import _
from viz_core.sentences import examples, translation_examples
from viz_core.ui.frame import (
    ICON,
    run_alone,
    run_live,
    show_page,
    speak,
    theme,
    title,
    warm_up,
)
from viz_core.ui.inputs import text_input
from viz_core.ui.inside import look_inside
from viz_core.ui.readings import comparison
from viz_core.ui.share import share
from viz_core.ui.tour import show_tours

__all__ = [
    "ICON",
    "_",
    "comparison",
    "examples",
    "look_inside",
    "run_alone",
    "run_live",
    "share",
    "show_page",
    "show_tours",
    "speak",
    "text_input",
    "theme",
    "title",
    "translation_examples",
    "warm_up",
]
