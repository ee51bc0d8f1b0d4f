"""The training loop: resumable, seeded, one recipe like the other."""

from __future__ import annotations

import csv
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from tqdm import tqdm

from viz_core import files
from viz_core.errors import InputError
from viz_core.i18n import _
from viz_core.training.objectives.objective import Objective

STATE = "state.safetensors"


@dataclass(frozen=True)
class Plan:
    """How a model is trained.

    Attributes:
        n_steps: optimiser steps in all.
        learning_rate: the highest, reached after `n_warmup` steps and held until `decay_from` of
            the run; from there it falls in a line to 0.
        restart: step at which the rate is 0 for the first time; from there it begins once more at
            half its height and falls to 0 at the end (a warm restart, Loshchilov and Hutter 2017).
        clip: largest norm of the gradient.
        save_every: steps between resumable states.
    """

    n_steps: int
    learning_rate: float
    n_warmup: int = 150
    decay_from: float = 0.4
    restart: int | None = None
    betas: tuple[float, float] = (0.9, 0.98)
    weight_decay: float = 0.1
    clip: float = 1.0
    save_every: int = 200
    seed: int = 0

    def rate(self, step: int) -> float:
        """The learning rate of a step."""
        end = self.restart or self.n_steps
        if step >= end:
            return self.learning_rate / 2 * (self.n_steps - step) / (self.n_steps - end)
        warm = min(1.0, (step + 1) / self.n_warmup)
        left = (end - step) / (end * (1 - self.decay_from))
        return self.learning_rate * warm * min(1.0, left)


@dataclass(frozen=True)
class Line:
    """One line of the loss curve: mean training loss since the last line, and held-out loss."""

    step: int
    tokens: int
    seconds: float
    train_loss: float
    valid_loss: float


def train(
    model: nn.Module,
    objective: Objective,
    plan: Plan,
    folder: Path,
    resume: bool = False,
    stop_at: int | None = None,
) -> list[Line]:
    """Train until `plan.n_steps`, or until `stop_at` in this part of it.

    Args:
        folder: where the resumable state is kept.
        resume: go on from that state instead of starting again.

    Returns:
        the loss curve so far.
    """
    optimiser = torch.optim.AdamW(
        _parameter_groups(model, plan.weight_decay), lr=plan.learning_rate, betas=plan.betas
    )
    lines: list[Line] = []
    first, tokens, seconds = 0, 0, 0.0
    if resume and (folder / STATE).is_file():
        lines = load_state(model, optimiser, folder, plan)
        first, tokens, seconds = lines[-1].step, lines[-1].tokens, lines[-1].seconds
    last = min(plan.n_steps, stop_at or plan.n_steps)
    heard: list[float] = []
    model.train()
    bar = tqdm(range(first, last), initial=first, total=plan.n_steps, unit="step", mininterval=1)
    for step in bar:
        began = time.perf_counter()
        for group in optimiser.param_groups:
            group["lr"] = plan.rate(step)
        parts = list(objective.parts(model, step, plan.n_steps))
        loss = torch.stack([p.loss for p in parts]).sum() / sum(p.n_targets for p in parts)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), plan.clip)
        optimiser.step()
        heard.append(loss.item())
        tokens += sum(p.n_tokens for p in parts)
        seconds += time.perf_counter() - began
        bar.set_postfix(loss=f"{heard[-1]:.3f}", tokens_per_s=f"{tokens / seconds:,.0f}")
        if (step + 1) % plan.save_every == 0 or step + 1 == last:
            valid = objective.valid_loss(model)
            mean = sum(heard) / len(heard)
            lines.append(Line(step + 1, tokens, round(seconds, 1), round(mean, 4), round(valid, 4)))
            heard.clear()
            save_state(model, optimiser, folder, plan, lines)
    return lines


def save_state(
    model: nn.Module,
    optimiser: torch.optim.Optimizer,
    folder: Path,
    plan: Plan,
    lines: list[Line],
) -> None:
    """Write everything that a later part needs into one file, which is replaced whole."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors: dict[str, Tensor] = {f"model.{k}": v for k, v in model.state_dict().items()}
    for index, values in optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser.{index}.{k}": v for k, v in values.items()}
    about = {"plan": str(plan), "lines": json.dumps([asdict(line) for line in lines])}
    with files.replacing(folder / STATE) as beside:
        save_file({k: v.contiguous() for k, v in tensors.items()}, beside, about)


def load_state(
    model: nn.Module, optimiser: torch.optim.Optimizer, folder: Path, plan: Plan
) -> list[Line]:
    """Restore model and optimiser from `save_state` and return the loss curve so far.

    Raises:
        InputError: the state was written under another plan.
    """
    with safe_open(folder / STATE, framework="pt") as file:
        about = file.metadata()
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - not a dict
    if about["plan"] != str(plan):
        raise InputError(
            _("{folder} was trained under another plan. Train again without --resume.").format(
                folder=folder
            )
        )
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
    return [Line(**line) for line in json.loads(about["lines"])]


def write_lines(path: Path, lines: list[Line]) -> None:
    """Write a loss curve as CSV."""
    with files.replacing(path) as beside, beside.open("w", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=list(Line.__dataclass_fields__))
        writer.writeheader()
        writer.writerows(asdict(line) for line in lines)


def read_lines(path: Path) -> list[Line]:
    """Read a loss curve written by `write_lines`."""
    with path.open(newline="") as rows:
        return [
            Line(
                int(row["step"]),
                int(row["tokens"]),
                float(row["seconds"]),
                float(row["train_loss"]),
                float(row["valid_loss"]),
            )
            for row in csv.DictReader(rows)
        ]


def _parameter_groups(model: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Matrices decay, gains and biases don't."""
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() <= 1]
    return [
        {"params": matrices, "weight_decay": weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
