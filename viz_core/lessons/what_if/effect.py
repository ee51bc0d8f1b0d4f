"""What the model says before and after a change."""

from __future__ import annotations

import streamlit as st

from viz_core.analysis.probabilities import Distribution, distributions
from viz_core.analysis.whatif import prob_of
from viz_core.figures import guess_columns
from viz_core.figures.numbers import percent
from viz_core.figures.theme import bare
from viz_core.i18n import _
from viz_core.lessons.what_if.view import ChangesView
from viz_core.runners.interventions import Masked, WithoutPositions
from viz_core.trace import Trace
from viz_core.ui.errors import escape_markdown
from viz_core.ui.show import picture


def show(view: ChangesView) -> None:
    """The likeliest words at the same position, before and after."""
    _advise(view)
    before, after = view.inside.trace, view.after
    if not before.top:
        st.info(_("Nothing is guessed in this text. Put [MASK] in it."))
        return
    pos = before.top[0].pos
    was, becomes = _distribution(before, pos), _distribution(after, pos)
    if was is None or becomes is None:
        st.info(_("After the change the model guesses nothing there any more."))
        return
    st.subheader(_title(view), anchor=False)
    columns = [(_("before"), before.kind, was), (_("after"), before.kind, becomes)]
    summary = _("; ").join(
        f"{name}: {bare(distribution.guesses[0].token)}, {percent(distribution.guesses[0].prob)}"
        for name, _kind, distribution in columns
    )
    picture(
        guess_columns,
        "what-if-guess",
        _("The likeliest words at the same place, as the model is and with what you changed."),
        summary,
        columns=columns,
        theme=view.inside.theme,
        note=view.inside.note,
    )


def _advise(view: ChangesView) -> None:
    """What to try while nothing is changed, and what not to believe of some changes."""
    if not view.changes:
        st.info(
            _(
                "Nothing is changed yet. Hide a word, switch a head off, replace a word or drop "
                "the positions: what the model says then stands beside what it says now."
            ),
            icon=":material/touch_app:",
        )
    elif any(isinstance(change, Masked | WithoutPositions) for change in view.changes):
        st.warning(
            _(
                "The weights were not trained for this mask or without positions: what you see is "
                "how the model breaks, not how it would be had it been trained so."
            )
        )


def _distribution(trace: Trace, pos: int) -> Distribution | None:
    """What a trace guesses at a position, if it guesses there."""
    return next((guesses for guesses in distributions(trace) if guesses.place == pos), None)


def _title(view: ChangesView) -> str:
    """What becomes of the first guess."""
    before = view.inside.trace
    guess = before.top[0]
    row = before.traits.guess_row(guess.pos)
    token = int(before["logits"].values[row].argmax())
    word, prob = escape_markdown(bare(guess.token)), percent(prob_of(before, row, token))
    if not view.changes:
        return _("“{word}” is what the model says, {share}").format(word=word, share=prob)
    return _("“{word}” goes from {before} to {after}").format(
        word=word, before=prob, after=percent(prob_of(view.after, row, token))
    )
