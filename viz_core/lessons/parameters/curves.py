"""The error of every model on training pizzas and on unseen ones."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from viz_core.figures.fitting import error_curves
from viz_core.foundations.fitting import LINEAR, SIZES
from viz_core.i18n import _
from viz_core.lessons.parameters.view import FittingView
from viz_core.ui.show import Details, picture, say, show_details


def show(view: FittingView) -> None:
    """Both errors against the number of parameters, and what they say."""
    picture(
        error_curves,
        "parameters-errors",
        _(
            "Each sign is a model that was trained on the same pizzas. How far its prices are off: "
            "on these, and on {n} pizzas that no model has seen. Below the dotted line of the "
            "noise nobody can foresee."
        ).format(n=len(view.pizzas[1].prices)),
        summary(view),
        errors=view.errors,
        noise=view.noise,
        n=view.n,
        at=view.n_parameters,
        theme=view.theme,
        note=view.note,
    )
    if (found := view.errors.second_descent(view.n)) is not None:
        worst, later = found
        say(
            _(
                "Worst are {worst} parameters for {n} pizzas: about as many as it takes to fit "
                "each of them, by whatever weights ({bad} € on unseen ones). Beyond, many fits are "
                "exact and the one of the smallest weights is taken: with {later} it is {good} €. "
                "This is double descent."
            ).format(
                worst=worst,
                n=view.n,
                bad=f"{view.errors.of(worst)[1]:.2f}",
                later=later,
                good=f"{view.errors.of(later)[1]:.2f}",
            )
        )
    show_details(_details(view))


def show_title(view: FittingView) -> None:
    """The model that is looked at, in a sentence."""
    training, unseen = view.errors.of(view.n_parameters)
    title = (
        _("{n} parameters: off by {training} € on training pizzas, by {unseen} € on unseen ones")
        if view.n_parameters > 1
        else _(
            "One parameter: off by {training} € on training pizzas, by {unseen} € on unseen ones"
        )
    )
    st.subheader(
        title.format(n=view.n_parameters, training=f"{training:.2f}", unseen=f"{unseen:.2f}"),
        anchor=False,
    )


def summary(view: FittingView) -> str:
    """What more parameters do, in the numbers of these models."""
    (first, _first), (last, unseen) = (view.errors.of(size) for size in (LINEAR[0], LINEAR[-1]))
    best = view.errors.best
    return _(
        "From 1 to {most} parameters the error on training pizzas falls from {first} to {last} €. "
        "Unseen pizzas are foreseen best with {best} ({least} €); with {most} it is {unseen} €."
    ).format(
        most=LINEAR[-1],
        first=f"{first:.2f}",
        last=f"{last:.2f}",
        best=best,
        least=f"{view.errors.of(best)[1]:.2f}",
        unseen=f"{unseen:.2f}",
    )


def _details(view: FittingView) -> Details:
    return Details(
        formula=r"\hat y = b + \sum_{i=1}^{p-1} w_i x_i \qquad "
        r"\hat y = b + \sum_{j} v_j \tanh\Big(c_j + \sum_i u_{ji} x_i\Big) \qquad "
        r"\text{off by} = \sqrt{\tfrac1n \textstyle\sum (\hat y - y)^2}",
        source="Legendre 1805 (least squares); Rumelhart et al. 1986 (networks); Belkin et al. "
        "2019 (double descent)",
        code=("viz_core/foundations/fitting.py", "errors"),
        table=lambda: pd.DataFrame(
            {
                _("training pizzas"): view.errors.training,
                _("unseen pizzas"): view.errors.unseen,
            },
            index=pd.Index(SIZES, name=_("parameters")),
        ),
        saves=True,
        name="parameters",
    )
