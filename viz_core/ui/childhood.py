"""How far into its training a model is looked at: a slider, and the loss with the place on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.childhood import aged, grown
from viz_core.figures.theme import Theme
from viz_core.figures.training import RunCurve, run_curves
from viz_core.i18n import _
from viz_core.links import END, TRAINING
from viz_core.losses import Line
from viz_core.ui.show import Details, picture


def training_step(models: Sequence[str]) -> str:
    """Let the visitor choose a step of the training, where a model of the page has a childhood.

    Args:
        models: those that the page shows.

    Returns:
        the step, or `END` for models that are trained.
    """
    steps = sorted({step for model in models for step in registry.childhood(model)})
    if not steps:
        return END
    codes = [*map(str, steps), END]
    if st.session_state.get(TRAINING.key) not in codes:
        st.session_state.pop(TRAINING.key, None)
    others = [model for model in models if not registry.childhood(model)]
    still = _("These stay as they are, nothing of their training was kept: {models}.").format(
        models=_(", ").join(others)
    )
    return str(
        st.select_slider(
            _("Training step"),
            codes,
            END,
            format_func=lambda code: _("trained") if code == END else f"{int(code):,}",
            key=TRAINING.key,
            bind="query-params",
            width=300,
            help=_("The same model, as its weights were after so many steps of its training.")
            + (f" {still}" if others else ""),
        )
    )


def at_step(model: str, code: str) -> str:
    """The id of a model at a chosen step: at the last one before it of which there are weights.

    Args:
        code: a step, or `END`; a model without a childhood stays as it is.
    """
    steps = [step for step in registry.childhood(model) if code != END and step <= int(code)]
    return aged(model, steps[-1]) if steps else model


def show_loss(models: Sequence[str], code: str, theme: Theme) -> None:
    """How the loss fell, and where on its way the models are; nothing once they are trained."""
    young = [model for model in models if registry.childhood(model)]
    if code == END or not young:
        return
    lines = {model: registry.losses(model) for model in dict.fromkeys(map(grown, young))}
    title = _("After {n} of {all} steps").format(
        n=f"{int(code):,}", all=f"{max(one[-1].step for one in lines.values()):,}"
    )
    with st.expander(title, expanded=True, icon=":material/show_chart:", key="childhood"):
        picture(
            run_curves,
            "childhood-loss",
            _(
                "The loss of a token of unseen stories, in nats, while the model was trained, and "
                "dotted that of what it was trained on. The upright line is the step that the "
                "page shows."
            ),
            title,
            Details(
                formula=r"L = -\frac{1}{T} \sum_t \log p(x_t \mid x_{<t})",
                source="Radford et al. 2018, eq. 1",
                code=("viz_core/training/loop.py", "take_step"),
                table=lambda: _table(lines),
            ),
            aloud=False,
            curves=[_curve(model, n, one) for n, (model, one) in enumerate(lines.items())],
            y_name=_("loss (nats a token)"),
            at=int(code),
            theme=theme,
            slim=True,
        )


def _curve(model: str, place: int, lines: Sequence[Line]) -> RunCurve:
    steps = [line.step for line in lines]
    return RunCurve(
        model,
        place,
        steps,
        [line.valid_loss for line in lines],
        steps,
        [line.train_loss for line in lines],
    )


def _table(lines: dict[str, list[Line]]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = [
        {
            _("Model"): model,
            _("step"): line.step,
            _("training loss"): line.train_loss,
            _("unseen loss"): line.valid_loss,
        }
        for model, one in lines.items()
        for line in one
    ]
    return pd.DataFrame(rows)
