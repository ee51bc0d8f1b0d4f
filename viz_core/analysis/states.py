"""What recurrent states say: units put in an order, one unit's equation with its numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from viz_core.kinds import Kind
from viz_core.trace import Trace

TINY = 1e-30  # a gate that is shut to the last bit has a logarithm too


def unit_order(values: np.ndarray) -> np.ndarray:
    """An order of the units in which those that go alike stand side by side, (unit,).

    Each unit's course over the words is a point in the plane of the two strongest principal
    components; units are sorted by the angle of that point.

    Args:
        values: (pos, unit).

    Source: Friendly and Kwan 2003, Effect ordering for data displays, section 2.3.
    """
    courses = (values - values.mean(0)).T.astype(np.float64)  # (unit, pos)
    _u, _s, components = np.linalg.svd(courses, full_matrices=False)
    plane = courses @ components[:2].T  # (unit, 2 or fewer)
    if plane.shape[1] < 2:
        return np.argsort(values[-1], kind="stable")
    return np.argsort(np.arctan2(plane[:, 1], plane[:, 0]), kind="stable")


@dataclass(frozen=True)
class RNNStep:
    """One unit of an Elman network at one word: h = tanh(from_input + from_state)."""

    from_input: float
    from_state: float
    h: float


@dataclass(frozen=True)
class LSTMStep:
    """One unit of an LSTM at one word.

    Attributes:
        from_input, from_state: what each gate gets, in the order i f g o.
        gates: their values after sigmoid or tanh.
        c_before, c, h: cell before and after the word, hidden state.
    """

    from_input: tuple[float, ...]
    from_state: tuple[float, ...]
    gates: tuple[float, ...]
    c_before: float
    c: float
    h: float


@dataclass(frozen=True)
class GRUStep:
    """One unit of a GRU at one word.

    Attributes:
        from_input, from_state: what each gate and the candidate get, in the order r z n.
        gates: their values after sigmoid or tanh.
        h_before, h: hidden state before and after the word.
    """

    from_input: tuple[float, ...]
    from_state: tuple[float, ...]
    gates: tuple[float, ...]
    h_before: float
    h: float


def _by_gate(trace: Trace, layer: str, unit: int, word: int) -> dict[str, tuple[float, ...]]:
    """What each gate of one unit gets at one word, and what it lets through."""
    return {
        part: tuple(map(float, trace[f"{layer}.{part}"].values[:, word, unit]))
        for part in ("from_input", "from_state", "gates")
    }


def rnn_step(trace: Trace, layer: int, unit: int, word: int) -> RNNStep:
    """The numbers of one unit's equation, from the trace.

    Source: Elman 1990.
    """
    name = f"rnn.{layer}"
    return RNNStep(
        from_input=float(trace[f"{name}.from_input"].values[word, unit]),
        from_state=float(trace[f"{name}.from_state"].values[word, unit]),
        h=float(trace[f"{name}.h"].values[word, unit]),
    )


def lstm_step(trace: Trace, layer: int, unit: int, word: int) -> LSTMStep:
    """The numbers of one unit's equations, from the trace.

    Source: Hochreiter and Schmidhuber 1997; Gers et al. 2000.
    """
    name = f"lstm.{layer}"

    c = trace[f"{name}.c"].values[:, unit]
    return LSTMStep(
        **_by_gate(trace, name, unit, word),
        c_before=float(c[word - 1]) if word else 0.0,
        c=float(c[word]),
        h=float(trace[f"{name}.h"].values[word, unit]),
    )


def gru_step(trace: Trace, layer: int, unit: int, word: int) -> GRUStep:
    """The numbers of one unit's equations, from the trace.

    Source: Cho et al. 2014, eq. 5 to 8.
    """
    name = f"gru.{layer}"

    h = trace[f"{name}.h"].values[:, unit]
    return GRUStep(
        **_by_gate(trace, name, unit, word),
        h_before=float(h[word - 1]) if word else 0.0,
        h=float(h[word]),
    )


Step = RNNStep | LSTMStep | GRUStep
STEPS: dict[tuple[str, ...], Callable[..., Step]] = {  # by the gates of a kind
    (): rnn_step,
    ("i", "f", "g", "o"): lstm_step,
    ("r", "z", "n"): gru_step,
}


def unit_step(trace: Trace, layer: int, unit: int, word: int) -> Step:
    """The numbers of one unit's equations, for any kind of recurrent network.

    Raises:
        ValueError: the trace is of a kind whose equations nobody wrote down.
    """
    if not trace.traits.recurrent or trace.traits.gates not in STEPS:
        raise ValueError(f"the equations of a {trace.kind} are not known")
    return STEPS[trace.traits.gates](trace, layer, unit, word)


def step_error(step: Step) -> float:
    """How far the numbers are from their own equation, worked out in double precision."""
    if isinstance(step, RNNStep):
        return abs(float(np.tanh(step.from_input + step.from_state)) - step.h)
    if isinstance(step, GRUStep):
        return _gru_error(step)
    sums = np.array(step.from_input) + np.array(step.from_state)
    squashed = 1 / (1 + np.exp(-sums))
    squashed[2] = np.tanh(sums[2])  # the candidate
    i, f, g, o = step.gates
    c = f * step.c_before + i * g
    return float(
        max(
            np.abs(squashed - step.gates).max(),
            abs(c - step.c),
            abs(o * np.tanh(step.c) - step.h),
        )
    )


def _gru_error(step: GRUStep) -> float:
    """How far a GRU's numbers are from its own equations."""
    x, s = np.array(step.from_input), np.array(step.from_state)
    r, z = 1 / (1 + np.exp(-(x[:2] + s[:2])))
    gates = np.array([r, z, np.tanh(x[2] + step.gates[0] * s[2])])
    _r, z, n = step.gates
    h = z * step.h_before + (1 - z) * n
    return float(max(np.abs(gates - step.gates).max(), abs(h - step.h)))


def retention(gates: np.ndarray, kind: Kind) -> np.ndarray:
    """How much of what was kept after each word is still there after a later one, (query, key).

    The product of the gates that keep in between, mean over the units: 1 on the diagonal, 0 for
    words that are still to come.

    Args:
        gates: (gate, pos, unit), in the order of the kind.

    Source: Gers et al. 2000, eq. 3.2, without what is written in between.
    """
    keeping = gates[kind.gates.index(kind.keeps)].astype(np.float64)
    logs = np.cumsum(np.log(keeping + TINY), axis=0)
    kept = np.zeros((len(logs), len(logs)))
    for query, total in enumerate(logs):
        kept[query, : query + 1] = np.exp(total - logs[: query + 1]).mean(-1)
    return kept
