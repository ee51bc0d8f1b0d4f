"""What is looked at on the Few-shot page: models, a task, its rows, a question."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from viz_core.few_shot.task import Prompt, Row, Task
from viz_core.few_shot.tasks import TASKS
from viz_core.figures.theme import Theme
from viz_core.i18n import _
from viz_core.lessons.few_shot import link
from viz_core.lessons.few_shot.editing import chosen_query, chosen_task, edit_rows
from viz_core.ui.inputs import choose, controls, toggle
from viz_core.ui.usable import offered


@dataclass(frozen=True)
class FewShot:
    """What a visitor chose.

    Attributes:
        models: that are asked, all of which read the task's language.
        task: with the visitor's rows, where there are some.
        beside: the tasks that are shown beside each other, this one among them.
        n: examples in the prompt that is looked into.
        query: the row whose answer is asked.
    """

    models: tuple[str, ...]
    task: Task
    beside: tuple[Task, ...]
    n: int
    query: Row
    theme: Theme

    @property
    def prompt(self) -> Prompt:
        """The prompt that is looked into."""
        return self.task.prompt_of(self.n, self.query)

    @property
    def note(self) -> str:
        """What stands on exported pictures."""
        return f"{self.task.title_here} · {self.query}"


def few_shot_view(theme: Theme) -> FewShot:
    """Let the visitor choose models, a task and a question, and edit the task's rows."""
    row = controls("few_shot")
    with row:
        name = choose(link.TASK, _("Task"))
        everything = toggle(
            link.ALL,
            _("All tasks"),
            _("Measure every task of this language; it takes some seconds a model."),
        )
    task = chosen_task(TASKS[name])
    with row:
        models = _choose_models(task.language)
    with controls("question", _("Examples and question")):
        n = int(
            choose(link.N, _("Examples in the prompt"), options=[str(n) for n in task.counts()])
        )
        query = chosen_query(task)
        edit_rows(task)
    return FewShot(models, task, _beside(task, everything), n, query, theme)


def _choose_models(code: str) -> tuple[str, ...]:
    """Any of the models that read a language."""
    ids = offered(link.readers_of(code))
    first = link.first_models(code)
    if not set(st.session_state.get(link.ASKED.key) or first) <= set(ids):
        st.session_state.pop(link.ASKED.key, None)  # of another language
    chosen = st.pills(
        _("Models"),
        ids,
        default=first,
        selection_mode="multi",
        key=link.ASKED.key,
        bind="query-params",
    )
    return tuple(model for model in ids if model in chosen) or tuple(first)


def _beside(task: Task, everything: bool) -> tuple[Task, ...]:
    """The tasks that are shown, this one among them: all of a language, or three that differ."""
    alike = [TASKS[name] for name in link.tasks({}) if TASKS[name].language == task.language]
    usual = (link.RECALLS, link.KNOWN)
    third = link.FAILS if task.kin in usual else task.kin
    wanted = [one for one in alike if everything or one.kin in (*usual, third)]
    return tuple(task if one.name == task.name else one for one in wanted)
