"""Which patches the name rests on: what blank paper in the place of each would do."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from viz_core.figures.pictures import patch_map
from viz_core.i18n import _
from viz_core.lessons.pictures import link
from viz_core.lessons.pictures.view import PicturesView
from viz_core.ui.show import Details, picture


def show(view: PicturesView) -> None:
    """The fall of the name's probability without each patch."""
    drops = view.trace["occlusion.drop"].values[1:]  # [CLS] is no patch
    best, guess = int(drops.argmax()), view.trace.top[0]
    title = _("“{digit}” rests most on patch {n}").format(digit=guess.token, n=best + 1)
    st.subheader(title, anchor=False)
    picture(
        patch_map,
        "pictures-rests",
        _(
            "By how much the probability of the name falls if the patch were blank paper. Brown: "
            "it falls, the patch speaks for the name; purple: it rises."
        ),
        _("Without patch {n}: {drop} less.").format(n=best + 1, drop=f"{drops[best]:.3f}"),
        Details(
            formula=r"p(\hat y \mid x) - p(\hat y \mid x \text{ without patch } i)",
            source="Zeiler and Fergus 2014, section 4.2",
            code=("viz_core/runners/measures.py", "occlusion"),
            table=lambda: pd.DataFrame({_("Patch"): range(1, len(drops) + 1), _("Fall"): drops}),
        ),
        numbers=view.numbers,
        amounts=drops,
        theme=view.theme,
        signed=True,
        what=_("less likely"),
        note=f"{link.NAMER} · {guess.token}",
    )
