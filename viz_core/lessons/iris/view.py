"""What is looked at on the Iris page: a flower, two of its measures, and who votes on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from viz_core.figures.theme import Theme
from viz_core.foundations.neighbours import Regions, Vote, flowers, regions, vote
from viz_core.foundations.points import keyed
from viz_core.i18n import _
from viz_core.lessons.iris import link
from viz_core.links import Number
from viz_core.ui.cache import cached
from viz_core.ui.inputs import choose, controls, number


@dataclass(frozen=True)
class IrisView:
    """A flower that is moved, and what its neighbours say.

    Attributes:
        across, up: the features that are drawn, names of `FEATURES`.
        flower: (2,), in cm.
    """

    across: str
    up: str
    k: int
    metric: str
    flower: np.ndarray
    vote: Vote
    theme: Theme

    @property
    def ends(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Of both axes, in cm."""
        return ends_of(self.across), ends_of(self.up)

    @property
    def steps(self) -> tuple[float, float]:
        """How far an arrow key moves the flower, in cm."""
        return keyed(self.ends[0]), keyed(self.ends[1])

    @property
    def axes(self) -> tuple[str, str]:
        """What both axes are called."""
        across, up = (
            _("{feature} (cm)").format(feature=link.ACROSS.name(code))
            for code in (self.across, self.up)
        )
        return across, up

    @property
    def regions(self) -> Regions:
        """What the vote would be elsewhere."""
        return cached(
            regions,
            points=flowers().measures(self.across, self.up),
            species=flowers().species,
            ends=self.ends,
            k=self.k,
            metric=self.metric,
        )

    @property
    def note(self) -> str:
        """What stands on exported pictures."""
        return _("{n} irises (Fisher 1936) · k = {k} · {metric}").format(
            n=len(flowers().species), k=self.k, metric=link.METRIC.name(self.metric)
        )


def species_names() -> list[str]:
    """What the species are called, in their order."""
    return [_("setosa"), _("versicolor"), _("virginica")]


def ends_of(feature: str) -> tuple[float, float]:
    """From where to where a feature is drawn, in cm."""
    value = link.FLOWER[feature]
    return value.least, float(str(value.most))


def iris_view(theme: Theme) -> IrisView:
    """Let the visitor choose two features, move a flower, and ask its neighbours."""
    with controls("iris"):
        across = choose(link.ACROSS, _("Across"))
        up = choose(link.UP, _("Up"), options=link.others({"across": across}))
        k = int(number(link.K, _("Neighbours (k)")))
        metric = choose(
            link.METRIC,
            _("Distance"),
            _(
                "Euclid: the straight way. Manhattan: along one axis, then along the other, as "
                "between blocks of houses."
            ),
        )
        with st.container(horizontal=True, width="content"):
            x, y = (
                _slide(link.FLOWER[feature], link.ACROSS.name(feature)) for feature in (across, up)
            )
    flower = np.array([x, y])
    known = flowers()
    said = vote(flower, known.measures(across, up), known.species, k, metric)
    return IrisView(across, up, k, metric, flower, said, theme)


def put(view: IrisView, x: float, y: float) -> None:
    """Move the flower."""
    for feature, value in ((view.across, x), (view.up, y)):
        low, high = ends_of(feature)
        st.session_state[feature] = float(np.clip(value, low, high))


def _slide(value: Number, name: str) -> float:
    """One of the flower's measures, kept while another one is drawn."""
    return number(value, name, step=0.01, width=180, slider=True, persist=True)
