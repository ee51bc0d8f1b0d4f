"""What stands around the walk of the Translate page: both sentences, the beam, the quality."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.analysis.attention import stacks
from viz_core.analysis.beam import Beam
from viz_core.figures import alignment_ribbon, beam_tree
from viz_core.figures.alignment import FAINTEST
from viz_core.figures.theme import bare, kind_colour, visible
from viz_core.generate import beam_search
from viz_core.i18n import _
from viz_core.lessons.translate import link
from viz_core.lessons.translate.view import Translation
from viz_core.ui.cache import card
from viz_core.ui.errors import escape_markdown
from viz_core.ui.inputs import number
from viz_core.ui.show import Details, picture, say
from viz_core.ui.steps import kept

FURTHEST = 48  # words of the tree on the page


def show_pair(seen: Translation) -> None:
    """Both sentences, how likely each written word was, and ribbons of cross-attention between."""
    record = stacks(seen.trace)["cross"][-1]
    weights = record.values.mean(0)  # (target, source)
    n = min(seen.step, len(seen.target))
    target = seen.chosen.strings
    probs = [step.prob for step in seen.steps[: len(target)]]
    looks = [
        _("{word} ({prob}) from {source}, {share}").format(
            word=bare(word),
            prob=f"{prob:.2f}",
            source=bare(seen.source.strings[int(row.argmax())]),
            share=f"{row.max():.2f}",
        )
        for word, prob, row in zip(target[:n], probs, weights, strict=False)
    ]
    summary = (
        _("{looks}.").format(looks=_("; ").join(looks)) if looks else _("Nothing is written yet.")
    )
    whose = (
        _("Below, your translation, and under each word the probability that the model gave it.")
        if seen.forced
        else _("Below, what the model writes, always the likeliest word, and its probability.")
    )
    picture(
        alignment_ribbon,
        "translate-pair",
        _(
            "Above, the source in the pieces that the model reads as one: a character, or several "
            "that mean something together."
        )
        + f" {whose} "
        + _(
            "A ribbon is as thick as the look at the source with which a word was chosen "
            "(cross-attention, mean of the last layer's heads; below {least} left out)."
        ).format(least=FAINTEST),
        summary,
        aloud=False,
        weights=weights,
        source=seen.source.strings,
        target=target,
        probs=probs,
        n_written=n,
        theme=seen.theme,
        note=seen.note,
    )
    if seen.written:
        total = seen.written[-1].logprob
        say(
            _("Probability of all {n} tokens together: e^{total}, {each} each on average.").format(
                n=len(seen.written),
                total=f"{total:.2f}",
                each=f"{np.exp(total / len(seen.written)):.2f}",
            )
        )


def show_beam(seen: Translation) -> None:
    """The beam search as a tree, and whether it finds another translation than greedy choice."""
    st.subheader(_("Look further than one word: beam search"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        width = int(number(link.WIDTH, _("Beam width")))
        penalty = number(
            link.PENALTY,
            _("Length penalty"),
            step=0.1,
            help_text=_("0 ranks by probability alone, which favours short texts."),
            width=170,
            slider=True,
        )

    def search() -> Beam:
        writer = registry.writer(seen.model)
        return beam_search(writer, writer.begin(seen.text), width, penalty, FURTHEST)

    beam = kept(("beam", seen.model, seen.text, width, penalty), search)
    writer = registry.writer(seen.model)
    texts = [
        writer.decode(beam.tokens(number)).strip() + ("" if beam.nodes[number].ended else " …")
        for number in beam.finished
    ]
    scores = [beam.nodes[number].score for number in beam.finished]
    summary = _("Best: {texts}.").format(
        texts=_("; ").join(
            _("{text} (score {score})").format(text=text, score=f"{score:.2f}")
            for text, score in zip(texts, scores, strict=True)
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
        summary,
        Details(
            formula=r"\mathrm{score} = \frac{\log p(w_1 \dots w_n)}{((5 + n) / 6)^{\alpha}}",
            source="Wu et al. 2016, Google's Neural Machine Translation System, eq. 14",
            code=("viz_core/generate/beam.py", "beam_search"),
            table=lambda: pd.DataFrame(
                [
                    {
                        _("Hypothesis"): writer.decode(beam.tokens(number)),
                        _("Word"): visible(node.string),
                        _("Probability"): node.prob,
                        _("Log-probability"): node.logprob,
                        _("Score"): node.score,
                        _("Kept"): node.kept,
                    }
                    for number, node in enumerate(beam.nodes)
                    if number
                ]
            ),
        ),
        beam=beam,
        color=kind_colour(seen.trace.kind),
        theme=seen.theme,
        note=f"{seen.note} · {width} · {penalty}",
    )


def show_quality(seen: Translation) -> None:
    """What the card says of the model's translations."""
    metrics = card(seen.model).metrics
    found = metrics["translation"]
    st.caption(
        _(
            "From the model's card, measured {date} on {n} pairs that it never saw: BLEU {bleu} "
            "(lower-cased), chrF {chrf}, by beam search of width 5. It knows short everyday "
            "sentences; names, numbers and rare words go wrong."
        ).format(
            date=metrics["measured"],
            n=f"{found['n']:,}",
            bleu=f"{found['bleu_lowercase']:.1f}",
            chrf=f"{found['chrf']:.1f}",
        )
    )
    if not any("\u4e00" <= char <= "\u9fff" for char in seen.text):
        st.info(
            escape_markdown(
                _("This model translates Chinese. English it only hands on, as well as it can.")
            )
        )
