"""The resumable state of a training run: one file, replaced whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from viz_core.errors import InputError
from viz_core.files import make_folder, write_whole
from viz_core.i18n import _
from viz_core.losses import Line

STATE = "state.safetensors"


@dataclass
class Progress:
    """How far a run is.

    Attributes:
        step: steps that are done.
        heard: training losses of the steps since the last line.
        stopped_by: number of the signal that ended this part of the run.
    """

    step: int = 0
    tokens: int = 0
    seconds: float = 0.0
    heard: list[float] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    stopped_by: int | None = None


@dataclass(frozen=True)
class StateFile:
    """Where a run keeps what a later part of it needs.

    Attributes:
        corpora: what tells the corpora of a run from others.
    """

    folder: Path
    corpora: str = ""

    @property
    def path(self) -> Path:
        return self.folder / STATE

    def save(
        self, model: nn.Module, optimiser: torch.optim.Optimizer, plan: str, progress: Progress
    ) -> None:
        """Write everything that decides the next steps.

        Args:
            plan: what tells the plan of the run from others.

        Raises:
            InputError: the file can't be written; the last state stands there still.
        """
        make_folder(self.folder)
        about = {"plan": plan, "corpora": self.corpora, "progress": json.dumps(asdict(progress))}
        write_whole(self.path, save(tensors_of(model, optimiser), about))

    def load(self, model: nn.Module, optimiser: torch.optim.Optimizer, plan: str) -> Progress:
        """Restore model, optimiser and random numbers from `save`.

        Raises:
            InputError: the file is damaged, or was written under another plan or on other corpora.
        """
        try:
            with safe_open(self.path, framework="pt") as file:
                about = file.metadata()
                tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - no dict
            self._check(about["plan"] == plan, about["corpora"] == self.corpora)
            values = json.loads(about["progress"])
            progress = Progress(**values | {"lines": [Line(**line) for line in values["lines"]]})
            restore(model, optimiser, tensors)
        except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
            raise InputError(
                _("{path} can't be read: {reason}. Train again without --resume.").format(
                    path=self.path, reason=next(iter(str(error).splitlines()), "")
                )
            ) from error
        return progress

    def _check(self, same_plan: bool, same_corpora: bool) -> None:
        if not same_plan:
            raise InputError(
                _("{folder} was trained under another plan. Train again without --resume.").format(
                    folder=self.folder
                )
            )
        if not same_corpora:
            raise InputError(
                _(
                    "{folder} was trained on other corpora. Give those, or train again without "
                    "--resume."
                ).format(folder=self.folder)
            )


def tensors_of(model: nn.Module, optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Everything that decides the next steps: dropout's random numbers, too."""
    tensors: dict[str, Tensor] = {f"model.{k}": v for k, v in model.state_dict().items()}
    for index, values in optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser.{index}.{k}": v for k, v in values.items() if v is not None}
    tensors["random"] = torch.get_rng_state()
    return {name: tensor.contiguous() for name, tensor in tensors.items()}


def restore(
    model: nn.Module, optimiser: torch.optim.Optimizer, tensors: Mapping[str, Tensor]
) -> None:
    """Put the tensors of a state where they were."""
    model.load_state_dict(
        {k.removeprefix("model."): v for k, v in tensors.items() if k.startswith("model.")}
    )
    state = optimiser.state_dict()
    state["state"] = {}
    for key, value in tensors.items():
        if key.startswith("optimiser."):
            _part, index, name = key.split(".")
            state["state"].setdefault(int(index), {})[name] = value
    optimiser.load_state_dict(state)
    torch.set_rng_state(tensors["random"])
