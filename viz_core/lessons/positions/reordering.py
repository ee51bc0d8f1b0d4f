"""The words of a text in another order, as the visitor chooses it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from viz_core import registry
from viz_core.analysis.positions import shuffled, swapped
from viz_core.i18n import _
from viz_core.lessons.positions import link
from viz_core.runners.question import SEP_WORD, without
from viz_core.trace import Tokens
from viz_core.ui.inputs import choose, number, word_select
from viz_core.ui.inside import as_question


@dataclass(frozen=True)
class Reordering:
    """A text in its own order and in another one.

    Attributes:
        order: for each place the place from which its word comes.
    """

    text: str
    tokens: Tokens
    order: tuple[int, ...]

    @property
    def changes_nothing(self) -> bool:
        """Every word stands where it stood."""
        return self.order == tuple(range(len(self.order)))


def choose_order(text: str, tokens: Tokens) -> Reordering:
    """Let the visitor shuffle, or swap two words."""
    if choose(link.WAY, _("Order")) == link.SHUFFLE:
        seed = int(number(link.SEED, _("Shuffle number"), width=150))
        return Reordering(text, tokens, shuffled(tokens.special, seed))
    first = word_select(tokens, link.FIRST, _("Swap"), default=1)
    second = word_select(tokens, link.SECOND, _("with"), default=min(4, len(tokens) - 1))
    if tokens.special[first] or tokens.special[second]:
        st.info(_("Special tokens stay where they are. Choose two words."))
        return Reordering(text, tokens, tuple(range(len(tokens))))
    return Reordering(text, tokens, swapped(len(tokens), first, second))


def question_of(model: str, text: str) -> str:
    """As a question to a model of its kind; two sentences as one, for segments name places too."""
    return as_question(registry.MODELS[model].traits, without(text, SEP_WORD) or text)
