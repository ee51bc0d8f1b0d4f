"""Each word's share of the influence against its distance, all models on one chart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.influence import by_distance, influence
from viz_core.figures import Course, distance_lines
from viz_core.figures.theme import Theme, visible
from viz_core.i18n import _
from viz_core.lessons.distance import link
from viz_core.lessons.distance.models import reads_one_text
from viz_core.links import MEASURE
from viz_core.ui.inputs import choose, controls
from viz_core.ui.readings import Reading, readings_of
from viz_core.ui.show import Details, picture

# A model's shares, how far back each word stands, and the words.
Line = tuple[Course, np.ndarray, list[str]]


def show(text: str, theme: Theme) -> None:
    """Let the visitor choose a measure and a scale, and draw a line a model."""
    with controls("distance"):
        measure = choose(
            MEASURE,
            _("Measure"),
            _("gradient: gradient × input. occlusion: the word replaced by the mean of all words."),
        )
        scale = choose(link.SCALE, _("Scale"))
    readings = readings_of(text, (measure,), can=reads_one_text)
    if not readings:
        return
    lines = [line for line in (_line(reading, measure) for reading in readings) if line]
    st.subheader(_("The further back, the weaker?"), anchor=False)
    picture(
        distance_lines,
        "distance",
        _(
            "One point a word, as far left as it is far back; its height is its share of all "
            "influence on the model's likeliest word. A line that stays high far to the left "
            "belongs to a model that looks straight back."
        ),
        _summary(lines),
        Details(
            formula=r"\frac{|s_j|}{\sum_k |s_k|} \text{ against } t - j",
            source="Shrikumar et al. 2017, section 3; Zeiler and Fergus 2014, section 4.2",
            code=("viz_core/analysis/influence.py", "by_distance"),
            table=lambda: _table(lines),
            saves=True,
        ),
        courses=lines,
        theme=theme,
        log=scale == "log",
        note=f"{measure} · {text}",
    )


def _line(reading: Reading, measure: str) -> Line | None:
    """A model's line; None if nothing stands before the place that it is asked for."""
    distances, sizes = by_distance(influence(reading.trace, measure), reading.guess.place)
    typed = reading.typed[: len(sizes)]
    if not typed.any():
        return None
    words = [word for word, keep in zip(reading.tokens.strings, typed, strict=False) if keep]
    return Course(reading.model, reading.kind, sizes[typed]), distances[typed], words


def _summary(lines: Sequence[Line]) -> str:
    """How near half of each model's influence lies."""
    halves = [
        _("{model}: half of what is drawn comes from the last {n} tokens").format(
            model=course.name, n=_half_within(course.values, distances)
        )
        for course, distances, _words in lines
        if course.values.sum() > 0
    ]
    return _("{looks}.").format(looks=_("; ").join(halves))


def _half_within(values: np.ndarray, distances: np.ndarray) -> int:
    """The distance within which half of the shown influence lies."""
    order = np.argsort(distances)
    passed = np.cumsum(values[order])
    return int(distances[order][np.searchsorted(passed, passed[-1] / 2)])


def _table(lines: Sequence[Line]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                _("Model"): course.name,
                _("Word"): visible(word),
                _("Distance"): int(distance),
                _("Share"): share,
            }
            for course, distances, words in lines
            for word, distance, share in zip(words, distances, course.values, strict=True)
        ]
    )
