"""One stage of the walk: what happens, its vectors, the arithmetic with the real numbers."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from viz_core.analysis.stage import Stage
from viz_core.figures import VectorStrip, vector_strips
from viz_core.i18n import _
from viz_core.lessons.step_by_step.arithmetic import arithmetic
from viz_core.lessons.step_by_step.check import check
from viz_core.lessons.step_by_step.formulas import formula, named, source
from viz_core.lessons.step_by_step.remarks import remarks
from viz_core.lessons.step_by_step.view import WalkView
from viz_core.lessons.step_by_step.words import stage_sentence, stage_title
from viz_core.ui.errors import escape_markdown
from viz_core.ui.inside import quoted
from viz_core.ui.show import Details, picture, say, show_details

OVER_KEYS = ("scale", "mask", "softmax")  # stages whose vectors count words
OF_A_PAIR = ("qk", "dot", "scale", "mask", "softmax", "mix")
WALK = "viz_core/analysis/walk.py"
CODE = {
    "embed": (WALK, "_embedding"),
    "norm": (WALK, "_norm"),
    "add": (WALK, "_sum_and_norm"),
    "norm2": (WALK, "_norm"),
    "ffn": (WALK, "_ffn"),
    "add2": (WALK, "_sum_and_norm"),
}
ATTEND = ("viz_core/analysis/attention_stages.py", "attend")  # all other stages


def show(view: WalkView) -> None:
    """The stage that is looked at, and how near it is to what the model recorded."""
    stage, inside = view.stage, view.inside
    title, checked = stage_title(stage.name), check(stage)
    general = formula(stage.name, inside.trace, inside.parameters, view.chosen.attention)
    st.subheader(f"{view.at + 1} · {title}: {escape_markdown(_words(view))}", anchor=False)
    st.latex(arithmetic(stage, general))
    picture(
        vector_strips,
        "step-by-step",
        stage_sentence(stage.name, inside.trace.computes),
        _("{title}. {proof}").format(title=title, proof=checked),
        aloud=False,
        strips=_strips(view),
        theme=inside.theme,
        cell=view.key if stage.name in OVER_KEYS else None,
        note=view.note,
    )
    say(checked)
    for line in remarks(view):
        say(line)
    show_details(
        Details(
            formula=general,
            source=source(inside.model),
            code=CODE.get(stage.name, ATTEND),
            table=lambda: _table(stage),
            name="step-by-step",
        )
    )


def _words(view: WalkView) -> str:
    """The word that looks; of stages of a pair, the word looked at as well."""
    query = quoted(view.chosen.queries, view.query)
    if view.stage.name not in OF_A_PAIR:
        return query
    return f"{query} → {quoted(view.chosen.keys, view.key)}"


def _strips(view: WalkView) -> list[VectorStrip]:
    words = view.chosen.keys.strings if view.stage.name in OVER_KEYS else ()
    return [
        VectorStrip(
            named(strip.name),
            strip.values,
            strip.role,
            amounts=strip.name in ("w_i", "e"),
            tokens=words,
        )
        for strip in view.stage.strips
    ]


def _table(stage: Stage) -> pd.DataFrame:
    """The vectors side by side, a row a dimension."""
    return pd.DataFrame({strip.name: pd.Series(strip.values) for strip in stage.strips})
