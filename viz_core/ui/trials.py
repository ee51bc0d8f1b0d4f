"""Which other words were tried in a word's place, and what each did: lines for the pointer."""

from __future__ import annotations

from collections.abc import Sequence

from viz_core import registry
from viz_core.analysis.influence import Trial
from viz_core.figures.numbers import percent
from viz_core.figures.theme import bare
from viz_core.i18n import _
from viz_core.trace import Guess


def tried(model: str, guess: Guess, rows: Sequence[Sequence[Trial]]) -> list[list[str]]:
    """For each token of the typed text what the guess's probability becomes with other words there.

    Args:
        guess: the one that the trials are about.
        rows: what was tried in the place of each token.

    Returns:
        a list of lines a token; none where nothing was tried.
    """
    string = registry.load(model).string
    heading = _("“{guess}”, {share}; with another word here:").format(
        guess=bare(guess.token), share=percent(guess.prob)
    )
    return [
        [
            heading,
            *(
                _("{word}: {share}").format(
                    word=bare(string(one.token)),
                    share=percent(max(0.0, guess.prob - one.drop), short=True),
                )
                for one in row
            ),
        ]
        if row
        else []
        for row in rows
    ]


def how_tried(translates: bool) -> str:
    """Where the words come from that are tried."""
    if translates:
        return _(
            "No model of ours fills in masks of both languages, so the translator's words are "
            "replaced by the 8 whose vectors are nearest, all alike."
        )
    return _(
        "Each word is replaced by the 8 that the encoder thinks likeliest there (fewer in a long "
        "text), and the falls of the probability are averaged by how likely each of them is. One "
        "place at a time: of a word that stands twice the other one stays."
    )
