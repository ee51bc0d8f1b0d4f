"""Which words each model's guess rests on: one strip a model, all on one scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.influence import aligned
from viz_core.figures import Course, influence_strips
from viz_core.figures.theme import Theme, bare, numbered
from viz_core.i18n import _
from viz_core.runners.question import MASK_WORD
from viz_core.ui.readings import Reading, measured
from viz_core.ui.show import Details, picture
from viz_core.ui.trials import how_tried

FORMULAS = {
    "counterfactual": r"s_j = \sum_{w \ne w_j} q(w \mid w_{\setminus j})"
    r"\left(p(\hat w) - p(\hat w \mid w_j := w)\right)",
    "gradient": r"s_j = x_j \cdot \frac{\partial \log p(\hat w)}{\partial x_j}",
    "occlusion": r"s_j = p(\hat w) - p(\hat w \mid x_j := \bar x)",
}
SOURCES = {
    "counterfactual": "Kim et al. 2020, eq. 4",
    "gradient": "Shrikumar et al. 2017, section 3",
    "occlusion": "Zeiler and Fergus 2014, section 4.2",
}
CODE = {"counterfactual": "counterfactual", "gradient": "grad_x_input", "occlusion": "occlusion"}


def show_rests(
    name: str, readings: Sequence[Reading], measure: str, theme: Theme, note: str
) -> None:
    """The influence of every word on every model's likeliest word.

    Args:
        name: of the picture, for its widgets and files.
        note: what stands on exported pictures beside the measure.
    """
    st.subheader(_("Which words the guess rests on"), anchor=False)
    readings = measured(readings)
    if not readings:
        return
    translates = any(reading.traits.translates for reading in readings)
    words, courses = _courses(readings, measure)
    picture(
        influence_strips,
        name,
        _how_to_read(measure, translates),
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
        theme=theme,
        note=f"{measure} · {note}",
    )


def _courses(readings: Sequence[Reading], measure: str) -> tuple[list[str], list[Course]]:
    """The words that the models read, and each model's influence of each of them."""
    words, places = aligned([(one.words, np.flatnonzero(one.typed)) for one in readings])
    return words, [
        _course(reading, measure, row) for reading, row in zip(readings, places, strict=True)
    ]


def _course(reading: Reading, measure: str, places: np.ndarray) -> Course:
    """A model's influences along the words.

    Args:
        places: of each word in the model's own tokens, nan where it has none.
    """
    influences, told = reading.influences(measure)
    there = np.isfinite(places)
    values = np.full(len(places), np.nan)
    values[there] = influences[places[there].astype(int)]
    return Course(
        reading.model,
        reading.kind,
        values,
        [told[int(place)] if there[n] else [] for n, place in enumerate(np.nan_to_num(places))],
    )


def _how_to_read(measure: str, translates: bool) -> str:
    sentences = [
        _(
            "One row a model, all on one scale: brown words speak for its likeliest word, purple "
            "ones against it. Blank: no token of this model begins there, or it is what is asked."
        )
    ]
    if measure == "counterfactual":
        sentences += [how_tried(translates=one) for one in (False, True)[: 1 + translates]]
    if measure == "gradient":
        sentences.append(
            _("Where a model is almost sure, its gradient is almost 0: counterfactual shows more.")
        )
    return " ".join(sentences)


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
    return int(np.argmax(np.where(others, np.nan_to_num(np.abs(values)), 0)))
