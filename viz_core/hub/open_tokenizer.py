"""The tokenizer of a model's folder, from whichever of its files says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer
from transformers import AutoTokenizer

from viz_core.hub.folder import Folder, FolderError, read_object, unreadable
from viz_core.hub.marian_tokenizer import marian_tokenizers
from viz_core.hub.tokenizer import HubTokenizer
from viz_core.i18n import N_
from viz_core.tokenizers import BOS, CLS, END, EOS, MASK, PAD, SEP

WHOLE, OWN, NAMES = "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"
MARIAN = "source.spm"
LEAST = 2  # a tokenizer that names less than one in so many rows of the embedding is another's

# our name of a special token -> how files call it, and what it is mostly spelled like
ROLES = {
    PAD: ("pad_token", ("[PAD]", "<pad>")),
    CLS: ("cls_token", ("[CLS]", "<s>")),
    SEP: ("sep_token", ("[SEP]", "</s>")),
    MASK: ("mask_token", ("[MASK]", "<mask>")),
    BOS: ("bos_token", ("<s>", "<|endoftext|>")),
    EOS: ("eos_token", ("</s>", "<|endoftext|>")),
}


def open_tokenizer(folder: Folder) -> HubTokenizer:
    """The tokenizer that came with a model.

    Raises:
        FolderError: it can't be read, or is another model's.
    """
    told = _told(folder)
    try:
        tokenizer, target = _read(folder)
    except FolderError:
        raise
    except Exception as error:  # each library has errors of its own for a damaged file
        raise unreadable(folder.name, _file(folder.path), error) from error
    special = _special(folder, tokenizer, told)
    found = HubTokenizer(tokenizer, special, folder.sizes.vocab_size, _start(folder), target)
    rows, named = folder.sizes.vocab_size, found.n_named
    if named > rows or named * LEAST < rows:
        raise FolderError(
            folder.name,
            N_("its tokenizer has {found} tokens, its config.json says {due}"),
            N_("Take the tokenizer that came with the model."),
            found=named,
            due=rows,
        )
    if folder.kind != "reader" and folder.family.traits.fills and MASK not in special:
        raise FolderError(
            folder.name,
            N_("its tokenizer has no token that hides a word, such as [MASK]"),
            N_("Take the tokenizer that came with the model."),
        )
    return found


def _read(folder: Folder) -> tuple[Tokenizer, Tokenizer | None]:
    """What cuts the text that is read, and, if that is another one, what cuts the second text."""
    path = folder.path
    if (path / WHOLE).is_file():
        return Tokenizer.from_str((path / WHOLE).read_text("utf-8")), None
    if (path / MARIAN).is_file():
        return marian_tokenizers(path)
    theirs = AutoTokenizer.from_pretrained(path, local_files_only=True, trust_remote_code=False)
    return Tokenizer.from_str(theirs.backend_tokenizer.to_str()), None


def _file(path: Path) -> str:
    """The file that a tokenizer is read from, for messages."""
    return next((name for name in (WHOLE, MARIAN) if (path / name).is_file()), "its tokenizer")


def _told(folder: Folder) -> dict[str, Any]:
    """What the files beside a tokenizer say of it."""
    told: dict[str, Any] = {}
    for name in (NAMES, OWN):
        if (folder.path / name).is_file():
            told |= read_object(folder.name, folder.path / name)
    if "auto_map" in told:
        raise FolderError(
            folder.name,
            N_("its {file} asks for code of its own (auto_map), and none is ever run"),
            file=OWN,
        )
    return told


def _special(folder: Folder, tokenizer: Tokenizer, told: Mapping[str, Any]) -> dict[str, int]:
    """The ids of the special tokens, by our names."""
    found: dict[str, int] = {}
    for role, (key, spellings) in ROLES.items():
        said = told.get(key)
        name = said.get("content") if isinstance(said, dict) else said
        names = (name,) if isinstance(name, str) else spellings if key not in told else ()
        ids = (tokenizer.token_to_id(one) for one in names)
        if (i := next((i for i in ids if i is not None), None)) is not None:
            found[role] = i
    end = folder.config.get("eos_token_id")
    end = end[0] if isinstance(end, list) and end else end
    if isinstance(end, int) and 0 <= end < folder.sizes.vocab_size and EOS not in found:
        found[EOS] = end
    if EOS in found:
        found[END] = found[EOS]
    return found


def _start(folder: Folder) -> Sequence[int]:
    """What stands before a second text: where the decoder begins, and what it must say first."""
    if not folder.family.traits.translates:
        return ()
    first = folder.config.get("decoder_start_token_id", folder.config.get("pad_token_id"))
    if not isinstance(first, int):
        raise FolderError(
            folder.name, N_("its config.json does not say {key}"), key="decoder_start_token_id"
        )
    forced = folder.config.get("forced_bos_token_id")
    return (first, forced) if isinstance(forced, int) else (first,)
