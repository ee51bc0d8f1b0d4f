"""One run: a model that is trained step by step, and what is told of it on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

import torch
from safetensors.torch import load, save
from torch import Tensor, nn

from viz_core.errors import InputError
from viz_core.i18n import _
from viz_core.models.architectures import ARCHITECTURES
from viz_core.training.loop import Plan, parameter_groups, take_step
from viz_core.training.state import Progress, restore, tensors_of
from viz_core.workshop.objective import HiddenToken, NextToken
from viz_core.workshop.prefix import matching
from viz_core.workshop.setup import Job, Setup
from viz_core.workshop.sources import source_of
from viz_core.workshop.told import Point, marks, points

MOST_PARAMS = 1_000_000
N_WARMUP = 20
DECAY_FROM = 0.7  # of a run: the learning rate falls from here on
MOMENTUM = 0.9  # of SGD


@dataclass(frozen=True)
class Told:
    """What a run tells at one of its steps.

    Attributes:
        weights: of the model as it is then, as safetensors; empty where none are kept.
        state: all that the run needs to go on from there; empty where none is kept.
    """

    point: Point
    weights: bytes = b""
    state: bytes = b""


class Trainer:
    """Trains what a job asks for.

    Raises:
        InputError: the corpus can't be learned from, or the model is too large.
    """

    def __init__(self, job: Job) -> None:
        self.setup = job.setup
        self.source = source_of(job.setup, job.text)
        self.sizes = job.setup.sizes(self.source.tokenizer.vocab_size)
        architecture = ARCHITECTURES[job.setup.architecture]
        torch.manual_seed(job.setup.seed)
        self.model: nn.Module = architecture.build(self.sizes)
        self.n_params = sum(p.numel() for p in self.model.parameters())
        if self.n_params > MOST_PARAMS:
            raise InputError(
                _(
                    "The model would have {n} parameters; here it takes at most {most}. Give fewer "
                    "layers or a smaller width."
                ).format(n=f"{self.n_params:,}", most=f"{MOST_PARAMS:,}")
            )
        self.objective = (HiddenToken if job.setup.traits.fills else NextToken)(
            self.source, job.setup.seed
        )
        self.plan = Plan(
            job.setup.n_steps, job.setup.rate, min(N_WARMUP, job.setup.n_steps), DECAY_FROM
        )
        self.optimiser = _optimiser(self.model, job.setup, self.plan)
        self.progress = Progress()
        self.norms: tuple[float, ...] = ()
        if job.state:
            self._go_on(job.state)
        self.model.train()

    @property
    def about(self) -> dict[str, Any]:
        """What there is to know of the model before it is trained."""
        return {
            "n_params": self.n_params,
            "sizes": self.sizes.to_dict(),
            "tokenizer": self.source.tokenizer.library.to_str(),
            "reads_with": self.source.reads_with,
            "language": self.source.language,
        }

    @property
    def over(self) -> bool:
        """Whether the last step is done."""
        return self.progress.step >= self.setup.n_steps

    def train(self, tell: Callable[[Told], None], stopped: Callable[[], bool]) -> None:
        """Train until the last step, or until asked to stop between two steps.

        Raises:
            InputError: the loss is no number any more.
        """
        n_steps = self.setup.n_steps
        measured, kept = points(n_steps), marks(n_steps)
        if not self.progress.step:
            tell(Told(self._point(), self._weights(), self._state()))
        while (step := self.progress.step) < n_steps:
            ending = stopped()
            if not ending:
                take_step(
                    self.model,
                    self.objective,
                    self.plan,
                    self.optimiser,
                    self.progress,
                    self._watch,
                )
                step = self.progress.step
                self._check(step)
            last = ending or step == n_steps
            if last or step in kept:
                tell(Told(self._point(), self._weights(), self._state()))
            elif step in measured:
                tell(Told(self._point()))
            if ending:
                return

    def _watch(self) -> None:
        """Note the gradient's norm, layer by layer."""
        parts = getattr(self.model, "blocks", None) or self.model.layers
        assert isinstance(parts, nn.ModuleList)
        self.norms = tuple(_norm(part) for part in parts)

    def _check(self, step: int) -> None:
        if not isfinite(self.progress.heard[-1]):
            raise InputError(
                _(
                    "At step {step} the loss is no number any more: the steps were too large. Give "
                    "a smaller learning rate than {rate}."
                ).format(step=step, rate=f"{self.setup.rate:g}")
            )

    def _point(self) -> Point:
        """Measure where the run is."""
        heard = self.progress.heard
        self.model.eval()
        unseen, right = self.objective.unseen(self.model)
        match = None
        if self.setup.attends and self.setup.traits.causal:
            match = matching(self.model, self.source)
        self.model.train()
        mean = sum(heard) / len(heard) if heard else None
        heard.clear()
        return Point(
            self.progress.step, self.progress.tokens, mean, unseen, right, self.norms, match
        )

    def _weights(self) -> bytes:
        """The weights in half precision: those of the last step are in the state, whole."""
        weights = self.model.state_dict().items()
        return save({name: tensor.half().contiguous() for name, tensor in weights})

    def _state(self) -> bytes:
        about = {"progress": json.dumps(asdict(self.progress))}
        return save(tensors_of(self.model, self.optimiser), about)

    def _go_on(self, state: bytes) -> None:
        """Take up what an earlier part of the run left."""
        n_header = int.from_bytes(state[:8], "little")
        header = json.loads(state[8 : 8 + n_header])["__metadata__"]
        self.progress = Progress(**json.loads(header["progress"]))
        restore(self.model, self.optimiser, load(state))


def _optimiser(model: nn.Module, setup: Setup, plan: Plan) -> torch.optim.Optimizer:
    """What takes the steps."""
    groups = parameter_groups(model, plan.weight_decay)
    if setup.optimiser == "sgd":
        for group in groups:
            group["weight_decay"] = 0.0
        return torch.optim.SGD(groups, lr=plan.learning_rate, momentum=MOMENTUM)
    if setup.optimiser == "adamw":
        return torch.optim.AdamW(groups, lr=plan.learning_rate, betas=plan.betas)
    raise ValueError(f"optimiser {setup.optimiser!r} is unknown")


def _norm(part: nn.Module) -> float:
    """The length of the gradient of all parameters of a layer."""
    squares: list[Tensor] = [p.grad.square().sum() for p in part.parameters() if p.grad is not None]
    return float(torch.stack(squares).sum().sqrt()) if squares else 0.0
