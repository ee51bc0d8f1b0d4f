"""What of a typed text is new to the story models: another script, names in pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import streamlit as st

from viz_core import registry
from viz_core.errors import VizError
from viz_core.figures.theme import bare, legible
from viz_core.i18n import _
from viz_core.recall.names import NAMES
from viz_core.recall.stories import FOODS
from viz_core.ui.errors import escape_markdown
from viz_core.ui.usable import offered

HAN = re.compile(r"[\u3400-\u9fff]")
MOST = 3  # new words that are told of


def tell_what_is_new(text: str) -> None:
    """Say what the story models have not met, and offer what helps; nothing for plain English."""
    if HAN.search(text):
        _offer_translator()
        return
    words = new_names(_read(text))[:MOST]
    if not words:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="raised"):
        told = ", ".join(escape_markdown(_in_pieces(*word)) for word in words)
        st.caption(
            _("New to the story models, which read it in pieces: {words}").format(words=told),
            width="content",
        )
        with st.popover(_("What they were raised on"), type="tertiary"):
            st.markdown(_("**Names** · {names}").format(names=", ".join(sorted(NAMES))))
            pairs = ", ".join(f"{animal} → {food}" for animal, food in FOODS.items())
            st.markdown(_("**Animals and what they eat** · {pairs}").format(pairs=pairs))


def _offer_translator() -> None:
    model = st.session_state.get("model") or st.query_params.get("model")
    if model in registry.MODELS and registry.MODELS[model].traits.translates:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="raised"):
        st.caption(_("The story models read English only."), width="content")
        st.page_link(
            "pages/translate.py",
            label=_("Open it in the model that reads Chinese"),
            icon=":material/translate:",
            width="content",
        )


def new_names(strings: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Words with a capital that a text's tokens have in pieces, each with its pieces.

    Args:
        strings: the text's tokens, a space in front written as a raised dot.
    """
    found = {
        "".join(pieces): tuple(pieces)
        for pieces in _words(strings)
        if len(pieces) > 1 and re.fullmatch(r"[A-Z][a-z]+", "".join(pieces))
    }
    return list(found.items())


def _words(strings: Sequence[str]) -> Iterator[list[str]]:
    """Tokens that stand together without a space, letters only."""
    word: list[str] = []
    for string in strings:
        piece = bare(string)
        if word and string == piece and piece.isalpha():
            word.append(piece)
            continue
        if word:
            yield word
        word = [piece] if piece.isalpha() else []
    if word:
        yield word


def _read(text: str) -> Sequence[str]:
    """The text as the first of the story models reads it; nothing where it can't."""
    ids = offered(registry.model_ids(lambda kind: kind.continues))
    try:
        return registry.writer(ids[0]).prompt(text).strings if ids and text else ()
    except VizError:
        return ()  # the page itself says why


def _in_pieces(word: str, pieces: Sequence[str]) -> str:
    return legible(f"{word} ({' | '.join(pieces)})")
