"""How far each word's vector moves by a change, level by level."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from viz_core.analysis.whatif import moved
from viz_core.figures import Scale, labelled_map
from viz_core.figures.numbers import percent
from viz_core.figures.theme import numbered, visible
from viz_core.i18n import _
from viz_core.lessons.what_if.view import ChangesView
from viz_core.links import STACK
from viz_core.ui.cache import cached
from viz_core.ui.show import Details, picture


def show(view: ChangesView) -> None:
    """Nothing while nothing is changed."""
    if not view.changes:
        return
    inside = view.inside
    st.subheader(_("What becomes of the words"), anchor=False)
    asked = st.session_state.get(STACK.key)  # of the attention above; `cross` is no stack
    stack = asked if asked in inside.stacks else inside.stacks[-1]
    shares = cached(moved, before=inside.trace, after=view.after, stack=stack)
    words = inside.tokens(stack).strings
    rows = [_("input"), *(_("layer {n}").format(n=n) for n in range(len(shares) - 1))]
    most = int(shares[-1].argmax())
    summary = _("At the end {word} moved most: by {share} of its length.").format(
        word=visible(words[most]), share=percent(shares[-1, most], short=True)
    )
    picture(
        labelled_map,
        "what-if-moved",
        _("One column a word, one row a level of the stream: how far its vector moved."),
        summary,
        Details(
            formula=r"\frac{\lVert x^{\mathrm{after}} - x^{\mathrm{before}} \rVert}"
            r"{\lVert x^{\mathrm{before}} \rVert}",
            source=_(
                "Heads switched off as in Michel et al. 2019, Are Sixteen Heads Really Better?"
            ),
            code=("viz_core/runners/intervene.py", "edits"),
            table=lambda: pd.DataFrame(shares, index=rows, columns=numbered(words)),
            name="what-if",
        ),
        values=shares,
        rows=rows,
        columns=words,
        theme=inside.theme,
        scale=Scale(unit=_("of its length")),
        note=inside.note,
    )
