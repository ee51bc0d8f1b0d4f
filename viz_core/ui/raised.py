"""What of a typed text is new to the models: another language, names in pieces, rare characters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import streamlit as st

from viz_core import registry
from viz_core.errors import VizError
from viz_core.figures.theme import bare, legible
from viz_core.figures.tokens import byte_groups
from viz_core.i18n import _
from viz_core.kinds import Kind
from viz_core.languages import counterpart, language_of, readers, reads
from viz_core.links import Choice, Several
from viz_core.recall.worlds import world_of
from viz_core.ui.errors import escape_markdown
from viz_core.ui.usable import offered

MOST = 3  # new words that are told of


def tell_what_is_new(text: str) -> None:
    """Say what the story models of a text's language have not met; nothing of plain text."""
    code = language_of(text)
    models = offered(readers(code, lambda kind: kind.continues, own=True))
    if not reads(models[0], code):
        return
    strings = _read(models[0], text)
    words = (new_names(strings) if code == "en" else rare_characters(strings))[:MOST]
    if not words:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="raised"):
        told = ", ".join(escape_markdown(_in_pieces(*word)) for word in words)
        st.caption(
            _("New to the story models, which read it in pieces: {words}").format(words=told),
            width="content",
        )
        with st.popover(_("What they were raised on"), type="tertiary"):
            world = world_of(code)
            st.markdown(_("**Names** · {names}").format(names=", ".join(sorted(world.names))))
            pairs = ", ".join(f"{animal} → {food}" for animal, food in world.foods.items())
            st.markdown(_("**Animals and what they eat** · {pairs}").format(pairs=pairs))


def tell_reader(
    text: str,
    models: Sequence[str],
    value: Choice | Several | None = None,
    options: Sequence[str] | None = None,
) -> None:
    """Say that models don't read the language of a text, and offer those that do.

    Args:
        models: that are shown.
        value: of the link, by which they were chosen.
        options: what can be chosen; by default all that the value has.
    """
    code = language_of(text)
    foreign = [model for model in models if not reads(model, code)]
    if not foreign:
        return
    alone = not any(reads(model, code) for model in registry.model_ids(_tells, own=True))
    others: list[str | None] = [None]
    if value is not None:
        there = value.options({}) if options is None else options
        others = [counterpart(model, code, among=there) for model in models]
    with st.container(horizontal=True, vertical_alignment="center", key="who_reads"):
        for sentence in _how_it_is_read(foreign, code, alone):
            st.caption(sentence, width="content")
        if value is not None and None not in others:
            _offer_switch(value, [str(model) for model in dict.fromkeys(others)])
        elif alone:
            _offer_translator()


def _tells(kind: Kind) -> bool:
    """Whether models of a kind are story models."""
    return kind.speaks and not kind.translates


def _how_it_is_read(models: Sequence[str], code: str, alone: bool) -> Iterator[str]:
    """How models take a text in a language that they don't read, ours and those of other people.

    Args:
        alone: whether of ours the translator alone reads it.
    """
    own = [model for model in models if registry.entry_of(model).own]
    if own and alone:
        yield _("The story models read English only.")
    elif own:
        told = {
            "zh": _("{models} reads English only; it gets Chinese byte by byte."),
            "en": _("{models} reads Chinese only; it gets English letter by letter."),
        }
        yield told[code].format(models=_(", ").join(own))
    if others := [model for model in models if model not in own]:
        yield _(
            "The tokenizer of {models} has hardly a word of this language: it gets pieces, bytes "
            "or unknown tokens."
        ).format(models=escape_markdown(_(", ").join(others)))


def _offer_switch(value: Choice | Several, models: Sequence[str]) -> None:
    """A link that chooses other models."""
    chosen = list(models) if isinstance(value, Several) else models[0]

    def switch() -> None:
        st.session_state[value.key] = chosen

    st.button(
        _("Open it in {models}").format(models=_(", ").join(models)),
        key="switch_reader",
        type="tertiary",
        icon=":material/translate:",
        on_click=switch,
    )


def _offer_translator() -> None:
    """Lead to the model that reads the text, where no other does."""
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


def rare_characters(strings: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Characters that a text's tokens have in bytes, each with these.

    Args:
        strings: the text's tokens, a lone byte as `<E6>`.
    """
    groups = byte_groups(strings)
    return list({char: tuple(strings[first:after]) for first, after, char in groups}.items())


def _read(model: str, text: str) -> Sequence[str]:
    """The text as a story model reads it; nothing where it can't."""
    try:
        return registry.writer(model).prompt(text).strings if text else ()
    except VizError:
        return ()  # the page itself says why


def _in_pieces(word: str, pieces: Sequence[str]) -> str:
    return legible(f"{word} ({' | '.join(pieces)})")
