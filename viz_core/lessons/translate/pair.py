"""Both sentences, how likely each written word was, and ribbons of cross-attention between."""

from __future__ import annotations

import numpy as np

from viz_core.analysis.attention import stacks
from viz_core.figures import alignment_ribbon
from viz_core.figures.alignment import FAINTEST
from viz_core.figures.numbers import percent, percent_of_log
from viz_core.figures.theme import bare
from viz_core.i18n import _
from viz_core.lessons.translate.view import TranslationView
from viz_core.ui.show import picture, say


def show(view: TranslationView) -> None:
    """The source above, below it what is written so far."""
    weights = stacks(view.trace)["cross"][-1].values.mean(0)  # (target, source)
    target = view.chosen.strings
    picture(
        alignment_ribbon,
        "translate-pair",
        _how_to_read(view),
        _summary(view, weights),
        aloud=False,
        weights=weights,
        source=view.source.strings,
        target=target,
        probs=[step.prob for step in view.steps[: len(target)]],
        n_written=min(view.step, len(target)),
        theme=view.theme,
        note=view.note,
    )
    if view.written:
        total = view.written[-1].logprob
        say(
            _("Probability of all {n} tokens together: {all}, {each} each on average.").format(
                n=len(view.written),
                all=percent_of_log(total),
                each=percent_of_log(total / len(view.written)),
            )
        )


def _how_to_read(view: TranslationView) -> str:
    """The line under the pair."""
    whose = (
        _("Below, your translation, and under each word the probability that the model gave it.")
        if view.forced
        else _("Below, what the model writes, always the likeliest word, and its probability.")
    )
    above = _(
        "Above, the source in the pieces that the model reads as one: a character, or several "
        "that mean something together."
    )
    ribbons = _(
        "A ribbon is as thick as the look at the source with which a word was chosen "
        "(cross-attention, mean of the last layer's heads; below {least} left out)."
    ).format(least=FAINTEST)
    return f"{above} {whose} {ribbons}"


def _summary(view: TranslationView, weights: np.ndarray) -> str:
    """Where each word that is written was looked for, in words; weights are (target, source)."""
    n = min(view.step, len(view.target))
    looks = [
        _("{word} ({prob}) from {source}, {share}").format(
            word=bare(step.string),
            prob=percent(step.prob),
            source=bare(view.source.strings[int(row.argmax())]),
            share=f"{row.max():.2f}",
        )
        for step, row in zip(view.steps[:n], weights, strict=False)
    ]
    return (
        _("{looks}.").format(looks=_("; ").join(looks)) if looks else _("Nothing is written yet.")
    )
