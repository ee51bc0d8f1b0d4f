"""The chosen model's block diagram, every learned number in one of its boxes."""

from __future__ import annotations

import pandas as pd

from viz_core.analysis.anatomy import columns, counts
from viz_core.figures import block_diagram
from viz_core.i18n import _
from viz_core.lessons.anatomy.names import box_names, part_names
from viz_core.lessons.anatomy.view import View
from viz_core.ui.show import Details, picture


def show(view: View) -> None:
    """The blocks of a model, from the words upwards."""
    card, shapes = view.card, view.shapes
    picture(
        block_diagram,
        "anatomy",
        _(
            "From the words upwards. The number in a box is what it learned; the dotted frame "
            "stands for all blocks; a line past a box is the residual connection."
        ),
        _summary(view.model, counts(shapes)),
        Details(
            formula=r"N = \sum_{\mathrm{part}} \prod \mathrm{shape}",
            source=card.source,
            code=("viz_core/analysis/anatomy.py", "counts"),
            table=lambda: pd.DataFrame(
                [
                    {_("Parameter"): name, _("Shape"): " × ".join(map(str, shape))}
                    for name, shape in shapes.items()
                ]
            ),
        ),
        columns=columns(card.traits, card.design, shapes, card.n_layer),
        names=box_names(),
        theme=view.theme,
        note=f"{view.model} · {card.source}",
    )


def _summary(model: str, parts: dict[str, int]) -> str:
    """How many numbers a model and each of its parts learned."""
    names = part_names()
    return _("{model} has {n} parameters: {parts}.").format(
        model=model,
        n=f"{sum(parts.values()):,}",
        parts=_("; ").join(f"{names[part]} {n:,}" for part, n in parts.items()),
    )
