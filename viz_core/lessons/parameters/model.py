"""The model that is looked at: what it says of each pizza, and what it thinks a portion costs."""

from __future__ import annotations

import numpy as np
import streamlit as st

from viz_core.figures.fitting import price_plot, weight_bars
from viz_core.i18n import _
from viz_core.lessons.parameters.view import FittingView, ingredients, truth
from viz_core.ui.show import picture


def show_prices(view: FittingView) -> None:
    """Every pizza by what it costs and what the model says."""
    training, unseen = view.pizzas
    off, off_unseen = view.errors.of(view.n_parameters)
    picture(
        price_plot,
        "parameters-prices",
        _("Each sign is a pizza; on the line the model is right. It was trained on the blue ones."),
        _("Off by {training} € on training pizzas and {unseen} € on unseen ones.").format(
            training=f"{off:.2f}", unseen=f"{off_unseen:.2f}"
        ),
        aloud=False,
        fit=view.fit,
        training=training,
        unseen=unseen,
        theme=view.theme,
        note=_("{n} parameters · {note}").format(n=view.n_parameters, note=view.note),
    )


def show_weights(view: FittingView) -> None:
    """What the model thinks a portion costs, beside the truth."""
    st.subheader(_("What does it think a portion costs?"), anchor=False)
    weights = view.fit.weights
    if weights is None:
        st.info(
            _(
                "A network has no price for a portion: what an ingredient adds depends on all "
                "others. Choose a model with at most 15 parameters to see its prices."
            )
        )
        return
    names, known = ingredients(), view.n_parameters - 1
    said = np.where(np.arange(len(names)) < known, weights[:-1], np.nan)
    picture(
        weight_bars,
        "parameters-weights",
        _(
            "Bars: the model; marks: the recipe by which the pizzas were drawn. Ingredients "
            "without a bar are not among its parameters. What it gives to those that cost nothing "
            "it has learned from the noise."
        ),
        _("It knows {n} ingredients; its base price is {base} €.").format(
            n=known, base=f"{weights[-1]:.2f}"
        ),
        said=said,
        real=np.array(truth(view)),
        names=names,
        theme=view.theme,
        note=_("{n} parameters · {note}").format(n=view.n_parameters, note=view.note),
    )
