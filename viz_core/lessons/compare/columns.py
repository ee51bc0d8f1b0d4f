"""What the Compare page is made of: the same question to every architecture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.influence import (
    aligned,
    influence,
    perplexity,
    sequential_steps,
)
from viz_core.errors import VizError
from viz_core.figures import (
    Course,
    guess_columns,
    influence_strips,
)
from viz_core.figures.theme import bare, numbered, visible
from viz_core.i18n import _
from viz_core.runners.question import MASK_WORD
from viz_core.ui.cache import cached_trace, card
from viz_core.ui.readings import (
    Comparison,
    Reading,
    foreseen,
)
from viz_core.ui.show import Details, how, picture, show_details


def show_columns(seen: Comparison) -> None:
    """The likeliest words of every model, one column each."""
    best = [(one, one.guess.guesses[0]) for one in seen.readings]
    st.subheader(_("What each model says next"), anchor=False)
    summary = _("Likeliest word: {words}.").format(
        words=_("; ").join(
            _("{model} {word}, {share}").format(
                model=one.model, word=bare(guess.token), share=f"{guess.prob:.1%}"
            )
            for one, guess in best
        )
    )
    picture(
        guess_columns,
        "compare-guesses",
        _(
            "One column a model, one bar a word: its share of the probability. The encoder reads "
            "both ways, so it is asked with [MASK] in the place; the others read up to there. The "
            "translator is asked for the first word of its translation."
        ),
        summary,
        Details(
            formula=r"p(w) = \frac{e^{z_w}}{\sum_{u} e^{z_u}}",
            source="Vaswani et al. 2017, section 3.4",
            code=("viz_core/analysis/probabilities.py", "distributions"),
            table=lambda: pd.DataFrame(
                [
                    {
                        _("Model"): one.model,
                        _("Word"): visible(guess.token),
                        _("Probability"): guess.prob,
                    }
                    for one in seen.readings
                    for guess in one.guess.guesses
                ]
            ),
            saves=True,
        ),
        aloud=False,
        columns=[(one.model, one.kind, one.guess) for one in seen.readings],
        theme=seen.theme,
        note=seen.note,
    )


def courses(readings: Sequence[Reading], measure: str) -> tuple[list[str], list[Course]]:
    """The words that the models read, and each model's influence of each of them."""
    axis, values = aligned(
        [(one.words, influence(one.trace, measure)[one.typed]) for one in readings]
    )
    return axis, [
        Course(one.model, one.kind, row) for one, row in zip(readings, values, strict=True)
    ]


def show_strips(seen: Comparison) -> None:
    """Which words each model's guess rests on."""
    st.subheader(_("Which words the guess rests on"), anchor=False)
    axis, found = courses(seen.readings, seen.measure)
    unit = _("nats") if seen.measure == "gradient" else _("probability")
    sentence = _(
        "One row a model, all on one scale: brown words speak for its likeliest word, purple "
        "ones against it. Blank: no token of this model begins there."
    )
    if seen.measure == "gradient":
        sentence += " " + _(
            "Where a model is almost sure, its gradient is almost 0: occlusion shows more."
        )
    strongest = [
        _("{model} rests most on {word}").format(
            model=one.name, word=bare(axis[_strongest(axis, one.values)])
        )
        for one in found
        if np.isfinite(one.values).any()
    ]
    summary = _("{looks}.").format(looks=_("; ").join(strongest))
    picture(
        influence_strips,
        "compare-strips",
        sentence,
        summary,
        courses=found,
        tokens=axis,
        unit=unit,
        theme=seen.theme,
        note=seen.note,
    )
    formulas = {
        "gradient": r"s_j = x_j \cdot \frac{\partial \log p(\hat w)}{\partial x_j}",
        "occlusion": r"s_j = p(\hat w) - p(\hat w \mid x_j := \bar x)",
    }
    sources = {
        "gradient": "Shrikumar et al. 2017, section 3",
        "occlusion": "Zeiler and Fergus 2014, section 4.2",
    }
    code = {"gradient": "grad_x_input", "occlusion": "occlusion"}
    show_details(
        Details(
            formula=formulas[seen.measure],
            source=sources[seen.measure],
            code=("viz_core/analysis/influence.py", code[seen.measure]),
            table=lambda: pd.DataFrame(
                {one.name: one.values for one in found},
                index=numbered(axis),
            ),
            name="compare-strips",
        )
    )


def _strongest(axis: Sequence[str], values: np.ndarray) -> int:
    """The token of the largest influence, the place that is asked for aside."""
    others = np.array([word != MASK_WORD for word in axis])
    return int(np.nanargmax(np.where(others, np.abs(values), 0)))


def show_numbers(seen: Comparison) -> None:
    """What each model costs, and how well it foresees the text."""
    st.subheader(_("What it costs, and how well the text is foreseen"), anchor=False)
    rows = []
    for one in seen.readings:
        n_tokens = len(one.tokens)
        known = card(one.model)
        rows.append(
            {
                _("Model"): one.model,
                _("Parameters"): f"{known.n_params / 1e6:.2f} M",
                _("Perplexity"): _perplexity(one, seen.text),
                _("Forward pass"): _("{n} ms").format(n=f"{one.trace.seconds * 1e3:.1f}"),
                _("Sequential steps"): sequential_steps(one.traits, n_tokens, known.n_layer),
            }
        )
    st.table(rows)
    how(
        _(
            "Perplexity: among how many equally likely words the model hesitates, on average over "
            "the typed words; marked ~ for the encoder, which sees both sides of each word and "
            "can't be compared, and – where the text is too long for it or, as in translation, is "
            "not what the model foresees. Time of this one pass on "
            "this server, when it ran. Sequential steps have to wait for one another."
        )
    )


def _perplexity(one: Reading, text: str) -> str:
    """The perplexity, or a dash for a text too long or too short to have one."""
    if one.traits.translates:
        return "–"  # it foresees the words of another text
    try:
        found = perplexity(cached_trace(one.model, foreseen(text), one.trained))
    except VizError:
        return "–"
    return f"{'~ ' if one.traits.fills else ''}{found:,.1f}"
