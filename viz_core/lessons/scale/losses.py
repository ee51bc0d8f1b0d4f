"""Loss against the tokens that were read, and against the size of the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log

import pandas as pd
import streamlit as st

from viz_core.analysis.anatomy import inner
from viz_core.analysis.family import FAMILY
from viz_core.analysis.growth import PowerLaw
from viz_core.analysis.published import part_counts
from viz_core.analysis.scaling import line_of, middle, spread
from viz_core.figures import LossCurve, loss_by_size, loss_curves
from viz_core.figures.numbers import in_short, percent
from viz_core.i18n import _
from viz_core.lessons.scale.view import View
from viz_core.ui.cache import card
from viz_core.ui.show import Details, picture, say
from viz_core.ui.usable import offered

FAR = "GPT-2"  # the size to which the line is carried on


def show(view: View) -> None:
    """A line a model against tokens, and beside it a point a model against size."""
    offered(view.models)
    if not view.trainings:
        return
    st.subheader(_title(view), anchor=False)
    if not view.losses or not view.compares:
        say(_what_is_missing(view))
        _show_curves(view)
        return
    left, right = st.columns(2, gap="medium")
    with left:
        _show_curves(view)
    with right:
        _show_sizes(view)


def _title(view: View) -> str:
    """The largest size beside the smallest."""
    if view.compares and view.losses:
        small, large = view.sizes[0], view.sizes[-1]
        return _("{times} times the parameters: {large} nats a token instead of {small}").format(
            times=f"{large / small:.0f}",
            large=f"{middle(view.losses[large]):.2f}",
            small=f"{middle(view.losses[small]):.2f}",
        )
    if view.compares:
        return _("{n} sizes, each on its own way").format(n=len(view.sizes))
    one = view.trainings[-1]
    return _("{model}: from {first} to {last} nats a token in {tokens} tokens").format(
        model=one.model,
        first=f"{one.lines[0].valid_loss:.1f}",
        last=f"{one.lines[-1].valid_loss:.2f}",
        tokens=in_short(one.lines[-1].tokens),
    )


def _what_is_missing(view: View) -> str:
    """Why no loss stands against size, in a sentence."""
    if view.compares:
        return _(
            "These sizes were not trained on the same batches, so their losses can't be set "
            "against size: that takes equal tokens."
        )
    return _(
        "One size of this model is here so far: loss against size takes a second one, and the "
        "straight line through them a third."
    )


def _show_curves(view: View) -> None:
    vocab_size = card(view.trainings[0].model).vocab_size
    picture(
        loss_curves,
        "loss-tokens",
        _(
            "Both axes are logarithmic. Height: the loss on held-out stories while the model was "
            "trained; {guess} would be to guess among all {n} kinds of tokens alike. Where a line "
            "rises, the run was giving other lessons than stories, or began again with larger "
            "steps."
        ).format(guess=f"{log(vocab_size):.1f}", n=f"{vocab_size:,}"),
        _curve_summary(view),
        Details(
            formula=r"L = -\frac{1}{T} \sum_t \log p(x_{t+1} \mid x_1 \dots x_t)",
            source=_("From each checkpoint's loss.csv, written while it was trained"),
            code=("viz_core/training/objectives/causal.py", "CausalObjective.valid_loss"),
            table=lambda: _curve_table(view),
            saves=True,
        ),
        curves=[_curve(view, n) for n in range(len(view.trainings))],
        theme=view.theme,
        at=view.tokens if view.compares else None,
        note=" · ".join(one.model for one in view.trainings),
    )


def _curve(view: View, n: int) -> LossCurve:
    one = view.trainings[n]
    return LossCurve(
        view.name(one),
        one.model,
        view.sizes.index(one.n_params),
        view.seed_of(one),
        [line.tokens for line in one.lines],
        [line.valid_loss for line in one.lines],
    )


def _curve_summary(view: View) -> str:
    """Where each line ends."""
    ends = [
        _("{model} ends at {loss} after {tokens} tokens").format(
            model=one.model,
            loss=f"{one.lines[-1].valid_loss:.2f}",
            tokens=in_short(one.lines[-1].tokens),
        )
        for one in view.trainings
    ]
    return _("{looks}.").format(looks=_("; ").join(ends))


def _curve_table(view: View) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                _("Model"): one.model,
                _("Parameters"): one.n_params,
                _("Step"): line.step,
                _("Tokens"): line.tokens,
                _("Loss"): line.valid_loss,
            }
            for one in view.trainings
            for line in one.lines
        ]
    )


def _show_sizes(view: View) -> None:
    losses, line, far = view.losses, line_of(view.losses), _far(view.count)
    beyond = far if line and far > view.sizes[-1] else 0
    picture(
        loss_by_size,
        "loss-size",
        _how_to_read(line is not None),
        " ".join(_size_summary(view, losses, line, beyond)),
        Details(
            formula=r"L(N) = \left( N_c / N \right)^{\alpha}, \qquad "
            r"\log L = \alpha \log N_c - \alpha \log N",
            source=_(
                "Kaplan et al. 2020, eq. 1.1, of parameters without embeddings, with α = 0.076; "
                "Hoffmann et al. 2022, eq. 2, adds a loss that no size goes below"
            ),
            code=("viz_core/analysis/growth.py", "power_law"),
            table=lambda: _size_table(losses, line),
        ),
        losses=losses,
        theme=view.theme,
        x_name=_("parameters") if view.count == "all" else _("parameters without embeddings"),
        line=line,
        beyond=beyond,
        note=_("after {tokens} tokens each").format(tokens=in_short(view.tokens or 0)),
    )


def _far(count: str) -> int:
    """The parameters of the model to whose size the line is carried on."""
    shape = next(s.shape for model in FAMILY for s in model.sizes if s.name == FAR)
    assert shape is not None
    parts = part_counts(shape)
    return inner(parts) if count == "inner" else sum(parts.values())


def _how_to_read(with_line: bool) -> str:
    point = _("A point a training, all after the same tokens; both axes are logarithmic.")
    if not with_line:
        return point
    return f"{point} " + _(
        "The line is solid between the sizes that were trained; dashed it is only carried on, "
        "and nothing was measured there."
    )


def _size_summary(
    view: View, losses: Mapping[int, Sequence[float]], line: PowerLaw | None, beyond: int
) -> list[str]:
    """The line in words: what it is worth, what it would promise, how far seeds lie apart."""
    sentences = []
    if line is None:
        sentences.append(
            _("With {n} sizes no line is drawn: through two points there is always one.").format(
                n=len(losses)
            )
        )
    else:
        misses = line.misses(list(losses), [middle(seeds) for seeds in losses.values()])
        sentences += [
            _(
                "The straight line falls as the size to the power of {power} and misses the {n} "
                "sizes by up to {miss}."
            ).format(
                power=f"{line.power:.3f}".replace("-", "−"),
                n=len(losses),
                miss=percent(max(map(abs, misses))),
            ),
            _("{n} points prove no law: two numbers of the line were chosen to fit them.").format(
                n=len(losses)
            ),
        ]
        if beyond:
            sentences.append(
                _(
                    "Carried on to {size}, {times} times the largest that was trained, it would "
                    "promise {loss}: extrapolated, and measured by nobody."
                ).format(
                    size=in_short(beyond),
                    times=f"{beyond / max(losses):.0f}",
                    loss=f"{line.at(beyond):.2f}",
                )
            )
    sentences += [
        _("{n} seeds of {size} differ by {share}.").format(
            n=len(seeds), size=in_short(size), share=percent(spread(seeds))
        )
        for size, seeds in losses.items()
        if len(seeds) > 1
    ]
    return sentences


def _size_table(losses: Mapping[int, Sequence[float]], line: PowerLaw | None) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                _("Parameters"): size,
                _("Loss"): loss,
                **({_("On the line"): line.at(size)} if line else {}),
            }
            for size, seeds in losses.items()
            for loss in seeds
        ]
    )
