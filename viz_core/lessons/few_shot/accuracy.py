"""How often each model is right against the number of examples in its prompt, task beside task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.content import content_key
from viz_core.errors import VizError
from viz_core.few_shot.measure import Cell, few_shot_cell
from viz_core.few_shot.task import N_QUERIES, Task
from viz_core.figures import share_panels
from viz_core.figures.numbers import percent
from viz_core.i18n import _
from viz_core.lessons.few_shot.view import FewShot
from viz_core.ui.cache import card, loaded
from viz_core.ui.errors import escape_markdown
from viz_core.ui.show import Details, picture
from viz_core.ui.turns import turn


def show(view: FewShot) -> None:
    """A panel a task, a line a model."""
    heading = st.empty()
    rows = _measured(view.models, view.beside)
    if not rows:
        return
    heading.subheader(_title(rows, view), anchor=False)
    picture(
        share_panels,
        "few-shot-accuracy",
        _(
            "Height: how often every token of the right answer is the likeliest of all, with its "
            "95 % interval; no weight changes. Dashed: chance among the task's answers. Click a "
            "name to single it out."
        ),
        _summary(rows),
        Details(
            formula=r"\hat a = \arg\max_a P(a \mid x_1, a_1, \dots, x_n, a_n, x)",
            source=_(
                "Brown et al. 2020, section 2: in-context learning, no gradient step. All models "
                "get the same plain text, instruction-tuned ones too. Interval: Wilson 1927"
            ),
            code=("viz_core/few_shot/measure.py", "few_shot_cell"),
            table=lambda: pd.DataFrame(rows),
        ),
        aloud=False,
        rows=rows,
        x_name=_("examples in the prompt"),
        y_name=_("right answer"),
        theme=view.theme,
        told={"prob": _("probability of the answer, mean")},
        note=_("measured now, {n} questions a point").format(n=N_QUERIES),
    )


def _measured(models: Sequence[str], tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """A row for each point; what can't be measured is told. Every cell once, however many ask."""
    cells = [(model, task, n) for task in tasks for model in models for n in task.counts()]
    bar = st.progress(0.0, _("Measuring"))
    rows, faults = [], {}
    for done, (model, task, n) in enumerate(cells):
        told = _("Measuring {model}: {task}").format(model=model, task=task.title_here)
        bar.progress(done / len(cells), told)
        try:
            loaded(model)
            with turn(model):
                cell = _cell(model, content_key(task), n, task)
        except VizError as error:
            faults[model, task.name] = f"{model}, {task.title_here}: {error}"
            continue
        rows.append(
            {
                "model": model,
                "kind": card(model).kind,
                "panel": task.title_here,
                "at": n,
                **asdict(cell),
            }
        )
    bar.empty()
    for fault in faults.values():
        st.warning(escape_markdown(fault), icon=":material/info:")
    return rows


@st.cache_resource(max_entries=1024, show_spinner=False)
def _cell(model: str, key: str, n: int, _task: Task) -> Cell:
    """One measurement, shared by all who ask.

    Args:
        key: of the task's content.
    """
    return few_shot_cell(registry.writer(model), _task, n)


def _title(rows: Sequence[Mapping[str, Any]], view: FewShot) -> str:
    """Of the chosen task, and of the last one beside it, the model that is best by examples."""
    courses, told = _courses(rows), []
    for task in dict.fromkeys((view.task.title_here, view.beside[-1].title_here)):
        if task not in courses:
            continue
        model, course = max(courses[task].items(), key=lambda item: item[1][-1]["accuracy"])
        if course[-1]["low"] <= course[-1]["chance"]:
            told.append(_("no model does “{task}” by them").format(task=task))
            continue
        told.append(
            _("{model}, “{task}”: right in {first} without examples, {last} with {n}").format(
                task=task,
                model=escape_markdown(model),
                first=percent(course[0]["accuracy"]),
                last=percent(course[-1]["accuracy"]),
                n=course[-1]["at"],
            )
        )
    return _("; ").join(told)


def _summary(rows: Sequence[Mapping[str, Any]]) -> str:
    """The chart in words: without an example and with most, for each task and model."""
    looks = [
        _("{task}, {model}: {first} without an example, {last} with {n}").format(
            task=panel,
            model=model,
            first=percent(course[0]["accuracy"]),
            last=percent(course[-1]["accuracy"]),
            n=course[-1]["at"],
        )
        for panel, courses in _courses(rows).items()
        for model, course in courses.items()
    ]
    return _("{looks}.").format(looks=_("; ").join(looks))


def _courses(
    rows: Sequence[Mapping[str, Any]],
) -> dict[str, dict[str, list[Mapping[str, Any]]]]:
    """The points by task and model."""
    found: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
    for row in rows:
        found.setdefault(row["panel"], {}).setdefault(row["model"], []).append(row)
    return found
