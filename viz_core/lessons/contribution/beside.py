"""One head's weights, and beside them what becomes of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.attention import is_causal
from viz_core.analysis.contribution import agreement
from viz_core.figures import Scale, weight_map
from viz_core.figures.theme import bare, numbered
from viz_core.i18n import _
from viz_core.lessons.contribution import link
from viz_core.lessons.contribution.link import GRADIENT, NORMS, ROLLOUT
from viz_core.lessons.contribution.methods import METHODS, WEIGHTS, contributions, how_to_read
from viz_core.ui.inputs import choose, controls
from viz_core.ui.inside import ChosenHead, Inside, choose_head
from viz_core.ui.show import Details, picture, say


def show(inside: Inside) -> None:
    """A head and a method that the visitor chooses, and how far their orders agree."""
    st.subheader(_("One head, twice"), anchor=False)
    with controls("head", _("Layer and head")):
        chosen = choose_head(inside, with_mean=True)
        translates = inside.trace.traits.translates
        method = choose(
            link.METHOD,
            _("Beside it"),
            _(
                "norms: weight × length of what the value becomes. gradient: what the guess would "
                "lose without the look. rollout: all layers up to the last, heads averaged."
            ),
            options=(NORMS, GRADIENT) if translates else (NORMS, GRADIENT, ROLLOUT),
        )
    left, right = st.columns(2, gap="medium")
    with left:
        weights = _show_one(inside, chosen, WEIGHTS, "contribution-left")
    with right:
        values = _show_one(inside, chosen, method, "contribution-right")
    rho = agreement(weights, values)
    say(
        _("Their order agrees by {rho} (rank correlation; 1 is the same order).").format(
            rho="–" if np.isnan(rho) else f"{rho:.2f}"
        )
    )


def _show_one(inside: Inside, chosen: ChosenHead, name: str, picture_name: str) -> np.ndarray:
    """One of the two maps; returns its numbers, (query, key)."""
    method, values = METHODS[name], contributions(inside, chosen, name)
    queries, keys = chosen.queries.strings, chosen.keys.strings
    query, key = np.unravel_index(np.abs(values).argmax(), values.shape)
    summary = _("{name}: strongest from {query} to {key}, {value}.").format(
        name=name,
        query=bare(queries[query]),
        key=bare(keys[key]),
        value=f"{values[query, key]:.2f}",
    )
    picture(
        weight_map,
        picture_name,
        how_to_read(name),
        summary,
        Details(
            formula=method.formula,
            source=method.source,
            code=method.code,
            table=lambda: pd.DataFrame(values, index=numbered(queries), columns=numbered(keys)),
            name=f"contribution-{name}",
        ),
        aloud=False,
        values=values,
        queries=queries,
        keys=keys,
        theme=inside.theme,
        scale=Scale(signed=True, unit=_("nats")) if method.signed else Scale(limit=1),
        wide=440,
        causal=is_causal(chosen.record.name),
        note=f"{inside.note} · {chosen.attention} · {chosen.head} · {name}",
    )
    return values
