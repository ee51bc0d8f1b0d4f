"""What a class may be asked here: which word comes next."""

from __future__ import annotations

from functools import partial

from viz_core.figures.theme import bare
from viz_core.i18n import _
from viz_core.lessons.next_word.view import NextWordView
from viz_core.stage.question import Question, which_word
from viz_core.ui.stage import Asks


def asks(view: NextWordView) -> Asks:
    """The question of this view."""
    return partial(_ask, view)


def _ask(view: NextWordView) -> Question:
    """Which word the first model thinks comes next; the text so far stands in the question."""
    first = view.continuations[0]
    written = "".join(step.string for step in first.written)
    prompt = _("Which word comes next? “{text}”").format(text=f"{view.text}{written}")
    return which_word(prompt, ((bare(one.string), one.prob) for one in first.at.candidates))
