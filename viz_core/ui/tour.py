"""A tour's stop above the page it leads to, and the tours that can be begun.

A stop is opened as whoever follows its link would open it, by loading the page anew: so a widget
has what the link says, whatever the visitor set before.
"""

from __future__ import annotations

import streamlit as st

from viz_core.errors import VizError
from viz_core.i18n import _, language
from viz_core.links import link_of
from viz_core.tour import Tour, read_tour, tour_names
from viz_core.ui.components import tour_links
from viz_core.ui.errors import show_error
from viz_core.ui.spoken import MODELS_KEYS, TEXT_KEY
from viz_core.ui.travelling import told

TOUR_KEY, STOP_KEY = "tour", "tour_stop"  # `stop` and `at` are taken by the walks of two pages


def touring() -> bool:
    """Whether a tour is on, so that the arrow keys are its own."""
    return st.query_params.get(TOUR_KEY) in tour_names()


def tour_bar() -> None:
    """Where on a tour this page is, what to see here, and the way on; nothing without a tour."""
    name = st.query_params.get(TOUR_KEY)
    if name is None:
        return
    try:
        tour = read_tour(name, language())
    except VizError as error:
        show_error(error)
        return
    n_stops = len(tour.stops)
    at = _nearest(st.query_params.get(STOP_KEY, ""), n_stops)
    stop = tour.stops[at - 1]
    previous, following = _("Previous stop"), _("Next stop")
    ways = ((at - 1, f"← {previous}", "ArrowLeft"), (at + 1, f"{following} →", "ArrowRight"))
    links: list[dict[str, object]] = [
        {"label": label, "href": _way(tour, number), "key": key, "first": number > at}
        for number, label, key in ways
        if 0 < number <= n_stops
    ]
    links.append({"label": _("Leave the tour"), "without": [TOUR_KEY, STOP_KEY]})
    with st.container(border=True, key="tour_bar", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{at} / {n_stops} · **{stop.title}**", width="stretch")
            tour_links("tour_links", tour.title, links)
        st.markdown(stop.text)


def show_tours() -> None:
    """A way into every tour; nothing on a tour."""
    if touring():
        return
    links: list[dict[str, object]] = []
    for name in tour_names():
        try:
            tour = read_tour(name, language())
        except VizError as error:
            show_error(error)
            continue
        n_stops = _("{n} stops").format(n=len(tour.stops))
        links.append(
            {
                "label": tour.title if links else _("Start the tour"),
                "about": f"{tour.title} · {n_stops}. {tour.intro}",
                "href": _way(tour, 1),
                "first": not links,
            }
        )
    if links:
        tour_links("tours", _("Start the tour"), links)


def _way(tour: Tour, number: int) -> str:
    """The address of a stop on the tour, with what goes along with the visitor."""
    stop = tour.stops[number - 1]
    usual = link_of(stop.page).differing("en")  # a tour speaks of the models of English
    unsaid = {
        key: usual[key]
        for key in (TEXT_KEY, *MODELS_KEYS)
        if key in usual and key not in stop.state
    }
    along: dict[str, str | int] = {**unsaid, TOUR_KEY: tour.name, STOP_KEY: number, **told()}
    return stop.link(**along)


def _nearest(asked: str, n_stops: int) -> int:
    """The number of a stop that the address asks for, or the nearest one that there is."""
    number = int(asked[:9]) if asked.isdecimal() else 1
    return min(max(number, 1), n_stops)
