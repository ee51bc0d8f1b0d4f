"""Which models read a text: what language it is in, and who reads that."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from viz_core import registry
from viz_core.i18n import language
from viz_core.kinds import Kind
from viz_core.runners.question import MASK_WORD, SEP_WORD, without

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def language_of(text: str) -> str:
    """The code of the language that a text is in, by its script; the visitor's if it has none."""
    plain = without(without(text, MASK_WORD), SEP_WORD)
    if HAN.search(plain):
        return "zh"
    return "en" if re.search("[A-Za-z]", plain) else language()


def _translates(model_id: str) -> bool:
    return registry.entry_of(model_id).traits.translates


def reads(model_id: str, code: str) -> bool:
    """Whether a model reads a language; our translator hands on what it can't translate."""
    entry = registry.entry_of(model_id)
    return code in entry.languages or (entry.own and entry.traits.translates)


def language_for(model_id: str, text: str) -> str:
    """The language in which a model reads a text: the text's own if it knows that, else its own."""
    code = language_of(text)
    return code if reads(model_id, code) else registry.entry_of(model_id).language


def readers(
    code: str, can: Callable[[Kind], bool] = lambda kind: True, *, own: bool = False
) -> tuple[str, ...]:
    """The models that read a language, translators last; of English where only translators do.

    Args:
        can: what models of a kind must be able to do.
        own: only those that were trained here, on texts of one world.
    """
    there = sorted(registry.model_ids(can, own=own), key=_translates)
    found = tuple(model for model in there if reads(model, code))
    if not all(map(_translates, found)):
        return found
    return tuple(model for model in there if reads(model, "en"))


def counterpart(
    model_id: str,
    code: str,
    can: Callable[[Kind], bool] = lambda kind: True,
    among: Sequence[str] | None = None,
) -> str | None:
    """The model that is most like this one and reads a language; None if there is none.

    Ours come before those of other people, which may take long to load.

    Args:
        can: what its kind must be able to do.
        among: the models that there are to choose from; by default all that every page offers.
    """
    own = registry.entry_of(model_id)
    if reads(model_id, code) and (among is None or model_id in among):
        return model_id

    def unlike(model: str) -> tuple[bool, ...]:
        entry = registry.entry_of(model)
        return (
            not entry.own,
            entry.family != own.family,
            entry.kind != own.kind,
            bool(entry.traits.gates) != bool(own.traits.gates),
            entry.traits.recurrent != own.traits.recurrent,
        )

    def is_story(kind: Kind) -> bool:
        return can(kind) and not kind.translates

    there = registry.model_ids(is_story)
    alike = [m for m in there if reads(m, code) and (among is None or m in among)]
    return min(alike, key=unlike, default=None)


def first_model(model_id: str, can: Callable[[Kind], bool] = lambda kind: True) -> str:
    """The model of ours that a page shows at first, for visitors of this language.

    Args:
        model_id: the one for those of English, and of languages that no such model reads.
    """
    if reads(model_id, language()):
        return model_id
    return counterpart(model_id, language(), can, registry.model_ids(own=True)) or model_id
