"""Each word's influence against its distance, all models on one chart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.influence import by_distance
from viz_core.figures import Course, distance_lines
from viz_core.figures.theme import Theme, bare, visible
from viz_core.i18n import _
from viz_core.lessons.distance import link
from viz_core.ui.inputs import choose, controls
from viz_core.ui.raised import tell_reader
from viz_core.ui.readings import (
    Reading,
    asked_models,
    choose_measure,
    influence_name,
    measured,
    readings_of,
)
from viz_core.ui.show import Details, picture
from viz_core.ui.trials import how_tried

# A model's influences, how far back each word stands, and the words.
Line = tuple[Course, np.ndarray, list[str]]


def show(text: str, theme: Theme) -> None:
    """Let the visitor choose a measure and a scale, and draw a line a model."""
    with controls("distance"):
        measure = choose_measure()
        scale = choose(link.SCALE, _("Axis"))
    readings = measured(readings_of(text, measure, asked_models(text, link.reads_one_text)))
    tell_reader(text, [reading.model for reading in readings])
    if not readings:
        return
    lines = [line for line in (_line(reading, measure) for reading in readings) if line]
    st.subheader(_("The further back, the weaker?"), anchor=False)
    picture(
        distance_lines,
        "distance",
        _how_to_read(measure, scale == "log"),
        _summary(lines),
        Details(
            formula=r"s_j \text{ against } t - j",
            source="Kim et al. 2020, eq. 4; Zeiler and Fergus 2014, section 4.2; "
            "Shrikumar et al. 2017, section 3",
            code=("viz_core/analysis/influence.py", "by_distance"),
            table=lambda: _table(lines),
            saves=True,
        ),
        courses=lines,
        value=influence_name(measure),
        theme=theme,
        log=scale == "log",
        note=f"{measure} · {text}",
    )


def _how_to_read(measure: str, log: bool) -> str:
    """The line under the chart: what a line's height means."""
    heights = {
        "counterfactual": _(
            "Its height is how much of the guess's probability goes if another word stands there: "
            "at 0 the model would be as sure as it is, at 1 nothing is left of it."
        ),
        "occlusion": _(
            "Its height is how much of the guess's probability goes if the mean of all words' "
            "vectors stands there."
        ),
        "gradient": _(
            "Its height is gradient × input: how log p of the guess would change without the "
            "word, to first order."
        ),
    }
    sentences = [_("One point a word, as far left as it is far back."), heights[measure]]
    if log:
        sentences.append(_("Drawn is its size; each step of the scale is ten times."))
    sentences.append(
        _(
            "A line that is high far to the left belongs to a model that still uses what stood "
            "there; below 0 a word speaks against the guess."
        )
    )
    if measure == "counterfactual":
        sentences.append(how_tried(translates=False))
    return " ".join(sentences)


def _line(reading: Reading, measure: str) -> Line | None:
    """A model's line; None if nothing stands before the place that it is asked for."""
    influences, told = reading.influences(measure)
    distances, values = by_distance(influences, reading.guess.place)
    drawn = np.flatnonzero(reading.typed[: len(values)] & np.isfinite(values))
    if not drawn.size:
        return None
    words = [reading.tokens.strings[n] for n in drawn]
    course = Course(reading.model, reading.kind, values[drawn], [told[n] for n in drawn])
    return course, distances[drawn], words


def _summary(lines: Sequence[Line]) -> str:
    """On which word each model's guess rests most, and how far back that is."""
    most = [
        _("{model}: most on {word}, {n} words back, {value}").format(
            model=course.name,
            word=bare(words[at]),
            n=int(distances[at]),
            value=f"{course.values[at]:+.2f}",
        )
        for course, distances, words in lines
        for at in [int(np.abs(course.values).argmax())]
    ]
    return _("{looks}.").format(looks=_("; ").join(most))


def _table(lines: Sequence[Line]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                _("Model"): course.name,
                _("Word"): visible(word),
                _("Distance"): int(distance),
                _("Influence"): value,
            }
            for course, distances, words in lines
            for word, distance, value in zip(words, distances, course.values, strict=True)
        ]
    )
