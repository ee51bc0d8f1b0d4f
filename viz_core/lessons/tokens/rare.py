"""Why some words cost several tokens: which of their neighbours no rule joins."""

from __future__ import annotations

import re
from itertools import pairwise

import streamlit as st

from viz_core.figures.theme import visible
from viz_core.foundations.merges import Merging, Piece
from viz_core.i18n import _
from viz_core.lessons.tokens.view import TokensView
from viz_core.ui.errors import escape_markdown
from viz_core.ui.show import how

MOST = 4  # words that are told of
FEW = 2  # tokens that need no word


def show(view: TokensView) -> None:
    """The words with most tokens, and what joins none of their pieces."""
    found = view.cut.merging
    if found is None:
        return
    words = dearest(found)
    whole = [pieces[0] for pieces in _by_word(found) if len(pieces) == 1 and pieces[0].rule]
    if not words and not whole:
        return
    st.subheader(_("Why does a rare name cost so many tokens?"), anchor=False)
    lines = [_why(word, pieces) for word, pieces in words]
    if whole:
        latest = max(whole, key=lambda piece: piece.rule or 0)
        lines.append(
            _("{word}: one token; the last rule that it takes is number {rule} of {all}.").format(
                word=visible(latest.string),
                rule=f"{(latest.rule or 0) + 1:,}",
                all=f"{found.n_rules:,}",
            )
        )
    st.markdown("\n".join(f"- {escape_markdown(line)}" for line in lines))
    how(
        _(
            "Rules are learned from what stands side by side most often in the training text, "
            "until the list is full. A word that is met often gets a piece of its own; what is "
            "seldom met stays in pieces, and what was never met in letters or bytes."
        )
    )


def dearest(found: Merging) -> list[tuple[str, list[Piece]]]:
    """The words of most tokens, at most `MOST`, each with its tokens; those in bytes come last."""
    several = {
        found.words[pieces[0].word]: pieces for pieces in _by_word(found) if len(pieces) > FEW
    }
    return sorted(several.items(), key=lambda one: (_in_bytes(one[1]), -len(one[1])))[:MOST]


def _by_word(found: Merging) -> list[list[Piece]]:
    """The tokens of each word."""
    rows: dict[int, list[Piece]] = {}
    for piece in found.at(found.n_steps):
        rows.setdefault(piece.word, []).append(piece)
    return list(rows.values())


def _in_bytes(pieces: list[Piece]) -> bool:
    """Whether a word is spelled in bytes that nothing joins."""
    return any(re.fullmatch("(<[0-9A-F]{2}>)+", piece.string) for piece in pieces)


def _why(word: str, pieces: list[Piece]) -> str:
    """Which neighbours of a word have no rule."""
    if _in_bytes(pieces):
        return _(
            "{word}: {n} tokens. Characters that are not in the list are spelled in their bytes."
        ).format(word=visible(word), n=len(pieces))
    shown = [visible(piece.string) for piece in pieces]
    pairs = [f"{left} + {right}" for left, right in pairwise(shown)]
    return _("{word}: {n} tokens, {pieces}. No rule says {pairs}.").format(
        word=visible(word), n=len(pieces), pieces=" | ".join(shown), pairs=", ".join(pairs)
    )
