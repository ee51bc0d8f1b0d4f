"""The beam search as a tree, and whether it finds another translation than greedy choice."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.analysis.beam import Beam
from viz_core.figures import beam_tree
from viz_core.figures.theme import kind_colour, visible
from viz_core.generate import beam_search
from viz_core.i18n import _
from viz_core.lessons.translate import link
from viz_core.lessons.translate.view import TranslationView
from viz_core.ui.inputs import controls, number
from viz_core.ui.show import Details, picture
from viz_core.ui.steps import kept, progress

FURTHEST = 48  # words of the tree on the page


def show(view: TranslationView) -> None:
    """Let the visitor choose a width and a penalty, and search."""
    st.subheader(_("Look further than one word: beam search"), anchor=False)
    width, penalty = _choose()

    def search() -> Beam:
        writer = registry.writer(view.model)
        with progress(FURTHEST, _("Searching")) as each:
            return beam_search(writer, writer.begin(view.text), width, penalty, FURTHEST, each)

    beam = kept(("beam", view.model, view.text, width, penalty), search)
    cut = [beam.nodes[index] for index in beam.finished if not beam.nodes[index].ended]
    if cut:
        st.info(
            _("The search is cut after {n} words: {n_cut} of {total} texts have not ended.").format(
                n=cut[0].round, n_cut=len(cut), total=len(beam.finished)
            )
        )
    picture(
        beam_tree,
        "translate-beam",
        _(
            "Each column is one word further; the beam keeps the {width} best beginnings of every "
            "column (coloured) and prunes the others (grey). Squares end a text; the thick line "
            "leads to the best."
        ).format(width=width),
        _summary(beam, view.model),
        Details(
            formula=r"\mathrm{score} = \frac{\log p(w_1 \dots w_n)}{((5 + n) / 6)^{\alpha}}",
            source="Wu et al. 2016, Google's Neural Machine Translation System, eq. 14",
            code=("viz_core/generate/beam.py", "beam_search"),
            table=lambda: _table(beam, view.model),
        ),
        beam=beam,
        color=kind_colour(view.trace.kind),
        theme=view.theme,
        note=f"{view.note} · {width} · {penalty}",
    )


def _choose() -> tuple[int, float]:
    """How many beginnings are kept, and how much long texts are helped."""
    with controls("beam"):
        width = int(number(link.WIDTH, _("Beam width")))
        penalty = number(
            link.PENALTY,
            _("Length penalty"),
            step=0.1,
            help_text=_("0 ranks by probability alone, which favours short texts."),
            width=170,
            slider=True,
        )
    return width, penalty


def _summary(beam: Beam, model: str) -> str:
    """The best texts with their scores."""
    writer = registry.writer(model)
    texts = [
        _("{text} (score {score})").format(
            text=writer.decode(beam.tokens(index)).strip()
            + ("" if beam.nodes[index].ended else " …"),
            score=f"{beam.nodes[index].score:.2f}",
        )
        for index in beam.finished
    ]
    return _("Best: {texts}.").format(texts=_("; ").join(texts))


def _table(beam: Beam, model: str) -> pd.DataFrame:
    """A row a hypothesis."""
    writer = registry.writer(model)
    return pd.DataFrame(
        [
            {
                _("Hypothesis"): writer.decode(beam.tokens(index)),
                _("Word"): visible(node.string),
                _("Probability"): node.prob,
                _("Log-probability"): node.logprob,
                _("Score"): node.score,
                _("Kept"): node.kept,
            }
            for index, node in enumerate(beam.nodes)
            if index
        ]
    )
