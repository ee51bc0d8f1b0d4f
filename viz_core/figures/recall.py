"""Picture of recall: what is left of a fact after other sentences, model beside model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from viz_core.figures.shares import share_panels
from viz_core.figures.theme import LIGHT, Theme
from viz_core.i18n import _


def recall_chart(
    rows: Sequence[Mapping[str, Any]], theme: Theme = LIGHT, *, note: str = ""
) -> alt.FacetChart:
    """Draw accuracy against distance, one panel for each number of facts, all models in each.

    Args:
        rows: `model`, `kind` and the fields of `viz_core.recall.measure.Cell`, one for each cell.
        note: where the figures come from, to stand on the exported picture.
    """
    return share_panels(
        [{**row, "panel": _panel(row["n_facts"]), "at": row["n_between"]} for row in rows],
        _("sentences between fact and question"),
        _("right food word"),
        theme,
        told={"any_food_of_the_story": _("any food of the story")},
        note=note,
    )


def _panel(n_facts: int) -> str:
    """The title of a panel."""
    return _("1 fact") if n_facts == 1 else _("{n} facts").format(n=n_facts)
