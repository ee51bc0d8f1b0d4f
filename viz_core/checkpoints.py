"""Read and write `checkpoints/<model_id>/`: weights, sizes, tokenizer, measurements.

Weights are safetensors and everything else is text, so that opening a checkpoint runs no code. What
its files must be to the byte stands in config.json, so that a damaged or exchanged one is noticed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from viz_core.errors import CheckpointError
from viz_core.files import write_whole
from viz_core.i18n import N_, _
from viz_core.metrics import fault_of
from viz_core.places import CHECKPOINTS

FOLDER = CHECKPOINTS
WEIGHTS, CONFIG, TOKENIZER, METRICS = (
    "model.safetensors",
    "config.json",
    "tokenizer.json",
    "metrics.json",
)
MADE = "made"  # in config.json of a model to take home: what it is
SEALS, SIZES = "sha256", "sizes"  # in config.json: file -> digest, and that of the sizes themselves
FLOATS = ("F32", "F16", "BF16")  # types of weights that the models are computed with


class UnusableError(CheckpointError):
    """One checkpoint can't be used; it says why in the language of whoever reads it.

    Args:
        reason: what is wrong, and what would be right: a marked message without a full stop.
        advice: what to do, a marked message.
        details: what the message's names stand for.
    """

    RESTORE = N_("Restore its folder, or train it again.")

    def __init__(
        self, model_id: str, reason: str, advice: str = RESTORE, **details: object
    ) -> None:
        super().__init__(model_id, reason)
        self.model_id, self.reason, self.advice, self.details = model_id, reason, advice, details

    def __str__(self) -> str:
        return _("Checkpoint {model_id} can't be used: {reason}. {advice}").format(
            model_id=self.model_id,
            reason=_(self.reason).format(**self.details),
            advice=_(self.advice),
        )


@dataclass(frozen=True)
class Checkpoint:
    """The paths and the readable part of one checkpoint.

    Attributes:
        config: the sizes, keys as in the model's config class.
        seals: file -> SHA-256 of its bytes, in hex.
        metrics: what was measured on held-out text, and how; empty if nothing was.
        made: what a model that somebody took home is: see `viz_core.entries.brought`; else empty.
    """

    model_id: str
    folder: Path
    config: dict[str, Any]
    seals: dict[str, str]
    metrics: dict[str, Any]
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def weights(self) -> Path:
        return self.folder / WEIGHTS

    @property
    def tokenizer(self) -> Path:
        return self.folder / TOKENIZER

    def sealed(self, name: str) -> bytes:
        """The bytes of a file, which are those that were written with the checkpoint.

        Raises:
            UnusableError: they can't be read, or are others.
        """
        try:
            data = (self.folder / name).read_bytes()
        except OSError as error:
            raise _unreadable(self.model_id, name, error) from error
        if (found := hashlib.sha256(data).hexdigest()) != self.seals[name]:
            raise UnusableError(
                self.model_id,
                N_("the SHA-256 of {file} begins with {found}, that of its config.json with {due}"),
                file=name,
                found=found[:12],
                due=self.seals[name][:12],
            )
        return data


def read_checkpoint(
    model_id: str, root: Path | None = None, folder: Path | None = None
) -> Checkpoint:
    """Read all of a checkpoint but its weights and tokenizer, which `Checkpoint.sealed` gives.

    Args:
        root: holds its folder, which is named as it is.
        folder: its own, whatever it is named.

    Raises:
        UnusableError: a file is missing or not what it should be.
    """
    folder = folder or (root or FOLDER) / model_id
    if missing := [n for n in (WEIGHTS, CONFIG, TOKENIZER) if not (folder / n).is_file()]:
        raise UnusableError(
            model_id,
            N_("its folder has no {files}; a checkpoint has {all}"),
            files=", ".join(missing),
            all=", ".join((WEIGHTS, CONFIG, TOKENIZER)),
        )
    config = read_object(model_id, folder / CONFIG)
    seals, made = config.pop(SEALS, None), config.pop(MADE, {})
    if not isinstance(seals, dict) or not {WEIGHTS, TOKENIZER, SIZES} <= {
        name for name, digest in seals.items() if isinstance(digest, str)
    }:
        raise UnusableError(
            model_id,
            N_("its config.json does not say the SHA-256 of {files}"),
            files=", ".join((WEIGHTS, TOKENIZER, SIZES)),
        )
    if seals[SIZES] != _seal_of(config):
        raise UnusableError(
            model_id, N_("the sizes in its config.json are not those that it was written with")
        )
    metrics = read_object(model_id, folder / METRICS) if (folder / METRICS).is_file() else {}
    if fault := fault_of(metrics):
        raise UnusableError(model_id, N_("its metrics.json has no number at {place}"), place=fault)
    if not isinstance(made, dict):
        raise UnusableError(model_id, N_("its config.json does not say what it is"))
    return Checkpoint(model_id, folder, config, seals, metrics, made)


def weight_shapes(checkpoint: Checkpoint) -> dict[str, tuple[int, ...]]:
    """The shape of every tensor of the weights, from their header alone.

    Raises:
        UnusableError: the file is damaged, or holds something else than floats.
    """
    try:
        with safe_open(checkpoint.weights, framework="np") as file:
            slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 - no dict
            for name, part in slices.items():
                if part.get_dtype() not in FLOATS:
                    raise UnusableError(
                        checkpoint.model_id,
                        N_("{tensor} in {file} is {found}; weights are {all}"),
                        tensor=name,
                        file=WEIGHTS,
                        found=part.get_dtype(),
                        all=", ".join(FLOATS),
                    )
            return {name: tuple(part.get_shape()) for name, part in slices.items()}
    except (OSError, SafetensorError) as error:
        raise _unreadable(checkpoint.model_id, WEIGHTS, error) from error


def write_config(folder: Path, sizes: Mapping[str, Any]) -> None:
    """Write the sizes, and what weights and tokenizer must be from now on: they stand there."""
    files = {name: (folder / name).read_bytes() for name in (WEIGHTS, TOKENIZER)}
    write_whole(folder / CONFIG, sealed_config(sizes, files))


def sealed_config(
    sizes: Mapping[str, Any],
    files: Mapping[str, bytes],
    made: Mapping[str, str] | None = None,
) -> str:
    """A config.json: sizes, what the other files must be, and what the model is.

    Args:
        files: name -> bytes, of weights and tokenizer.
        made: of a model that no table names; see `viz_core.entries.brought`.
    """
    seals = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    told = {MADE: dict(made)} if made else {}
    return as_json({**sizes, **told, SEALS: {**seals, SIZES: _seal_of(sizes)}})


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write one of a checkpoint's text files."""
    write_whole(path, as_json(values))


def as_json(values: Mapping[str, Any]) -> str:
    """What stands in one of a checkpoint's text files."""
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def _seal_of(sizes: Mapping[str, Any]) -> str:
    """The digest of sizes, however they are written down."""
    return hashlib.sha256(json.dumps(sizes, sort_keys=True).encode()).hexdigest()


def read_object(model_id: str, path: Path) -> dict[str, Any]:
    """A file that holds a JSON object."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(model_id, path.name, error) from error
    if not isinstance(found, dict):
        raise UnusableError(
            model_id,
            N_("{file} holds a {found}; it takes a JSON object"),
            file=path.name,
            found=type(found).__name__,
        )
    return found


def _unreadable(model_id: str, name: str, error: Exception) -> UnusableError:
    """What a library says of a file that it can't read."""
    said = next(iter(str(error).splitlines()), "") or type(error).__name__
    if isinstance(error, OSError) and error.strerror:
        said = error.strerror  # without the path, which is nobody's business
    return UnusableError(model_id, N_("{file} can't be read: {said}"), file=name, said=said)
