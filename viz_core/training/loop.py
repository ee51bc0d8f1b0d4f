"""The training loop: resumable at any step, seeded, one recipe like the other."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn
from tqdm import tqdm

from viz_core.errors import InputError
from viz_core.i18n import _
from viz_core.losses import Line
from viz_core.training.interrupts import noted_stops
from viz_core.training.objectives.objective import Objective
from viz_core.training.state import Progress, StateFile


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


def train(
    model: nn.Module,
    objective: Objective,
    plan: Plan,
    state: StateFile,
    resume: bool = False,
    stop_at: int | None = None,
) -> Progress:
    """Train until `plan.n_steps`, until `stop_at`, or until a signal asks to end.

    A run in several parts gives the very numbers of an unbroken one.

    Args:
        state: where the resumable state is kept; it is written every `plan.save_every` steps and
            at the end of each part.
        resume: go on from that state, if there is one, instead of starting again.

    Raises:
        InputError: the state can't be used or written, or it is behind `stop_at` already.
    """
    optimiser = torch.optim.AdamW(
        parameter_groups(model, plan.weight_decay), lr=plan.learning_rate, betas=plan.betas
    )
    going_on = resume and state.path.is_file()
    progress = state.load(model, optimiser, str(plan)) if going_on else Progress()
    first, last = progress.step, min(plan.n_steps, stop_at or plan.n_steps)
    if first > last:
        raise InputError(
            _("{folder} is at step {step} already. Give more --steps than that, or none.").format(
                folder=state.folder, step=first
            )
        )
    model.train()
    bar = tqdm(range(first, last), initial=first, total=plan.n_steps, unit="step", mininterval=1)
    with noted_stops() as asked:
        for step in bar:
            take_step(model, objective, plan, optimiser, progress)
            rate = progress.tokens / max(progress.seconds, 1e-9)
            bar.set_postfix(loss=f"{progress.heard[-1]:.3f}", tokens_per_s=f"{rate:,.0f}")
            written = progress.step % plan.save_every == 0 or progress.step == plan.n_steps
            if written:
                _write_line(progress, objective.valid_loss(model))
            if written or asked or step + 1 == last:
                state.save(model, optimiser, str(plan), progress)
            if asked:
                break
    progress.stopped_by = asked[0] if asked else None
    return progress


def take_step(
    model: nn.Module,
    objective: Objective,
    plan: Plan,
    optimiser: torch.optim.Optimizer,
    progress: Progress,
    watch: Callable[[], object] = lambda: None,
) -> None:
    """One step of the plan.

    Args:
        watch: called when the gradients are there, before they are clipped.
    """
    began = time.perf_counter()
    for group in optimiser.param_groups:
        group["lr"] = plan.rate(progress.step)
    parts = list(objective.parts(model, progress.step, plan.n_steps))
    loss = torch.stack([p.loss for p in parts]).sum() / sum(p.n_targets for p in parts)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    watch()
    nn.utils.clip_grad_norm_(model.parameters(), plan.clip)
    optimiser.step()
    progress.step += 1
    progress.heard.append(loss.item())
    progress.tokens += sum(p.n_tokens for p in parts)
    progress.seconds += time.perf_counter() - began


def _write_line(progress: Progress, valid_loss: float) -> None:
    """Add a line to the loss curve."""
    mean = sum(progress.heard) / len(progress.heard)
    line = Line(
        progress.step,
        progress.tokens,
        round(progress.seconds, 1),
        round(mean, 4),
        round(valid_loss, 4),
    )
    progress.lines.append(line)
    progress.heard.clear()


def parameter_groups(model: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Matrices decay, gains and biases don't."""
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() <= 1]
    return [
        {"params": matrices, "weight_decay": weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
