"""What one forward pass costs against the length of the text: time, memory, steps that wait.

The architectures that read one text are built at equal width with random weights, since a pass
costs the same whatever the weights are. Everything is measured on this machine when it is asked
for.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from viz_core.kinds import KINDS as ALL_KINDS
from viz_core.kinds import kind_of
from viz_core.models.architectures import ARCHITECTURES

if TYPE_CHECKING:
    from torch import Tensor, nn

KINDS = tuple(k.name for k in ALL_KINDS.values() if k.speaks and not k.translates)
LENGTHS = (8, 16, 32, 64, 128, 256, 512, 1024)
TRAINED_LENGTHS = (8, 16, 32, 64, 128)
WIDTH, N_LAYER, N_HEAD, VOCAB_SIZE = 128, 2, 4, 64
REPEATS = 5  # timed passes of each cell; the median counts

_one_at_a_time = threading.Lock()  # two measurements at once would slow each other


@dataclass(frozen=True)
class Cost:
    """One forward pass of one architecture over one length.

    Attributes:
        seconds: median of `REPEATS` passes.
        peak_bytes: most memory that tensors made during the pass held at once; what a fused
            kernel uses inside is not seen.
        steps: operations that have to wait for one another.
    """

    kind: str
    n_tokens: int
    seconds: float
    peak_bytes: int
    steps: int


@dataclass(frozen=True)
class TrainingCost:
    """One training step, forward and backward, over one text.

    Attributes:
        way: how the text is read, a key of `WAYS`.
        seconds: median of `REPEATS` steps; of one prefix at a time, one step.
    """

    way: str
    n_tokens: int
    seconds: float


def forward_cost(kind: str, n_tokens: int) -> Cost:
    """Measure one cell.

    Raises:
        ValueError: no such kind.
    """
    import torch

    from viz_core.analysis.influence import sequential_steps

    model, ids = _model(kind), torch.zeros(1, n_tokens, dtype=torch.long)
    run = _reader(kind, model, ids)
    with _one_at_a_time, torch.inference_mode():
        run()  # the first pass chooses kernels and makes room
        seconds = statistics.median(_timed(run) for _ in range(REPEATS))
        peak = _peak_bytes(run)
    return Cost(kind, n_tokens, seconds, peak, sequential_steps(kind_of(kind), n_tokens, N_LAYER))


# how a text is read in training -> the kind that reads it so
WAYS = {"all at once": "decoder", "word by word": "lstm", "one prefix at a time": "decoder"}


def training_cost(way: str, n_tokens: int) -> TrainingCost:
    """Measure a training step.

    "All at once" is how a decoder trains: the causal mask lets one pass foresee every word. "Word
    by word" is how an LSTM must. "One prefix at a time" is a decoder that has to wait for each
    word, as it does when it writes: what the mask saves.

    Raises:
        ValueError: no such way.
    """
    import torch
    from torch.nn.functional import cross_entropy

    if way not in WAYS:
        raise ValueError(f"way {way!r} is not one of {list(WAYS)}")
    model = _model(WAYS[way])
    ids = torch.arange(n_tokens + 1)[None] % VOCAB_SIZE

    def step() -> None:
        model.zero_grad()
        if way == "one prefix at a time":
            for n in range(1, n_tokens + 1):
                _learn(cross_entropy(model(ids[:, :n])[0, -1:], ids[0, n : n + 1]))
            return
        _learn(cross_entropy(_logits(model, ids[:, :-1])[0], ids[0, 1:]))

    with _one_at_a_time:
        step()
        repeats = 1 if way == "one prefix at a time" else REPEATS
        seconds = statistics.median(_timed(step) for _ in range(repeats))
    return TrainingCost(way, n_tokens, seconds)


def _learn(loss: Tensor) -> None:
    """The backward pass."""
    loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped


def _logits(model: nn.Module, ids: Tensor) -> Tensor:
    """A pass with torch's fused kernels where the architecture has them."""
    logits: Tensor = model.train()(ids)
    return logits


def _reader(kind: str, model: nn.Module, ids: Tensor) -> Callable[[], Any]:
    """One forward pass as this architecture reads a text: recurrent layers with torch's fused
    kernels, attention with its map in memory, as its equation has it and the lessons show it."""
    import torch

    if kind_of(kind).recurrent:
        return lambda: _logits(model, ids)
    also = (torch.zeros_like(ids),) if kind_of(kind).fills else ()
    return lambda: model.eval()(ids, *also)


@cache
def _model(kind: str) -> nn.Module:
    """An untrained model of the common width."""
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r} is not one of {KINDS}")
    architecture = ARCHITECTURES[kind]
    config = architecture.sized(
        n_layer=N_LAYER,
        n_ctx=LENGTHS[-1],
        vocab_size=VOCAB_SIZE,
        n_head=N_HEAD,
        d_model=WIDTH,
        d_ff=4 * WIDTH,
        d_hidden=WIDTH,
    )
    model: nn.Module = architecture.build(config)
    return model


def _timed(call: Callable[[], Any]) -> float:
    """Seconds of one call."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _peak_bytes(call: Callable[[], Any]) -> int:
    """The most memory that the tensors made during a call held at once."""
    from viz_core.memory_watch import MemoryWatch

    with MemoryWatch() as watch:
        call()
    most: int = watch.most
    return most
