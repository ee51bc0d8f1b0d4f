"""What the Anatomy page looks at: one model, and the sizes of all that it learned."""

from __future__ import annotations

from dataclasses import dataclass

from viz_core import registry
from viz_core.figures.theme import Theme
from viz_core.lessons.anatomy import link
from viz_core.runners.base import Card
from viz_core.ui.cache import card
from viz_core.ui.inputs import controls, model_select


@dataclass(frozen=True)
class View:
    """The chosen model."""

    model: str
    theme: Theme

    @property
    def card(self) -> Card:
        """What can be said of it without loading it."""
        return card(self.model)

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of every parameter, by name."""
        parameters = registry.load(self.model).parameters
        return {name: value.shape for name, value in parameters.items()}


def choose(theme: Theme) -> View:
    """Let the visitor choose a model."""
    with controls("model"):
        return View(model_select(link.MODEL), theme)
