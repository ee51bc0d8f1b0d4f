"""The same parts in models of published size, beside the chosen one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from viz_core.analysis.anatomy import counts
from viz_core.analysis.family import FAMILY, Published, Size, sizes
from viz_core.analysis.published import part_counts
from viz_core.figures import part_bars
from viz_core.figures.numbers import in_short, percent
from viz_core.i18n import _
from viz_core.lessons.anatomy import link
from viz_core.lessons.anatomy.names import part_names
from viz_core.lessons.anatomy.view import View
from viz_core.ui.inputs import choose, controls
from viz_core.ui.published import FORMULA, letters, published_row
from viz_core.ui.show import Details, picture

OF_FAMILY = {  # code of the link -> models of the tree
    "gpt": ("GPT-1", "GPT-2", "GPT-3"),
    "bert": ("BERT", "DistilBERT"),
    "t5": ("T5", "BART"),
    "llama": ("Llama 1", "Llama 2", "Llama 3"),
}
NEAR = 0.02  # share by which a rounded number may miss the count


def show(view: View) -> None:
    """One bar a model, one colour a part."""
    title = st.empty()
    with controls("family"):
        family = choose(link.FAMILY, _("Published models"))
    shown = _chosen(family)
    rows = [(view.model, counts(view.shapes))]
    rows += [(size.name, part_counts(size.shape)) for _model, size in shown if size.shape]
    title.subheader(_title(view, rows), anchor=False)
    picture(
        part_bars,
        "anatomy-published",
        _("One bar a model, one colour a part, its share of the whole; the total at the right."),
        _summary(),
        Details(
            formula=FORMULA,
            source=letters("; ".join(dict.fromkeys(model.source for model, _size in shown))),
            code=("viz_core/analysis/published.py", "part_counts"),
            table=lambda: pd.DataFrame(
                [
                    _own_row(view),
                    *(
                        published_row(model, size) | _of_parts(part_counts(size.shape))
                        for model, size in shown
                        if size.shape
                    ),
                ]
            ),
        ),
        rows=rows,
        names=part_names(),
        theme=view.theme,
    )


def _chosen(family: str) -> list[tuple[Published, Size]]:
    """The published models of a code of the link, each with its size: the largest of each, or all
    of one family."""
    known = [(model, size) for model in FAMILY for size in model.sizes if size.shape]
    if family in OF_FAMILY:
        return [(model, size) for model, size in known if model.name in OF_FAMILY[family]]
    return list({model.name: (model, size) for model, size in known}.values())


def _title(view: View, rows: Sequence[tuple[str, Mapping[str, int]]]) -> str:
    """How many times larger than the chosen model the largest one is."""
    times = max(sum(parts.values()) for _name, parts in rows) / sum(counts(view.shapes).values())
    return _("The same parts, {n} times larger").format(n=f"{float(f'{times:.2g}'):,.0f}")


def _summary() -> str:
    """How near our formula comes to what is stated, of all sizes whose shape is published."""
    known = sizes()
    furthest = max(known, key=lambda size: abs(size.off))
    return _(
        "One formula for all: for {n} of {all} published sizes it is within {share} of what the "
        "authors state. Furthest off is {name}: {stated} stated, {counted} counted; the table "
        "says why."
    ).format(
        n=sum(abs(size.off) <= NEAR for size in known),
        all=len(known),
        share=percent(NEAR),
        name=furthest.name,
        stated=in_short(furthest.stated or 0),
        counted=in_short(furthest.counted or 0),
    )


def _own_row(view: View) -> dict[str, str | int]:
    parts = counts(view.shapes)
    return {
        _("Model"): view.model,
        _("Parameters"): f"{sum(parts.values()):,}",
        **_of_parts(parts),
    }


def _of_parts(parts: Mapping[str, int]) -> dict[str, str | int]:
    names = part_names()
    return {names[part]: n for part, n in parts.items()}
