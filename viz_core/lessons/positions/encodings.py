"""What each place is told: the encoding itself, likeness by distance, and single dimensions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.analysis.positions import by_distance, encoding
from viz_core.figures import StateMap, line_chart, state_maps
from viz_core.figures.theme import Theme
from viz_core.i18n import _
from viz_core.lessons.positions import link
from viz_core.lessons.positions.schemes import CLASSES, FORMULAS, how_to_read, short_name, title
from viz_core.runners.base import Request
from viz_core.trace import Tokens
from viz_core.ui.cache import run
from viz_core.ui.inputs import choose, controls
from viz_core.ui.show import Details, picture
from viz_core.ui.usable import offered, tell_unmeasured

N_PLACES = 64  # of an encoding that are drawn


@dataclass(frozen=True)
class Encoding:
    """What a model tells its places.

    Attributes:
        scheme: one of the link's `VARIANTS`.
        values: (pos, what it tells).
    """

    scheme: str
    model: str
    values: np.ndarray
    theme: Theme


def show(text: str, theme: Theme) -> None:
    """Let the visitor choose an encoding, and draw it in three ways."""
    schemes = [scheme for scheme in link.ENCODING.options({}) if scheme in link.schemes()]
    with controls("encoding"):
        scheme = choose(link.ENCODING, _("Encoding"), options=offered(schemes))
    model = link.variant(scheme)
    run(model, Request(text, want=("embed",)))  # the page's text must be readable
    parameters = registry.load(model).parameters
    d_model = parameters["embed.weight"].shape[1]
    values = encoding(scheme, parameters, N_PLACES, d_model, registry.card(model).n_head)
    view = Encoding(scheme, model, values, theme)
    st.subheader(title(scheme), anchor=False)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _show_values(view)
    with right:
        _show_likeness(view)
    _show_curves(view)
    _show_losses()


def _show_values(view: Encoding) -> None:
    """Every number of every place."""
    n_values = view.values.shape[1]
    picture(
        state_maps,
        "positions-encoding",
        how_to_read(view.scheme),
        _("{kind}: {places} places, {n} numbers each, largest {largest}.").format(
            kind=view.scheme,
            places=N_PLACES,
            n=n_values,
            largest=f"{np.abs(view.values).max():.2g}",
        ),
        aloud=False,
        maps=[StateMap(short_name(view.scheme), view.values, signed=True, own_scale=True)],
        tokens=Tokens(
            tuple(map(str, range(N_PLACES))), tuple(range(N_PLACES)), (False,) * N_PLACES
        ),
        order=np.arange(n_values),
        tick_every=8,
        theme=view.theme,
        note=view.model,
    )


def _show_likeness(view: Encoding) -> None:
    """How alike two places are by their distance."""
    alike = by_distance(view.scheme, view.values)  # (distance, head)
    n_head, middle = alike.shape[1], N_PLACES // 2
    picture(
        line_chart,
        "positions-distance",
        _("How alike two places look by their distance: near ones should look alike."),
        _("At distance 1 {near}, at distance {far} {value}.").format(
            near=f"{alike[1, 0]:.2f}", far=middle, value=f"{alike[middle, 0]:.2f}"
        ),
        aloud=False,
        lines=[
            (_("head {n}").format(n=n) if n_head > 1 else view.scheme, alike[:, n])
            for n in range(n_head)
        ],
        x=list(range(len(alike))),
        theme=view.theme,
        x_name=_("distance in tokens"),
        y_name=_("added to the score") if view.scheme == "alibi" else _("likeness (cosine)"),
        note=view.model,
    )


def _show_curves(view: Encoding) -> None:
    """A few dimensions along the places."""
    values = view.values
    drawn = np.linspace(0, values.shape[1] - 1, min(4, values.shape[1])).astype(int)
    name = _("head {n}") if view.scheme == "alibi" else _("dimension {n}")
    picture(
        line_chart,
        "positions-curves",
        _("Single dimensions along the places: fast ones tell neighbours apart, slow ones areas."),
        _("{n} dimensions of {kind}.").format(n=len(drawn), kind=view.scheme),
        Details(
            formula=FORMULAS[view.scheme],
            source=registry.card(view.model).source,
            code=("viz_core/models/positions.py", CLASSES[view.scheme]),
            table=lambda: pd.DataFrame(values, index=[str(n) for n in range(N_PLACES)]),
            name="positions",
        ),
        aloud=False,
        lines=[(name.format(n=n), values[:, n]) for n in drawn],
        x=list(range(N_PLACES)),
        theme=view.theme,
        x_name=_("place"),
        note=view.model,
    )


def _show_losses() -> None:
    """What the five models cost on unseen text."""
    cards = {scheme: registry.card(link.variant(scheme)) for scheme in link.schemes()}
    losses = {
        scheme: card.metrics["perplexity"]["bits_per_char"]
        for scheme, card in cards.items()
        if "perplexity" in card.metrics
    }
    if losses:
        said = _("; ").join(f"{scheme} {bits:.3f}" for scheme, bits in losses.items())
        st.caption(
            _(
                "Five small decoders were trained alike but for this. Bits per character on "
                "unseen stories, from their cards: {losses}."
            ).format(losses=said)
        )
    tell_unmeasured([card.model_id for scheme, card in cards.items() if scheme not in losses])
