"""The neighbours with their distances, and how they vote."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from viz_core.figures.neighbours import distance_bars
from viz_core.foundations.neighbours import flowers
from viz_core.i18n import _
from viz_core.lessons.iris.plane import counted
from viz_core.lessons.iris.view import IrisView, species_names
from viz_core.ui.show import Details, picture, say, show_details


def show(view: IrisView) -> None:
    """A bar for each of the nearest neighbours, and what is to be said of ties."""
    st.subheader(_("The vote: {counts}").format(counts=counted(view)), anchor=False)
    picture(
        distance_bars,
        "iris-nearest",
        _("How far each neighbour is, from near to far; the number is its row in the data."),
        _("The nearest is {distance} cm away, the last that votes {last}.").format(
            distance=f"{view.vote.distances[0]:.3g}", last=f"{view.vote.distances[-1]:.3g}"
        ),
        aloud=False,
        vote=view.vote,
        species=flowers().species,
        names=species_names(),
        theme=view.theme,
        note=view.note,
    )
    if view.vote.is_tied:
        say(
            _("The vote is tied: the first of the tied names wins, {species}.").format(
                species=species_names()[view.vote.species]
            )
        )
    if view.vote.n_as_far:
        say(
            _(
                "Flowers that are as far as the last neighbour and are not asked: {n}. Of those "
                "equally far the first in the data vote."
            ).format(n=view.vote.n_as_far)
        )
    show_details(_details(view))


def _details(view: IrisView) -> Details:
    return Details(
        formula=r"d_2(p, q) = \sqrt{\sum_i (p_i - q_i)^2} \qquad d_1(p, q) = \sum_i |p_i - q_i|"
        r" \qquad \hat y = \arg\max_c \sum_{j \in N_k} [y_j = c]",
        source="Fisher 1936 (the flowers, measured by Anderson 1935); Cover and Hart 1967",
        code=("viz_core/foundations/neighbours.py", "vote"),
        table=lambda: _table(view),
        saves=True,
        name="iris",
    )


def _table(view: IrisView) -> pd.DataFrame:
    """The neighbours with their measures, from near to far."""
    known, names = flowers(), species_names()
    measures = known.measures(view.across, view.up)[view.vote.neighbours]
    return pd.DataFrame(
        {
            _("Flower"): view.vote.neighbours,
            _("Species"): [names[n] for n in known.species[view.vote.neighbours]],
            view.axes[0]: measures[:, 0],
            view.axes[1]: measures[:, 1],
            _("Distance"): view.vote.distances,
        },
        index=pd.RangeIndex(1, len(measures) + 1),
    )
