"""One question: how likely the right answer is by the number of examples, and what is said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.content import content_key
from viz_core.errors import VizError
from viz_core.few_shot.measure import answer, says
from viz_core.few_shot.task import Prompt
from viz_core.figures import Scale, labelled_map
from viz_core.figures.numbers import percent
from viz_core.figures.theme import escape
from viz_core.i18n import _
from viz_core.lessons.few_shot.view import FewShot
from viz_core.ui.cache import loaded
from viz_core.ui.errors import escape_markdown
from viz_core.ui.show import Details, picture
from viz_core.ui.turns import turn


@dataclass(frozen=True)
class Said:
    """What a model makes of the question behind so many examples; nothing if it can't read it."""

    word: str
    prob: float


def show(view: FewShot) -> None:
    """The prompt, and a row a model, a column a number of examples."""
    st.subheader(
        escape_markdown(
            _("One question: {question} … {answer}?").format(
                question=view.prompt.question, answer=view.prompt.answer
            )
        ),
        anchor=False,
    )
    counts = view.task.counts()
    said = {
        model: [_said(model, view.task.prompt_of(n, view.query)) for n in counts]
        for model in view.models
    }
    probs = np.array([[one.prob for one in row] for row in said.values()])
    picture(
        labelled_map,
        "few-shot-answers",
        _(
            "A row a model, a column a number of examples. Colour and percent: the probability of "
            "the right answer, all its tokens one after another. The word: what the model says "
            "there."
        ),
        _summary(view, said),
        Details(
            formula=r"P(a) = \prod_k P(a_k \mid \text{prompt}, a_1, \dots, a_{k-1})",
            source="Brown et al. 2020, section 2",
            code=("viz_core/few_shot/measure.py", "answer"),
            table=lambda: _table(said, counts),
        ),
        aloud=False,
        values=probs,
        rows=list(said),
        columns=[str(n) for n in counts],
        theme=view.theme,
        scale=Scale(limit=1),
        text=[[_cell(one) for one in row] for row in said.values()],
        column=counts.index(view.n) if view.n in counts else None,
        words=False,
        note=view.note,
    )


def _said(model: str, prompt: Prompt) -> Said:
    """What a model makes of a prompt, measured once for all who ask."""
    try:
        loaded(model)
        with turn(model):
            return _answer(model, content_key(prompt), prompt)
    except VizError:
        return Said("", float("nan"))  # the picture above says why


@st.cache_resource(max_entries=512, show_spinner=False)
def _answer(model: str, key: str, _prompt: Prompt) -> Said:
    """Args:
    key: of the prompt's content.
    """
    writer = registry.writer(model)
    return Said(says(writer, _prompt), answer(writer, _prompt).prob)


def _cell(said: Said) -> str:
    """What stands in a cell: the word and the probability of the right one."""
    return f"{escape(said.word[:14])}<br>{percent(said.prob, short=True)}"


def _summary(view: FewShot, said: dict[str, list[Said]]) -> str:
    looks = [
        _("{model} {first} without an example, {last} with {n}").format(
            model=model,
            first=percent(row[0].prob),
            last=percent(row[-1].prob),
            n=view.task.counts()[-1],
        )
        for model, row in said.items()
    ]
    return _("Probability of {answer}: {looks}.").format(
        answer=view.query.answer, looks=_("; ").join(looks)
    )


def _table(said: dict[str, list[Said]], counts: tuple[int, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {_("Model"): model, _("Examples"): n, _("Word"): one.word, _("Probability"): one.prob}
            for model, row in said.items()
            for n, one in zip(counts, row, strict=True)
        ]
    )
