"""The courses of all runs: their losses, and what comes of them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from viz_core.figures.training import RunCurve, run_curves
from viz_core.i18n import _
from viz_core.lessons.train.runs import named
from viz_core.lessons.train.view import TrainView
from viz_core.ui.show import Details, picture
from viz_core.workshop.run import Run


def show(view: TrainView) -> None:
    """Loss on the left, what the preset watches on the right."""
    left, right = view.above.columns(2, gap="medium")
    with left:
        _show_losses(view)
    with right:
        SHOWN[view.watch](view)


def _show_losses(view: TrainView) -> None:
    st.subheader(_losses_title(view), anchor=False)
    picture(
        run_curves,
        "train-loss",
        _(
            "A line a run: the loss of a token of text that it was never trained on, in nats. The "
            "dotted line is the loss on the text that it is trained on. Lower is better; the "
            "upright line is the step that is looked at."
        ),
        _losses_title(view),
        Details(
            formula=r"L = -\frac{1}{\sum_t w_t} \sum_t w_t \log p(x_t \mid x_{<t})",
            source="Radford et al. 2018, eq. 1; Devlin et al. 2019, section 3.1 (encoder)",
            code=("viz_core/workshop/objective.py", "NextToken.losses"),
            table=lambda: _table(view),
            saves=True,
        ),
        aloud=False,
        fleeting=True,
        curves=[
            RunCurve(
                named(run),
                place,
                [p.step for p in run.points],
                [p.unseen for p in run.points],
                [p.step for p in run.points if p.loss is not None],
                [p.loss for p in run.points if p.loss is not None],
            )
            for place, run in enumerate(view.runs)
        ],
        y_name=_("loss (nats a token)"),
        **_common(view),
    )


def _losses_title(view: TrainView) -> str:
    """The loss of the run that is looked at, as the heading."""
    points = view.looked.points
    if not points:
        return _("The loss")
    return _("Unseen text: {last} nats a token at step {n}, {first} at the start").format(
        first=f"{points[0].unseen:.2f}", last=f"{points[-1].unseen:.2f}", n=points[-1].step
    )


def _show_right(view: TrainView) -> None:
    point = view.looked.points[-1] if view.looked.points else None
    title = _("Right words of unseen text")
    if point is not None:
        title = _("{share} % of the unseen words are foreseen").format(
            share=f"{100 * point.right:.0f}"
        )
    st.subheader(title, anchor=False)
    picture(
        run_curves,
        "train-right",
        _(
            "The share of unseen words that follow from what stands before, and of which the "
            "likeliest one is right: all words of a text, the foods of recall stories, letters "
            "that came before."
        ),
        title,
        _details(view, "NextToken.unseen"),
        aloud=False,
        fleeting=True,
        curves=[
            RunCurve(named(run), place, [p.step for p in run.points], [p.right for p in run.points])
            for place, run in enumerate(view.runs)
        ],
        y_name=_("share"),
        whole=1,
        **_common(view),
    )


def _show_match(view: TrainView) -> None:
    found = [p for p in view.looked.points if p.match is not None]
    title = _("Does a head look at what followed before?")
    if found and found[-1].match is not None:
        match = found[-1].match
        title = _("Layer {layer}, head {head} looks at what followed before: {score}").format(
            layer=match.layer, head=match.head, score=f"{match.score:.2f}"
        )
    st.subheader(title, anchor=False)
    picture(
        run_curves,
        "train-match",
        _(
            "Of all heads the one that matches most: the share of its attention that a token gives "
            "to the tokens that followed the same token before, on random rows. When it rises, an "
            "induction head has formed."
        ),
        title,
        Details(
            formula=r"\frac{1}{|Q|} \sum_{q \in Q} \sum_{k < q,\; x_{k-1} = x_q} w_{qk}",
            source="Olsson et al. 2022, In-context Learning and Induction Heads",
            code=("viz_core/workshop/prefix.py", "matching"),
            table=lambda: _table(view),
        ),
        aloud=False,
        fleeting=True,
        curves=[
            RunCurve(
                named(run),
                place,
                [p.step for p in run.points if p.match],
                [p.match.score for p in run.points if p.match],
            )
            for place, run in enumerate(view.runs)
        ],
        y_name=_("prefix matching score"),
        whole=1,
        empty=_("Only decoders are measured: the others have no heads that look back.")
        if any(run.points for run in view.runs)
        else "",
        **_common(view),
    )


def _show_norms(view: TrainView) -> None:
    """The gradient of the first and of the last layer of each run."""
    st.subheader(_norms_title(view), anchor=False)
    picture(
        run_curves,
        "train-norms",
        _(
            "The length of the gradient that reaches the first layer, on a logarithmic scale, and "
            "dotted that of the last layer. Where the first line lies far below, what is wrong at "
            "the end hardly reaches the beginning: the gradient vanishes."
        ),
        _norms_title(view),
        _details(view, "NextToken.losses"),
        aloud=False,
        fleeting=True,
        curves=[
            RunCurve(
                named(run),
                place,
                *_norms(run, 0),
                *_norms(run, -1),
                beside_name=_("last layer"),
            )
            for place, run in enumerate(view.runs)
        ],
        y_name=_("gradient"),
        log=True,
        **_common(view),
    )


def _norms_title(view: TrainView) -> str:
    points = [p for p in view.looked.points if p.norms]
    if not points or not points[-1].norms[-1]:
        return _("How much of the gradient reaches each layer")
    norms = points[-1].norms
    return _("The first layer gets {share} times the gradient of the last").format(
        share=f"{norms[0] / norms[-1]:.2g}"
    )


def _norms(run: Run, layer: int) -> tuple[list[int], list[float]]:
    """Steps, and the gradient's length in a layer; what is 0 has no place on a logarithmic axis."""
    points = [p for p in run.points if p.norms and p.norms[layer] > 0]
    return [p.step for p in points], [p.norms[layer] for p in points]


SHOWN = {"right": _show_right, "match": _show_match, "norms": _show_norms}


def _common(view: TrainView) -> dict[str, Any]:
    return {"at": view.step if view.model else None, "theme": view.theme, "note": view.note}


def _details(view: TrainView, code: str) -> Details:
    return Details(
        formula=r"\lVert \nabla_\ell L \rVert = \sqrt{\sum_{\theta \in \ell} (\partial L / "
        r"\partial \theta)^2}",
        source="Rumelhart et al. 1986 (backpropagation); He et al. 2016 (residual connections)",
        code=("viz_core/workshop/objective.py", code),
        table=lambda: _table(view),
    )


def _table(view: TrainView) -> pd.DataFrame:
    """All that was told of all runs: a row a point."""
    return pd.DataFrame(
        [
            {
                _("run"): named(run),
                _("step"): point.step,
                _("tokens"): point.tokens,
                _("training loss"): point.loss,
                _("unseen loss"): point.unseen,
                _("right"): point.right,
                _("prefix matching score"): point.match.score if point.match else None,
                **{
                    _("gradient of layer {n}").format(n=n): norm
                    for n, norm in enumerate(point.norms)
                },
            }
            for run in view.runs
            for point in run.points
        ]
    )
