"""Read and write `checkpoints/<model_id>/`: weights, sizes, tokenizer, measurements.

Weights are safetensors and everything else is text, so that opening a checkpoint runs no code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from viz_core import files
from viz_core.errors import CheckpointError
from viz_core.i18n import _
from viz_core.places import CHECKPOINTS

FOLDER = CHECKPOINTS
WEIGHTS, CONFIG, TOKENIZER, METRICS = (
    "model.safetensors",
    "config.json",
    "tokenizer.json",
    "metrics.json",
)


@dataclass(frozen=True)
class Checkpoint:
    """The paths and the readable part of one checkpoint.

    Attributes:
        config: the sizes, keys as in the model's config class.
        metrics: what was measured on held-out text, and how.
    """

    model_id: str
    folder: Path
    config: dict[str, Any]
    metrics: dict[str, Any]

    @property
    def weights(self) -> Path:
        return self.folder / WEIGHTS

    @property
    def tokenizer(self) -> Path:
        return self.folder / TOKENIZER


def read_checkpoint(model_id: str, root: Path = FOLDER) -> Checkpoint:
    """Read all of a checkpoint but its weights.

    Raises:
        CheckpointError: a file is missing or not what it should be.
    """
    folder = root / model_id
    missing = [n for n in (WEIGHTS, CONFIG, TOKENIZER) if not (folder / n).is_file()]
    if missing:
        raise CheckpointError(
            _("Checkpoint {model_id} lacks {files}. Train it or restore the folder.").format(
                model_id=model_id, files=", ".join(missing)
            )
        )
    try:
        config = json.loads((folder / CONFIG).read_text("utf-8"))
        metrics_file = folder / METRICS
        metrics = json.loads(metrics_file.read_text("utf-8")) if metrics_file.is_file() else {}
    except ValueError as error:
        raise CheckpointError(
            _("Checkpoint {model_id} can't be read: {reason}. Restore the folder.").format(
                model_id=model_id, reason=error
            )
        ) from error
    return Checkpoint(model_id, folder, config, metrics)


def write_json(path: Path, values: dict[str, Any]) -> None:
    """Write one of a checkpoint's text files."""
    files.write(path, json.dumps(values, indent=2, ensure_ascii=False) + "\n")
