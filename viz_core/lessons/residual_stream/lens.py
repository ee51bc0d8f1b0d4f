"""What each level would say: read as it is (logit lens), or carried to the end (Jacobian lens)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.residual import Lens, carried, jacobians_of, logit_lens
from viz_core.figures import Scale, labelled_map
from viz_core.figures.numbers import percent
from viz_core.figures.theme import LONGEST_LABEL, bare, escape, numbered, visible
from viz_core.i18n import _
from viz_core.lessons.residual_stream.view import StreamView
from viz_core.runners.base import Request
from viz_core.ui.cache import cached, run
from viz_core.ui.errors import escape_markdown
from viz_core.ui.show import Details, picture

Words = list[list[str]]  # what each level says at each position, (level, pos)


LOGIT_LENS = partial(
    Details,
    formula=r"\mathrm{softmax}\left(E\;\mathrm{norm}(x^{(\ell)})\right)",
    source="nostalgebraist 2020, interpreting GPT: the logit lens",
    code=("viz_core/analysis/residual.py", "logit_lens"),
    name="stream-lens",
)
JACOBIAN_LENS = partial(
    Details,
    formula=r"\mathrm{softmax}\left(E\;\mathrm{norm}(J^{(\ell)} x^{(\ell)})\right), \quad "
    r"J^{(\ell)} = \frac{1}{n} \sum_{s} \sum_{t} "
    r"\frac{\partial x^{(L)}_t}{\partial x^{(\ell)}_s}",
    source="Anthropic 2026, the Jacobian lens; here of the one text that is read",
    code=("viz_core/runners/measures.py", "jacobians"),
    name="stream-jacobian",
)


def show(view: StreamView) -> None:
    """The likeliest word of each level at each position, and where it is settled."""
    _show(view, view.residual.values, LOGIT_LENS, _how_to_read(_speaks(view)))


def show_jacobian(view: StreamView) -> None:
    """The same, with each level carried to the end by the mean of its derivatives."""
    inside = view.inside
    if not _speaks(view):
        st.info(_("This stack does not speak: choose the decoder."))
        return
    request = Request(inside.text, inside.target, want=(), measures=("jacobian",))
    with st.spinner(_("A pass for each number of the stream …")):
        trace = run(inside.model, request)
    values = cached(carried, values=view.residual.values, jacobians=jacobians_of(trace))
    how_to_read = _(
        "One column a word, one row a level: the word that the level pushes the model's end "
        "towards, a straight-line estimate from the mean over the text's words. The lowest row "
        "is what the model really says."
    )
    _show(view, values, JACOBIAN_LENS, how_to_read)


def _show(
    view: StreamView, values: np.ndarray, details: Callable[..., Details], how_to_read: str
) -> None:
    """A cell a level and word.

    Args:
        values: the stream as it is read, (level, pos, d_model).
        details: what stands behind the picture, but for its table.
    """
    inside = view.inside
    lens = cached(
        logit_lens,
        values=values,
        parameters=inside.parameters,
        kind=inside.trace.traits,
        design=inside.trace.computes,
    )
    best = [[inside.string(int(token)) for token in row] for row in lens.best]
    pos = _asked(view)
    if not _speaks(view):
        st.info(
            _("This stack does not speak; its stream is read with the vocabulary all the same.")
        )
    settled = _("“{word}” is settled {level}").format(
        word=escape_markdown(bare(best[-1][pos])), level=view.levels[lens.settled(pos)]
    )
    st.subheader(settled, anchor=False)
    picture(
        labelled_map,
        "stream",
        how_to_read,
        _summary(view, lens, best, pos),
        details(table=lambda: _table(view, lens, best)),
        values=lens.prob,
        rows=view.levels,
        columns=view.words,
        theme=inside.theme,
        scale=Scale(limit=1),
        text=_cells(lens, best),
        column=pos,
        note=view.note,
    )


def _speaks(view: StreamView) -> bool:
    """Whether the model's words come from this stack."""
    return view.stack == view.inside.stacks[-1]


def _asked(view: StreamView) -> int:
    """The position at which the model guesses, if it does so in this stack; else the last one."""
    trace = view.inside.trace
    if trace.top and _speaks(view):
        return trace.traits.guess_row(trace.top[0].pos)
    return len(view.words) - 1


def _how_to_read(speaks: bool) -> str:
    if not speaks:
        return _("One column a word, one row a level: the token whose embedding is nearest.")
    return _(
        "One column a word, one row a level: the likeliest word if the model ended there, and "
        "its probability. The lowest row is what the model really says."
    )


def _summary(view: StreamView, lens: Lens, best: Words, pos: int) -> str:
    """What each level says at one position."""
    steps = [
        _("{level} {said} {prob} (the final word is number {rank})").format(
            level=level,
            said=bare(best[n][pos]),
            prob=percent(lens.prob[n, pos]),
            rank=f"{lens.final_rank[n, pos]:,}",
        )
        for n, level in enumerate(view.levels)
    ]
    return _("At {word}: {steps}.").format(word=visible(view.words[pos]), steps=_("; ").join(steps))


def _cells(lens: Lens, best: Words) -> Words:
    """A word and its probability, as a cell of the picture says them."""
    return [
        [
            f"{_shortened(word)}<br>{percent(prob, short=True)}"
            for word, prob in zip(words, probs, strict=True)
        ]
        for words, probs in zip(best, lens.prob, strict=True)
    ]


def _shortened(word: str) -> str:
    shown = visible(word)
    return escape(shown if len(shown) <= LONGEST_LABEL else shown[: LONGEST_LABEL - 1] + "…")


def _table(view: StreamView, lens: Lens, best: Words) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                _("Level"): level,
                _("Word"): word,
                _("Says"): best[n][pos],
                _("Probability"): lens.prob[n, pos],
                _("Probability of the final word"): lens.final_prob[n, pos],
                _("Its rank"): lens.final_rank[n, pos],
            }
            for n, level in enumerate(view.levels)
            for pos, word in enumerate(numbered(view.words))
        ]
    )
