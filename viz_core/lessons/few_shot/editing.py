"""The rows of a task and the question, as the visitor types them."""

from __future__ import annotations

import streamlit as st

from viz_core.errors import InputError
from viz_core.few_shot.task import N_EXAMPLES, Row, Task
from viz_core.i18n import _
from viz_core.lessons.few_shot import link
from viz_core.ui.errors import show_error
from viz_core.ui.inputs import unseen

TYPED = "rows_typed"  # key of the box; the link's own value stands beside it, with the task's name
QUERY_OF = "query_of"  # where the session keeps of which task the question is


def chosen_task(own: Task) -> Task:
    """The task with the rows of the link, if those are of it; its own where they can't be read."""
    with unseen(link.ROWS.key):
        code = st.text_area(
            link.ROWS.key,
            link.ROWS.default or "",
            key=link.ROWS.key,
            bind="query-params",
            label_visibility="collapsed",
        )
    try:
        found = link.read_rows(code or "")
    except InputError as error:
        show_error(error)
        return own
    return found if found is not None and found.name == own.name else own


def chosen_query(task: Task) -> Row:
    """The row whose answer is asked; the task's own until somebody types one."""
    if st.session_state.get(QUERY_OF, task.name) != task.name:
        st.session_state[link.QUERY.key] = ""  # it was a row of another task
    st.session_state[QUERY_OF] = task.name
    typed = st.text_input(
        _("Question and right answer"),
        link.QUERY.default or "",
        key=link.QUERY.key,
        bind="query-params",
        placeholder=str(task.query),
        width=260,
        help=_(
            "What is given, a colon, and the answer whose probability is measured, as in {example}."
        ).format(example=f"`{task.query}`"),
    )
    if not (typed or "").strip():
        return task.query
    try:
        return task.read_row(typed)
    except InputError as error:
        show_error(error)
        return task.query


def edit_rows(task: Task) -> None:
    """A box with the task's rows, folded."""

    def take() -> None:
        typed = str(st.session_state[TYPED])
        st.session_state[link.ROWS.key] = f"{task.name}\n{typed}" if typed.strip() else ""

    with st.popover(_("Rows"), icon=":material/edit:"):
        st.session_state[TYPED] = "\n".join(map(str, task.rows))
        st.text_area(
            _("A row a line: what is given, a colon, the answer"),
            key=TYPED,
            height=320,
            on_change=take,
        )
        st.caption(_says(task))


def _says(task: Task) -> str:
    """What the rows are used for."""
    if task.recalls:
        return _(
            "The examples are rows that follow each other, and the question is about one of them. "
            "An empty box brings the first rows back."
        )
    return _(
        "The first {n} are the examples, in this order; those behind them are asked and never "
        "shown. An empty box brings the first rows back."
    ).format(n=min(N_EXAMPLES, len(task.rows) - 1))
