"""What is looked at on the Step by step page: a walk, and one stage of it."""

from __future__ import annotations

from dataclasses import dataclass

from viz_core.analysis.stage import Stage
from viz_core.analysis.walk import walk
from viz_core.i18n import _
from viz_core.lessons.step_by_step import link
from viz_core.links import LOOKED_AT
from viz_core.ui.cache import cached
from viz_core.ui.inputs import controls, word_select
from viz_core.ui.inside import ChosenHead, Inside, choose_head
from viz_core.ui.steps import walk_select


@dataclass(frozen=True)
class WalkView:
    """A walk through a block, and the stage of it that is looked at.

    Attributes:
        query, key: positions of the word that looks and of the word looked at.
        at: number of the stage, from 0.
    """

    inside: Inside
    chosen: ChosenHead
    query: int
    key: int
    stages: tuple[Stage, ...]
    at: int

    @property
    def stage(self) -> Stage:
        """The stage that is looked at."""
        return self.stages[self.at]

    @property
    def note(self) -> str:
        """What stands on exported pictures."""
        head = f"{self.chosen.attention} · {self.chosen.head}"
        return f"{self.inside.model} · {head} · {self.query} → {self.key} · {self.inside.text}"


def walk_view(inside: Inside) -> WalkView:
    """Let the visitor choose a head, two words and a stage, and walk."""
    with inside.row:
        chosen = choose_head(inside, with_mean=False)
        query = word_select(chosen.queries, label=_("Word that looks"))
        key = word_select(chosen.keys, LOOKED_AT, _("Word looked at"), default=min(query, 1))
    stages = cached(
        walk,
        trace=inside.trace,
        parameters=inside.parameters,
        attention=chosen.attention,
        head=chosen.head or 0,
        query=query,
        key=key,
    )
    names = tuple(stage.name for stage in stages)
    with controls("walk"):
        name = walk_select(
            link.AT,
            _("Stop"),
            _("The way of one word through the block, in the model's order."),
            options=names,
        )
    return WalkView(inside, chosen, query, key, stages, names.index(name))
