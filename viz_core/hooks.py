"""Where a model lets itself be watched: hook points, and the tape that records them.

A `HookPoint` is an identity module. While no tape is open in the current context it does nothing
but return its input; while one is open, the tape keeps what passed, and may hand on something else
in its place. Nothing is stored on the model, so one model serves any number of threads, each with
a tape of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from torch import Tensor, nn


class HookPoint(nn.Module):
    """An identity whose input can be recorded under a name.

    Args:
        name: the record's name, `<stack>.<layer>.<part>.<tensor>`.
        axes: what the tensor's axes are after the batch axis, in words, each with the stream whose
            tokens it counts: `"head query:target key:source"`, `"pos:text d_model"`.
    """

    def __init__(self, name: str, axes: str) -> None:
        super().__init__()
        self.name = name
        words = [word.partition(":") for word in axes.split()]
        self.axes = tuple(axis for axis, _, _ in words)
        self.streams = {axis: stream for axis, _, stream in words if stream}

    def forward(self, x: Tensor) -> Tensor:
        tape = _tape.get()
        return x if tape is None else tape.write(self, x)


Edit = Callable[[Tensor], Tensor]  # what passes a hook point -> what goes on in its place


@dataclass
class Tape:
    """What passed the hook points of one forward pass.

    Attributes:
        want: name patterns of what is recorded.
        edits: name -> what is handed on in place of what passes there.
        records: name -> (hook point, tensor with batch axis).
    """

    want: Sequence[str] = ("*",)
    edits: Mapping[str, Edit] = field(default_factory=dict)
    records: dict[str, tuple[HookPoint, Tensor]] = field(default_factory=dict)

    def write(self, point: HookPoint, x: Tensor) -> Tensor:
        """Keep what passes, edited if it shall be; what is returned goes on."""
        if point.name in self.edits:
            x = self.edits[point.name](x)
        if any(fnmatchcase(point.name, pattern) for pattern in self.want):
            self.records[point.name] = (point, x)
        return x


_tape: ContextVar[Tape | None] = ContextVar("tape", default=None)


def is_recording() -> bool:
    """Whether a tape is open in the current context."""
    return _tape.get() is not None


@contextmanager
def recording(
    want: Sequence[str] = ("*",), edits: Mapping[str, Edit] | None = None
) -> Iterator[Tape]:
    """Open a tape for the current context that keeps the records matching `want`.

    Args:
        want: shell-style name patterns, such as `decoder.*.weights`.
        edits: record name -> what to hand on instead of what passes there, at hook points that
            the model reads on from (a recurrent layer's gates are recorded after the fact).
    """
    tape = Tape(want, edits or {})
    token = _tape.set(tape)
    try:
        yield tape
    finally:
        _tape.reset(token)


def hook_points(model: nn.Module) -> dict[str, HookPoint]:
    """All hook points of a model by record name, in the order in which it builds them."""
    return {m.name: m for m in model.modules() if isinstance(m, HookPoint)}
