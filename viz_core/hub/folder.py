"""What a folder of a model holds, read without loading it: nothing in it is run, no weight is read.

config.json and the header of each *.safetensors say what the model is and how much memory it takes;
whatever is wrong with a folder is one sentence. Files of any other form are never opened: a .bin or
.pt is a pickle, and that can run code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from viz_core.checkpoints import UnusableError
from viz_core.design import Design
from viz_core.errors import InputError
from viz_core.hub.families import FAMILIES
from viz_core.hub.family import Config, Family, Sizes
from viz_core.hub.languages import TOKENIZERS, languages_in
from viz_core.i18n import N_, _

CONFIG, INDEX, WEIGHTS = "config.json", "model.safetensors.index.json", "*.safetensors"
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".h5", ".msgpack")
FLOATS = ("F32", "F16", "BF16", "F64")
WHOLE = ("I64", "I32", "U8", "BOOL")  # of tables of places and masks that some files carry
BARE = "reader"  # the kind of a model without a head
N_BYTES = 4  # of a number that is computed with
LARGEST_TEXT = 64 << 20  # bytes of a config.json or of an index, at most


class FolderError(UnusableError, InputError):
    """A folder that can't be used as a model; it says why in the language of whoever reads it."""

    ANOTHER = N_("Give another folder.")

    def __init__(self, name: str, reason: str, advice: str = ANOTHER, **details: object) -> None:
        super().__init__(name, reason, advice, **details)

    def __str__(self) -> str:
        return _("Model {model_id} can't be used: {reason}. {advice}").format(
            model_id=self.model_id,
            reason=_(self.reason).format(**self.details),
            advice=_(self.advice).format(**self.details),
        )


@dataclass(frozen=True)
class Folder:
    """The readable part of a model's folder.

    Attributes:
        name: for people; the folder's own.
        shapes: of every tensor of floats, by its name in the files.
        precision: how the weights are kept, such as `BF16`.
        head: the class of transformers that has all that the weights are of.
    """

    path: Path
    name: str
    config: Config
    family: Family
    sizes: Sizes
    design: Design
    files: tuple[Path, ...]
    shapes: Mapping[str, tuple[int, ...]]
    precision: str
    head: str

    @property
    def kind(self) -> str:
        """A name of `viz_core.kinds.KINDS`: of its blocks alone, where it has no head."""
        return BARE if self.head == self.family.bare else self.family.kind

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The codes of the languages that its tokenizer reads, at least one."""
        return languages_in(self.path)

    @cached_property
    def tokenizer_key(self) -> str:
        """The digest of its tokenizer, so that base and tuned models share one; else its place."""
        file = self.path / TOKENIZERS[0]
        return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else str(self.path)

    @property
    def n_params(self) -> int:
        """How many numbers the model learned, by its files: what is tied counts once."""
        family = self.family
        bare = ("pooler.", "cls.", *family.head.values()) if self.kind == BARE else ()
        tied = () if self.config.get("tie_word_embeddings") is False else family.tied
        total = sum(
            prod(shape)
            for name, shape in self.shapes.items()
            if not any(part in name for part in (*family.ignored, *bare))
            and not name.endswith(tied)
        )
        learned = [s for s in family.stacks if {"positions"} & set(s.around) - set(family.fixed)]
        return total - len(learned) * family.first_place(self.config) * self.sizes.d_model

    @property
    def n_bytes(self) -> int:
        """What its weights take in memory: they are kept as they are, and computed in float32."""
        return N_BYTES * sum(map(prod, self.shapes.values()))


def is_model(path: Path) -> bool:
    """Whether a folder means to be a model."""
    return (path / CONFIG).is_file()


def read_folder(path: Path, name: str = "") -> Folder:
    """Read all of a model's folder but its weights and its tokenizer.

    Args:
        name: what the model is called; by default as the folder.

    Raises:
        FolderError: it can't be used.
    """
    name = name or path.resolve().name
    if not path.is_dir():
        raise FolderError(name, N_("there is no folder {path}"), path=path)
    if not is_model(path):
        raise FolderError(
            name, N_("its folder has no config.json"), N_("Give the folder that has one.")
        )
    config = read_object(name, path / CONFIG)
    family = _family(name, config)
    sizes, design = _told(name, config, family)
    files = _weights(name, path)
    shapes, precisions = _tensors(name, files)
    if not any((path / file).is_file() for file in TOKENIZERS):
        raise FolderError(
            name,
            N_("its folder has no tokenizer; a tokenizer is one of {all}"),
            all=", ".join(TOKENIZERS),
        )
    head = next(
        (head for part, head in family.models.items() if any(part in n for n in shapes)),
        family.bare,
    )
    if not head:
        raise FolderError(
            name,
            N_("no tensor of its weights is named {parts}, as those of {family} are"),
            parts=", ".join(family.models),
            family=family.name,
        )
    return Folder(
        path, name, config, family, sizes, design, files, shapes, "/".join(precisions), head
    )


def _family(name: str, config: Config) -> Family:
    """The family that a config.json says, if nothing in it asks for more than can be done."""
    if "auto_map" in config:
        raise FolderError(
            name,
            N_("its config.json asks for code of its own (auto_map), and none is ever run"),
            N_("Take a model of a family that is known: {all}."),
            all=", ".join(FAMILIES),
        )
    if "quantization_config" in config:
        raise FolderError(
            name,
            N_("its weights are quantised (quantization_config)"),
            N_("Save them as floats, or take the model as it was published first."),
        )
    kind = config.get("model_type")
    if not isinstance(kind, str) or kind not in FAMILIES:
        raise FolderError(
            name,
            N_("its config.json says model_type {found}; known are {all}"),
            found=json.dumps(kind),
            all=", ".join(FAMILIES),
        )
    return FAMILIES[kind]


def _told(name: str, config: Config, family: Family) -> tuple[Sizes, Design]:
    """Sizes and design by a config.json."""
    try:
        sizes, design = family.sizes(config), family.design(config)
        fault = family.fault(config)
    except KeyError as error:
        raise FolderError(
            name, N_("its config.json does not say {key}"), key=error.args[0]
        ) from error
    except (TypeError, ValueError, AttributeError) as error:
        raise FolderError(name, N_("its config.json: {said}"), said=str(error)) from error
    if fault:
        raise FolderError(
            name,
            N_("its config.json says {fault}, which is not computed here"),
            N_("Take another model of the family."),
            fault=fault,
        )
    for key, value in vars(sizes).items():
        if isinstance(value, bool) or not isinstance(value, int) or value < (key != "n_ctx"):
            raise FolderError(
                name, N_("its config.json says {key} {value}"), key=key, value=json.dumps(value)
            )
    return sizes, design


def _weights(name: str, path: Path) -> tuple[Path, ...]:
    """The files that hold the weights: all that the index names, or the only one there is."""
    if (path / INDEX).is_file():
        index = read_object(name, path / INDEX).get("weight_map")
        named = set(index.values()) if isinstance(index, dict) else set()
        if not named or not all(_is_plain(one) for one in named):
            raise FolderError(name, N_("{file} names no files of weights"), file=INDEX)
        if missing := sorted(one for one in named if not (path / one).is_file()):
            raise FolderError(
                name,
                N_("{file} names {missing}, which the folder has not"),
                N_("Fetch what is missing, or give another folder."),
                file=INDEX,
                missing=", ".join(missing),
            )
        return tuple(path / one for one in sorted(named))
    found = sorted(path.glob(WEIGHTS))
    if len(found) == 1:
        return (found[0],)
    if found:
        raise FolderError(
            name,
            N_("its folder has {n} files of weights and no {index} that says which is which"),
            N_("Leave one there, or add the index."),
            n=len(found),
            index=INDEX,
        )
    if pickles := sorted(file.name for file in path.iterdir() if file.suffix in PICKLES):
        raise FolderError(
            name,
            N_(
                "its weights are {files}, which can run code when opened; "
                "only *.safetensors is read"
            ),
            N_("Save them with transformers' save_pretrained, or fetch model.safetensors."),
            files=", ".join(pickles),
        )
    raise FolderError(
        name,
        N_("its folder has no *.safetensors"),
        N_("Fetch the weights, or give another folder."),
    )


def _is_plain(file: Any) -> bool:
    """Whether an index names a file of its own folder."""
    return isinstance(file, str) and Path(file).name == file and file.endswith(".safetensors")


def _tensors(
    name: str, files: tuple[Path, ...]
) -> tuple[dict[str, tuple[int, ...]], tuple[str, ...]]:
    """Shape of every tensor of floats, and the precisions in which they are kept."""
    shapes: dict[str, tuple[int, ...]] = {}
    precisions = set()
    for path in files:
        try:
            with safe_open(path, framework="np") as file:
                for tensor in file.keys():  # noqa: SIM118 - it is no dict
                    part = file.get_slice(tensor)
                    dtype, shape = part.get_dtype(), tuple(part.get_shape())
                    if dtype in FLOATS:
                        shapes[tensor] = shape
                        precisions.add(dtype)
                    elif dtype not in WHOLE:
                        raise FolderError(
                            name,
                            N_("{tensor} in {file} is {found}; weights are {all}"),
                            N_("Save them as floats, or give another folder."),
                            tensor=tensor,
                            file=path.name,
                            found=dtype,
                            all=", ".join(FLOATS),
                        )
        except (OSError, SafetensorError) as error:
            raise unreadable(name, path.name, error) from error
    return shapes, tuple(sorted(precisions))


def read_object(name: str, path: Path) -> dict[str, Any]:
    """A file that holds a JSON object."""
    try:
        if path.stat().st_size > LARGEST_TEXT:
            raise ValueError(f"{path.stat().st_size:,} bytes; at most {LARGEST_TEXT:,}")
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise unreadable(name, path.name, error) from error
    if not isinstance(found, dict):
        raise FolderError(
            name,
            N_("{file} holds a {found}; it takes a JSON object"),
            file=path.name,
            found=type(found).__name__,
        )
    return found


def unreadable(name: str, file: str, error: Exception) -> FolderError:
    """What a library says of a file that it can't read."""
    said = next(iter(str(error).splitlines()), "") or type(error).__name__
    if isinstance(error, OSError) and error.strerror:
        said = error.strerror  # without the path, which is nobody's business
    return FolderError(
        name,
        N_("{file} can't be read: {said}"),
        N_("Fetch it again, or give another folder."),
        file=file,
        said=said,
    )
