"""Models of other people, in the form of the Hugging Face hub, recorded under our names.

A folder with config.json, *.safetensors and a tokenizer becomes a runner like any other. What
differs from family to family is a table of names (`families/`); all else is written once. Needs the
extra `hub` (transformers), which is imported when the first such model is loaded.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from viz_core.entries import brought, is_brought
from viz_core.hub.folder import Folder, read_folder

if TYPE_CHECKING:
    from viz_core.runners.base import Card, Runner

LONGEST = 512  # tokens of a text at most: a map of all heads grows with their square


def card_of(folder: Folder, model_id: str, title: str = "") -> Card:
    """What can be said of a folder's model without loading it.

    Args:
        title: for people; by default the folder's name.
    """
    from viz_core.runners.base import Card

    sizes = folder.sizes
    return Card(
        model_id,
        folder.kind,
        title or folder.name,
        folder.family.source,
        n_params=folder.n_params,
        n_layer=sizes.n_layer,
        n_head=sizes.n_head,
        n_ctx=min(sizes.n_ctx or LONGEST, LONGEST),
        vocab_size=sizes.vocab_size,
        language=folder.languages[0],
        design=folder.design,
    )


def load_folder(path: Path, model_id: str = "", trained: bool = True) -> Runner:
    """The runner of the model in a folder.

    Args:
        model_id: by default the folder's name.
        trained: with its weights, or with those that training begins with.

    Raises:
        FolderError: it can't be used.
        InputError: the extra `hub` is not installed.
    """
    if is_brought(path):
        name = model_id or path.resolve().name
        entry = brought(path, name)
        return entry.build(entry.card(name), trained)
    from viz_core.hub.extra import needs_transformers

    folder = read_folder(path, model_id)
    needs_transformers()
    from viz_core.hub.load import build

    return build(card_of(folder, folder.name), folder, trained)
