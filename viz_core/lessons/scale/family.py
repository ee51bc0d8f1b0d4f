"""The family tree: published models by year and size, and this app's own beside them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from viz_core.analysis.family import FAMILY
from viz_core.figures import family_tree
from viz_core.i18n import _
from viz_core.lessons.scale.view import View
from viz_core.ui.cache import card
from viz_core.ui.published import FORMULA, letters, published_row
from viz_core.ui.show import Details, picture


def show(view: View) -> None:
    """One picture of all, and what is told of the size that is not published."""
    st.subheader(_title(), anchor=False)
    cards = [card(model) for model in view.models]
    picture(
        family_tree,
        "family",
        _(
            "A column a model, a mark a size; up is ten times more at each line. Grey lines lead "
            "from a model to those that follow it. The pointer tells what the authors state, what "
            "our formula counts, and the source."
        ),
        _summary(),
        Details(
            formula=FORMULA,
            source=letters("; ".join(model.source for model in FAMILY)),
            code=("viz_core/analysis/published.py", "part_counts"),
            table=lambda: pd.DataFrame(
                [published_row(model, size) for model in FAMILY for size in model.sizes]
            ),
        ),
        models=FAMILY,
        own=[(one.model_id, one.kind, one.n_params) for one in cards],
        theme=view.theme,
    )
    st.markdown(_rumours())


def _title() -> str:
    """How much larger the largest known member is than the first GPT."""
    first, last = (next(m for m in FAMILY if m.name == name) for name in ("GPT-1", "Llama 3"))
    times = (last.sizes[-1].counted or 0) / (first.sizes[-1].counted or 1)
    return _("{first} to {last}: {times} times larger in {years} years").format(
        first=first.name,
        last=last.name,
        times=f"{float(f'{times:.2g}'):,.0f}",
        years=last.year - first.year,
    )


def _summary() -> str:
    """What is counted, what is only stated, what is unknown."""
    sizes = [size for model in FAMILY for size in model.sizes]
    return _(
        "{n} sizes of {models} models. {counted} are counted from their published shapes, "
        "{stated} are drawn as stated, {unknown} is not published."
    ).format(
        n=len(sizes),
        models=len(FAMILY),
        counted=sum(size.counted is not None for size in sizes),
        stated=sum(size.counted is None and size.stated is not None for size in sizes),
        unknown=_(", ").join(size.name for size in sizes if size.n_params is None),
    )


def _rumours() -> str:
    """What circulates of the size that is not published, and where it comes from."""
    return _(
        "**GPT-4's size is not published.** Its technical report leaves it out and says so (OpenAI "
        "2023, section 2). Two figures circulate, and both are rumours. **1.8 trillion**: George "
        "Hotz spoke of 8 × 220 billion in an interview of June 2023 (Latent Space podcast), and "
        "SemiAnalysis wrote “about 1.8 trillion” in July 2023; neither names a source. **170 "
        "trillion** stands in tutorials and blog posts since 2023, about 1,000 times GPT-3; those "
        "that we found name no source at all."
    )
