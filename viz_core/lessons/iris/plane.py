"""The flowers by two of their measures, the one that is moved, and who would win where."""

from __future__ import annotations

from functools import partial

import streamlit as st

from viz_core.figures.neighbours import neighbour_map
from viz_core.foundations.neighbours import flowers
from viz_core.i18n import _
from viz_core.lessons.iris.view import IrisView, put, species_names
from viz_core.ui.handles import Handle, Moves, handles
from viz_core.ui.show import picture


def show(view: IrisView) -> None:
    """The plane, on which the flower can be dragged."""
    names = species_names()
    st.subheader(title(view), anchor=False)
    picture(
        neighbour_map,
        "iris-plane",
        _(
            "Each sign is a measured flower. The star is yours: drag it. Lines lead to its nearest "
            "neighbours, which vote; the ground shows who would win there."
        ),
        _("At {x}, {y} cm the {k} nearest are: {counts}.").format(
            x=f"{view.flower[0]:g}", y=f"{view.flower[1]:g}", k=view.k, counts=counted(view)
        ),
        aloud=False,
        over=partial(_show_handle, view),
        flowers=flowers(),
        features=(view.across, view.up),
        regions=view.regions,
        flower=view.flower,
        vote=view.vote,
        metric=view.metric,
        names=names,
        axes=view.axes,
        theme=view.theme,
        note=view.note,
    )


def title(view: IrisView) -> str:
    """What the neighbours say, in a sentence."""
    said = {
        "n": int(view.vote.counts.max()),
        "k": view.k,
        "species": species_names()[view.vote.species],
    }
    if view.k == 1:
        return _("Its nearest neighbour says {species}").format(**said)
    return _("{n} of its {k} nearest neighbours say {species}").format(**said)


def counted(view: IrisView) -> str:
    """The votes by species, the most first."""
    pairs = zip(species_names(), view.vote.counts.tolist(), strict=True)
    return _(", ").join(f"{n} {name}" for name, n in sorted(pairs, key=lambda one: -one[1]) if n)


def _show_handle(view: IrisView) -> None:
    x, y = view.flower.tolist()
    handles(
        "iris-plane",
        [Handle(_("your flower"), x, y)],
        Moves(lambda _at, x, y: put(view, x, y)),
        view.steps,
        view.theme,
    )
