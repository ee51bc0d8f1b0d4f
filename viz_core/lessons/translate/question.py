"""What a class may be asked here: a translation of its own."""

from __future__ import annotations

from functools import partial

from viz_core.i18n import _
from viz_core.lessons.translate.view import TranslationView
from viz_core.stage.question import Question
from viz_core.ui.stage import Asks


def asks(view: TranslationView) -> Asks:
    """The question of this view."""
    return partial(_ask, view)


def _ask(view: TranslationView) -> Question:
    """How one would translate the sentence; the model's own translation is shown, and none is right
    alone."""
    own = "".join(step.string for step in view.steps if not step.ended).strip()
    return Question(_("Translate: “{text}”").format(text=view.text), answer=own)
