"""What a class may be asked here: which model errs about the fact that the text told."""

from __future__ import annotations

from functools import partial

from viz_core.figures.theme import bare
from viz_core.i18n import _
from viz_core.languages import language_of
from viz_core.recall.due import due
from viz_core.recall.worlds import WORLDS
from viz_core.stage.question import Question
from viz_core.ui.readings import Comparison
from viz_core.ui.stage import Asks


def asks(comparison: Comparison) -> Asks | None:
    """The question of this view; None where the text asks for no fact that it told."""
    world = WORLDS.get(language_of(comparison.text))
    food = due(world, comparison.text) if world else None
    return partial(_ask, comparison, food) if food else None


def _ask(comparison: Comparison, food: str) -> Question:
    story = [one for one in comparison.readings if not one.traits.translates]
    said = {one.model: bare(one.guess.guesses[0].token) for one in story}
    nobody = _("none of them")
    wrong = tuple(model for model, word in said.items() if word != food)
    prompt = _("Which model does not say “{food}”? “{text}”").format(
        food=food, text=comparison.text
    )
    answer = _("; ").join(f"{model}: {word}" for model, word in said.items())
    return Question(prompt, (*said, nobody), {}, wrong or (nobody,), answer)
