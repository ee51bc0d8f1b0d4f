"""A folder's model in the table of models, before anything but its readable part is read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from viz_core.entries import Entry, brought, is_brought
from viz_core.errors import InputError, VizError
from viz_core.hub import card_of
from viz_core.hub.extra import needs_transformers
from viz_core.hub.folder import Folder, is_model, read_folder
from viz_core.i18n import _
from viz_core.kinds import Kind, kind_of
from viz_core.runners.base import Card, Runner

if TYPE_CHECKING:
    from viz_core.tokenizers import SubwordTokenizer

FOLDERS = "ATLAS_MODELS"  # of the environment: folders, each perhaps with NAME= before it
_NAMED = re.compile(r"([\w.\-]+)=(.+)")


@dataclass(frozen=True)
class FolderEntry:
    """One model of a folder, as the table has it."""

    folder: Folder
    lesson: str = ""
    size_of: str = ""
    waits: bool = True  # until somebody asks for it: it may take long to load
    own: bool = False  # not trained here

    @property
    def kind(self) -> str:
        """A name of `viz_core.kinds.KINDS`."""
        return self.folder.kind

    @property
    def traits(self) -> Kind:
        """What models of this kind have in common."""
        return kind_of(self.kind)

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of all that its tokenizer reads."""
        return self.folder.languages

    @property
    def language(self) -> str:
        """The first of them."""
        return self.languages[0]

    @property
    def title(self) -> str:
        """For people: its name and its family."""
        return f"{self.folder.name} ({self.folder.family.name})"

    @property
    def source(self) -> str:
        """The paper of its family."""
        return self.folder.family.source

    @property
    def family(self) -> str:
        """What its architecture is called."""
        return self.folder.family.name

    @property
    def precision(self) -> str:
        """How its weights are kept."""
        return self.folder.precision

    def n_bytes(self, card: Card) -> int:
        """What it takes in memory."""
        return self.folder.n_bytes

    def card(self, model_id: str) -> Card:
        """What can be said of it without loading it."""
        return card_of(self.folder, model_id, self.title)

    def build(self, card: Card, trained: bool) -> Runner:
        """What runs it.

        Raises:
            VizError: it can't be loaded.
        """
        needs_transformers()
        from viz_core.hub.load import build

        return build(card, self.folder, trained)

    def check_files(self, model_id: str) -> None:
        """See that its folder still holds a model.

        Raises:
            VizError: it does not.
        """
        read_folder(self.folder.path, model_id)

    def tokenizer_key(self, model_id: str) -> str:
        """What models that cut texts alike have in common."""
        return self.folder.tokenizer_key

    def open_tokenizer(self, model_id: str) -> SubwordTokenizer:
        """What it cuts texts with; it takes seconds where there are many pieces.

        Raises:
            VizError: it can't be read.
        """
        needs_transformers()
        from viz_core.hub.open_tokenizer import open_tokenizer

        return open_tokenizer(self.folder)


def said_by_environment() -> Iterator[tuple[str, Path]]:
    """What the environment says to offer: a name, which may be empty, and a folder."""
    for said in os.environ.get(FOLDERS, "").split(os.pathsep):
        if said and (named := _NAMED.fullmatch(said)):
            yield named[1], Path(named[2])
        elif said:
            yield "", Path(said)


def models_in(path: Path, name: str = "") -> dict[str, Entry | FolderEntry | VizError]:
    """Every model of a folder, the folder itself or its sub-folders; or what is wrong with it.

    Args:
        name: what the model is called, where the folder is one itself.

    Returns:
        id -> entry or error; an id is a folder's name without what a link would spell out.

    Raises:
        InputError: there is no such folder, or no model in it.
    """
    if not path.is_dir():
        raise InputError(_("There is no folder {path}. Give one with models.").format(path=path))
    folders = [path] if is_model(path) else sorted(p for p in path.iterdir() if is_model(p))
    if not folders:
        raise InputError(
            _(
                "{path} holds no model: neither it nor a folder in it has a config.json. Give "
                "another folder."
            ).format(path=path)
        )
    found: dict[str, Entry | FolderEntry | VizError] = {}
    for folder in folders:
        model_id = plain(name if name and folder == path else folder.absolute().name)
        try:
            if is_brought(folder):
                found[model_id] = brought(folder, model_id)
            else:
                found[model_id] = FolderEntry(read_folder(folder, model_id))
        except VizError as error:
            found[model_id] = error
    return found


def plain(name: str) -> str:
    """A name as links and tables have it: letters, digits, dots, dashes."""
    return re.sub(r"[^\w.\-]+", "-", name).strip("-.") or "model"
