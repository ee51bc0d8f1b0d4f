"""A run as those see it who hold its id: a value, taken at a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from viz_core.workshop.setup import Setup
from viz_core.workshop.told import Point

WAITING, WORKING, PAUSED, STOPPED, DONE = "waiting", "working", "paused", "stopped", "done"
REFUSED, BROKEN = "refused", "broken"
ENDED = (PAUSED, STOPPED, DONE, REFUSED, BROKEN)  # nothing happens by itself any more
RESUMABLE = (PAUSED, STOPPED, BROKEN)


@dataclass(frozen=True)
class Run:
    """A run.

    Attributes:
        id: whoever has it may look at the run; nobody guesses it.
        place: in the queue, from 1; 0 if it does not wait.
        points: what was told of it, step by step.
        snapshots: step -> weights in half precision, as safetensors.
        state: what it can go on from, whose step is `state_step`; its weights are whole.
        about: number of parameters, sizes, tokenizer; empty until the worker said so.
        why: what is wrong, if it was refused or broke.
    """

    id: str
    name: str
    setup: Setup
    status: str
    place: int = 0
    points: tuple[Point, ...] = ()
    snapshots: Mapping[int, bytes] = field(default_factory=dict, repr=False)
    state: bytes = field(default=b"", repr=False)
    state_step: int = -1
    about: Mapping[str, Any] = field(default_factory=dict, repr=False)
    text: str = field(default="", repr=False)
    why: str = ""

    @property
    def step(self) -> int:
        """The last step that was told of."""
        return self.points[-1].step if self.points else 0

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps of which there are weights, in order."""
        return tuple(sorted(self.snapshots))

    @property
    def active(self) -> bool:
        """Whether something happens without anybody doing anything."""
        return self.status not in ENDED

    def at(self, step: int) -> int:
        """The kept step nearest to one that is asked for.

        Raises:
            ValueError: nothing is kept.
        """
        return min(self.steps, key=lambda kept: abs(kept - step))
