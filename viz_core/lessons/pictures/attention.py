"""Where a patch looks, or the token that asks: the attention of a head, laid over the picture."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.attention import one_head, stacks
from viz_core.figures.numbers import percent
from viz_core.figures.pictures import patch_map
from viz_core.figures.theme import numbered
from viz_core.i18n import _
from viz_core.lessons.pictures import link
from viz_core.lessons.pictures.view import PicturesView
from viz_core.links import MEAN
from viz_core.ui.inputs import choose, controls, layer_select, number
from viz_core.ui.show import Details, picture


def show(view: PicturesView) -> None:
    """The weights of one row of the map over the patches."""
    (records,) = stacks(view.trace).values()
    heading = st.container()
    with controls("attention"):
        layer = layer_select(len(records), int(str(link.LAYER.default)))
        code = choose(link.HEAD, _("Head, from 0"))
        asks = int(number(link.PATCH, _("Who looks: a patch, or 0 for [CLS]")))
    head = None if code == MEAN else int(code)
    weights = one_head(records[layer], head)  # (query, key)
    row = weights[asks]
    best = int(row[1:].argmax())
    who = _("patch {n}").format(n=asks) if asks else "[CLS]"
    title = _("{who} looks most at patch {n}, {share}").format(
        who=who, n=best + 1, share=percent(float(row[best + 1]))
    )
    heading.subheader(title, anchor=False)
    picture(
        patch_map,
        "pictures-attention",
        _(
            "The stronger its colour, the more of a patch goes to the one that looks: the patch "
            "that is framed, or [CLS], the token that asks what the picture shows. Patches count "
            "from 1, row by row."
        ),
        f"{title}. " + _("On [CLS]: {share}.").format(share=percent(float(row[0]))),
        Details(
            formula=r"\mathrm{softmax}\left(\frac{q k^{\top}}{\sqrt{d_\mathrm{head}}}\right)",
            source="Vaswani et al. 2017, eq. 1; Dosovitskiy et al. 2021, eq. 2",
            code=("viz_core/models/layers.py", "MultiHeadAttention.forward"),
            table=lambda: _table(view, weights),
        ),
        numbers=view.numbers,
        amounts=row[1:],
        theme=view.theme,
        own=asks - 1 if asks else None,
        what=_("of the attention"),
        note=f"{link.NAMER} · "
        + _("layer {layer}, head {head}").format(layer=layer, head=link.HEAD.name(code)),
    )


def _table(view: PicturesView, weights: np.ndarray) -> pd.DataFrame:
    names = numbered(view.trace.tokens["text"].strings)
    return pd.DataFrame(weights, index=names, columns=names)
