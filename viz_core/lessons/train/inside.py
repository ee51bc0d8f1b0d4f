"""The model at the step that is looked at: where it looks, what it says next, how it goes on."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.analysis.attention import stacks
from viz_core.analysis.probabilities import Distribution, distributions
from viz_core.errors import VizError
from viz_core.figures import attention_heatmap, probability_bars
from viz_core.figures.numbers import percent
from viz_core.figures.theme import bare, kind_colour, visible
from viz_core.generate import Writing
from viz_core.i18n import _
from viz_core.lessons.train.view import TrainView
from viz_core.runners.base import Request
from viz_core.runners.question import question
from viz_core.trace import Trace
from viz_core.ui.errors import escape_markdown, show_error
from viz_core.ui.inputs import controls, head_select, layer_select
from viz_core.ui.show import Details, how, picture
from viz_core.ui.tiles import tile_line, written_tiles

N_WRITTEN = 24  # words of a sample
WANT = ("*.weights", "logits")


def show(view: TrainView) -> None:
    """Attention on the left, words on the right; nothing while there is no model."""
    if not view.model:
        return
    try:
        runner = registry.load(view.model)
        text = question(runner.card.traits, view.text)
        trace = runner.run(Request(text, want=runner.recorded(*WANT)))
    except VizError as error:
        show_error(error)
        return
    if not trace.attentions:
        _show_words(view, trace, text)
        return
    left, right = st.columns(2, gap="medium")
    with left:
        _show_attention(view, trace)
    with right:
        _show_words(view, trace, text)


def _show_attention(view: TrainView, trace: Trace) -> None:
    records = next(iter(stacks(trace).values()))
    match = next((p.match for p in reversed(view.looked.points) if p.match is not None), None)
    st.subheader(_("Step {step}: where the words look").format(step=view.step), anchor=False)
    with controls("head", _("Layer and head")):
        layer = layer_select(len(records), match.layer if match else 0)
        head = head_select(len(records[0].values), default=match.head if match else 0)
    name = (
        _("layer {layer}, mean of all heads").format(layer=layer)
        if head is None
        else _("layer {layer}, head {head}").format(layer=layer, head=head)
    )
    picture(
        attention_heatmap,
        "train-attention",
        _(
            "Read a row: the word on the left spreads one whole of attention over the words above; "
            "the colour goes from 0 to 1. Move the step to see it form."
        ),
        _("Attention of {name} at step {step}.").format(name=name, step=view.step),
        aloud=False,
        fleeting=True,
        record=records[layer],
        tokens=trace.tokens,
        head=head,
        theme=view.theme,
        note=f"{view.note} · {name}",
    )


def _show_words(view: TrainView, trace: Trace, text: str) -> None:
    """What it would say next, and how it goes on."""
    found = distributions(trace)
    if found:
        _show_next(view, found[0], trace.kind)
    if trace.traits.continues:
        _show_sample(view, text)


def _show_next(view: TrainView, found: Distribution, kind: str) -> None:
    best = found.guesses[0]
    st.subheader(
        _("Step {step}: next comes “{word}”, {share}").format(
            step=view.step, word=escape_markdown(visible(best.token)), share=percent(best.prob)
        ),
        anchor=False,
    )
    picture(
        probability_bars,
        "train-next",
        _("Each bar is one word's share of the probability over the whole vocabulary."),
        _("Likeliest: {word}, {share}.").format(word=bare(best.token), share=percent(best.prob)),
        Details(
            formula=r"p(w) = \frac{e^{z_w}}{\sum_{u} e^{z_u}}",
            source="Vaswani et al. 2017, section 3.4",
            code=("viz_core/analysis/probabilities.py", "distributions"),
            table=lambda: pd.DataFrame(
                {
                    _("Word"): [visible(guess.token) for guess in found.guesses],
                    _("Probability"): [guess.prob for guess in found.guesses],
                }
            ),
        ),
        aloud=False,
        fleeting=True,
        found=found,
        theme=view.theme,
        color=kind_colour(kind),
    )


def _show_sample(view: TrainView, text: str) -> None:
    """How it goes on with the text, always with its likeliest word."""
    try:
        steps = Writing(registry.writer(view.model), text).steps(N_WRITTEN)
    except VizError as error:
        show_error(error)
        return
    tile_line(written_tiles(steps), view.theme, "train_sample")
    how(
        _(
            "So it goes on with your text, always with its likeliest word; shade and number are "
            "the probability that it gave the word."
        )
    )
