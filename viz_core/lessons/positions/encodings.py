"""The Positions page: how words are told where they stand, and what happens if they are not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.analysis.positions import by_distance, encoding
from viz_core.figures import StateMap, line_chart, state_maps
from viz_core.figures.theme import Theme
from viz_core.i18n import _
from viz_core.lessons.positions import link
from viz_core.lessons.positions.link import ENCODINGS, ORDER, TURNING, VARIANTS
from viz_core.lessons.positions.order import show_order
from viz_core.lessons.positions.turning import show_turning
from viz_core.runners.base import Request
from viz_core.trace import Tokens
from viz_core.ui.cache import run
from viz_core.ui.inputs import choose
from viz_core.ui.show import Details, picture
from viz_core.ui.steps import walk_select

N_PLACES = 64  # of an encoding that are drawn


def show_part(text: str, theme: Theme) -> None:
    """One of the three parts of the page."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        part = walk_select(
            link.PART,
            _("Part"),
            _(
                "encodings: what each place is told. order: shuffle the words. turning: rotary "
                "positions with the real vectors."
            ),
        )
    {ENCODINGS: _show_encodings, ORDER: show_order, TURNING: show_turning}[part](text, theme)


def _variant(kind: str) -> str:
    return f"positions-{kind}"


def _show_encodings(text: str, theme: Theme) -> None:
    """The encoding itself, one dimension's curve, and likeness by distance."""
    kind = choose(link.ENCODING, _("Encoding"))
    card = registry.card(_variant(kind))
    parameters = registry.load(_variant(kind)).parameters
    run(_variant(kind), Request(text, want=("embed",)))  # the page's text must be readable
    d_model = parameters["embed.weight"].shape[1]
    values = encoding(kind, parameters, N_PLACES, d_model, card.n_head)
    places = [str(n) for n in range(N_PLACES)]
    st.subheader(_encoding_title(kind), anchor=False)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        summary = _("{kind}: {places} places, {n} numbers each, largest {largest}.").format(
            kind=kind,
            places=N_PLACES,
            n=values.shape[1],
            largest=f"{np.abs(values).max():.2g}",
        )
        picture(
            state_maps,
            "positions-encoding",
            _encoding_reading(kind),
            summary,
            aloud=False,
            maps=[StateMap(_encoding_name(kind), values, signed=True, own_scale=True)],
            tokens=Tokens(tuple(places), tuple(range(N_PLACES)), (False,) * N_PLACES),
            order=np.arange(values.shape[1]),
            tick_every=8,
            theme=theme,
            note=_variant(kind),
        )
    with right:
        alike = by_distance(kind, values)
        summary = _("At distance 1 {near}, at distance {far} {value}.").format(
            near=f"{alike[1, 0]:.2f}", far=N_PLACES // 2, value=f"{alike[N_PLACES // 2, 0]:.2f}"
        )
        picture(
            line_chart,
            "positions-distance",
            _("How alike two places look by their distance: near ones should look alike."),
            summary,
            aloud=False,
            lines=[
                (_("head {n}").format(n=n) if alike.shape[1] > 1 else kind, alike[:, n])
                for n in range(alike.shape[1])
            ],
            x=list(range(len(alike))),
            theme=theme,
            x_name=_("distance in tokens"),
            y_name=_("added to the score") if kind == "alibi" else _("likeness (cosine)"),
            note=_variant(kind),
        )
    curves = np.linspace(0, values.shape[1] - 1, min(4, values.shape[1])).astype(int)
    picture(
        line_chart,
        "positions-curves",
        _("Single dimensions along the places: fast ones tell neighbours apart, slow ones areas."),
        _("{n} dimensions of {kind}.").format(n=len(curves), kind=kind),
        Details(
            formula=FORMULAS[kind],
            source=card.source,
            code=("viz_core/models/positions.py", CLASSES[kind]),
            table=lambda: pd.DataFrame(values, index=places),
            name="positions",
        ),
        aloud=False,
        lines=[
            ((_("head {n}") if kind == "alibi" else _("dimension {n}")).format(n=n), values[:, n])
            for n in curves
        ],
        x=list(range(N_PLACES)),
        theme=theme,
        x_name=_("place"),
        note=_variant(kind),
    )
    _losses()


FORMULAS = {
    "learned": r"x_t = E_{w_t} + P_t \qquad P \text{ learned}",
    "sinusoidal": r"P_{t,2i} = \sin\frac{t}{10000^{2i/d}} \qquad "
    r"P_{t,2i+1} = \cos\frac{t}{10000^{2i/d}}",
    "rotary": r"q_t \to R_t\,q_t,\; k_s \to R_s\,k_s \qquad "
    r"(R_t q)\cdot(R_s k) = q \cdot R_{s-t}\,k \qquad \theta_i = 10000^{-2i/d}",
    "alibi": r"s_{ts} = \frac{q_t \cdot k_s}{\sqrt{d_{\mathrm{head}}}} - m_h\,(t - s) \qquad "
    r"m_h = 2^{-8h/H}",
}
CLASSES = {
    "learned": "Learned.add",
    "sinusoidal": "Sinusoidal.add",
    "rotary": "Rotary.angles",
    "alibi": "Alibi.bias",
}


def _encoding_title(kind: str) -> str:
    return {
        "learned": _("Learned: each place has a vector of its own"),
        "sinusoidal": _("Sinusoids: each place is a chord of waves"),
        "rotary": _("Rotary: questions and answers turn with their place"),
        "alibi": _("ALiBi: far words are heard more quietly"),
    }[kind]


def _encoding_name(kind: str) -> str:
    return {
        "learned": _("added"),
        "sinusoidal": _("added"),
        "rotary": _("cos of the angle"),
        "alibi": _("added to scores"),
    }[kind]


def _encoding_reading(kind: str) -> str:
    if kind == "alibi":
        return _("One column a distance, one row a head: purple takes away from the score.")
    if kind == "rotary":
        return _("One column a place, one row a pair of dimensions, fast ones on top.")
    return _("One column a place, one row a dimension of what is added to the word's vector.")


def _losses() -> None:
    """What the five models cost on unseen text."""
    found = {
        kind: registry.card(_variant(kind)).metrics["perplexity"]["bits_per_char"]
        for kind in VARIANTS
    }
    st.caption(
        _(
            "Five small decoders were trained alike but for this. Bits per character on unseen "
            "stories, from their cards: {losses}."
        ).format(losses=_("; ").join(f"{kind} {bits:.3f}" for kind, bits in found.items()))
    )
