"""How the gradient of the last prediction fades on its way back, model beside model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.influence import grad_norm
from viz_core.figures import Course, course_lines
from viz_core.figures.theme import numbered
from viz_core.i18n import _
from viz_core.languages import readers
from viz_core.lessons.memory.view import MemoryView
from viz_core.runners.base import Request
from viz_core.ui.cache import card, run
from viz_core.ui.show import Details, picture


def show(view: MemoryView) -> None:
    """One line a model that writes: how strongly its last prediction reacts to each word."""
    st.subheader(_("How far back the last prediction is felt"), anchor=False)
    typed = ~np.array(view.trace.tokens["text"].special)
    words = list(np.array(view.words, object)[typed])
    courses = _courses(card(view.model).language, view.text, typed)
    summary = _summary(courses)
    picture(
        course_lines,
        "gradients",
        _(
            "One line a model: how strongly its last prediction reacts to each word. A line that "
            "falls towards the left is a vanishing gradient; each step of the scale is ten times."
        ),
        summary or _("Only one word: nothing to compare."),
        Details(
            formula=r"\left\lVert \frac{\partial \log p(\hat w)}{\partial x_j} \right\rVert_2",
            source="Bengio et al. 1994; Pascanu et al. 2013",
            code=("viz_core/analysis/influence.py", "grad_norm"),
            table=lambda: pd.DataFrame(
                {course.name: course.values for course in courses}, index=numbered(words)
            ),
        ),
        aloud=bool(summary),
        courses=courses,
        tokens=words,
        value=_("norm of the gradient"),
        theme=view.theme,
        note=view.text,
    )


def _courses(language: str, text: str, typed: np.ndarray) -> list[Course]:
    """The norm of the gradient of each model of a language at each word that was typed."""
    models = readers(language, lambda kind: kind.continues, own=True)
    request = Request(text, want=("logits",), measures=("gradient",))
    traces = [run(model, request) for model in models]
    return [Course(trace.model_id, trace.kind, grad_norm(trace)[typed]) for trace in traces]


def _summary(courses: Sequence[Course]) -> str:
    """By how much each model's gradient fades; nothing where there is only one word."""
    fades = [
        _("{model}: the first word's is {ratio} of the last one's").format(
            model=course.name, ratio=f"{course.values[0] / course.values[-1]:.2g}"
        )
        for course in courses
        if len(course.values) > 1 and course.values[-1] > 0
    ]
    return _("{looks}.").format(looks=_("; ").join(fades)) if fades else ""
