"""How often the neighbours are right, by how many are asked."""

from __future__ import annotations

import streamlit as st

from viz_core.figures import line_chart
from viz_core.figures.numbers import percent
from viz_core.foundations.neighbours import METRICS, flowers, leave_one_out
from viz_core.i18n import _
from viz_core.lessons.iris import link
from viz_core.lessons.iris.view import IrisView
from viz_core.ui.cache import cached
from viz_core.ui.show import picture


def show(view: IrisView) -> None:
    """The share of flowers whose species the others tell, against k, for both distances."""
    known = flowers()
    shares = {
        metric: cached(
            leave_one_out,
            points=known.measures(view.across, view.up),
            species=known.species,
            metric=metric,
        )
        for metric in METRICS
    }
    own = shares[view.metric]
    best = int(own.argmax()) + 1
    st.subheader(
        _("k = {k} names {share} of the flowers right").format(
            k=view.k, share=percent(float(own[view.k - 1]))
        ),
        anchor=False,
    )
    picture(
        line_chart,
        "iris-accuracy",
        _(
            "Each flower is taken out in turn, and the k nearest of the others vote on it (leave "
            "one out). A small k follows single flowers, a large one asks those far away."
        ),
        _("Best is k = {k} with {share}.").format(k=best, share=percent(float(own[best - 1]))),
        lines=[(link.METRIC.name(metric), share) for metric, share in shares.items()],
        x=list(range(1, len(own) + 1)),
        theme=view.theme,
        x_name=_("neighbours that vote (k)"),
        y_name=_("share that is right"),
        at=view.k,
        note=view.note,
    )
