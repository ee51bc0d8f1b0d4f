"""Which words each model's guess rests on: one strip a model, all on one scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.influence import aligned, influence
from viz_core.figures import Course, influence_strips
from viz_core.figures.theme import bare, numbered
from viz_core.i18n import _
from viz_core.runners.question import MASK_WORD
from viz_core.ui.readings import Comparison
from viz_core.ui.show import Details, picture

FORMULAS = {
    "gradient": r"s_j = x_j \cdot \frac{\partial \log p(\hat w)}{\partial x_j}",
    "occlusion": r"s_j = p(\hat w) - p(\hat w \mid x_j := \bar x)",
}
SOURCES = {
    "gradient": "Shrikumar et al. 2017, section 3",
    "occlusion": "Zeiler and Fergus 2014, section 4.2",
}
CODE = {"gradient": "grad_x_input", "occlusion": "occlusion"}


def show(comparison: Comparison) -> None:
    """The influence of every word on every model's likeliest word."""
    st.subheader(_("Which words the guess rests on"), anchor=False)
    words, courses = _courses(comparison)
    measure = comparison.measure
    picture(
        influence_strips,
        "compare-strips",
        _how_to_read(measure),
        _summary(words, courses),
        Details(
            formula=FORMULAS[measure],
            source=SOURCES[measure],
            code=("viz_core/analysis/influence.py", CODE[measure]),
            table=lambda: pd.DataFrame(
                {course.name: course.values for course in courses}, index=numbered(words)
            ),
        ),
        courses=courses,
        tokens=words,
        unit=_("nats") if measure == "gradient" else _("probability"),
        theme=comparison.theme,
        note=comparison.note,
    )


def _courses(comparison: Comparison) -> tuple[list[str], list[Course]]:
    """The words that the models read, and each model's influence of each of them."""
    readings = comparison.readings
    words, rows = aligned(
        [
            (reading.words, influence(reading.trace, comparison.measure)[reading.typed])
            for reading in readings
        ]
    )
    return words, [
        Course(reading.model, reading.kind, row)
        for reading, row in zip(readings, rows, strict=True)
    ]


def _how_to_read(measure: str) -> str:
    sentence = _(
        "One row a model, all on one scale: brown words speak for its likeliest word, purple "
        "ones against it. Blank: no token of this model begins there."
    )
    if measure != "gradient":
        return sentence
    return (
        sentence
        + " "
        + _("Where a model is almost sure, its gradient is almost 0: occlusion shows more.")
    )


def _summary(words: Sequence[str], courses: Sequence[Course]) -> str:
    """The word of the largest influence on each model."""
    strongest = [
        _("{model} rests most on {word}").format(
            model=course.name, word=bare(words[_strongest(words, course.values)])
        )
        for course in courses
        if np.isfinite(course.values).any()
    ]
    return _("{looks}.").format(looks=_("; ").join(strongest))


def _strongest(words: Sequence[str], values: np.ndarray) -> int:
    """The token of the largest influence, the place that is asked for aside."""
    others = np.array([word != MASK_WORD for word in words])
    return int(np.nanargmax(np.where(others, np.abs(values), 0)))
