"""How a text flows through a model: what the picture on the Home page is drawn from.

Widths are lengths of vectors, attention weights, mean gate values and measured influences, each
under the name of its record; textures are the first numbers of a vector. Nothing is invented for
the picture, and nothing of the trace but these is sent to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from viz_core.analysis.influence import Trial, counterfactual, trials
from viz_core.analysis.summary import Look
from viz_core.kinds import Kind, kind_of
from viz_core.trace import Guess, Record, Tokens, Trace

N_CELLS = 32  # numbers of a vector that are drawn as its texture
N_GUESSES = 5  # likeliest words that are drawn for a place
GAP = "[MASK]"  # the token that an encoder fills in
COUNTS = ("pos", "query", "key")  # axes along the tokens of a stream


@dataclass
class Drawn:
    """The numbers of a picture, by record name.

    Attributes:
        lengths: length of each token's vector, (pos,).
        cells: `N_CELLS` or fewer numbers of each token's vector, (pos, cell).
        weights: attention of the opened head, (query, key).
        gates: mean of each gate over the units, (gate, pos), in the order i f g o.
        streams: whose tokens the record's vectors belong to.
    """

    lengths: dict[str, np.ndarray] = field(default_factory=dict)
    cells: dict[str, np.ndarray] = field(default_factory=dict)
    weights: dict[str, np.ndarray] = field(default_factory=dict)
    gates: dict[str, np.ndarray] = field(default_factory=dict)
    streams: dict[str, str] = field(default_factory=dict)

    def take(self, record: Record, head: int = 0, n_head: int = 1, *, texture: bool = True) -> None:
        """Keep what is drawn of a record's vectors.

        Args:
            head, n_head: which one of how many heads that look; they may share keys and values.
            texture: whether the vectors are drawn as textures, or their lengths alone.
        """
        values = record.values  # (pos, d) or (head, pos, d)
        if record.axes[0] == "head":
            values = values[head * len(values) // n_head]
        lengths = np.linalg.norm(values.astype(np.float64), axis=-1)
        self.lengths[record.name] = lengths.astype(np.float32)
        self.streams[record.name] = next(
            stream for axis, stream in record.streams.items() if axis in COUNTS
        )
        if texture:
            neurons = record.name.endswith(".act")
            self.cells[record.name] = values[:, liveliest(values) if neurons else slice(N_CELLS)]


@dataclass(frozen=True)
class Flow:
    """What one forward pass left, reduced to what is drawn.

    Attributes:
        layer, head: the block that is opened; 0 for a recurrent model, which shows all layers.
        stacks: name of each stack -> the stream of its tokens, in the order of the flow.
        drawn: the numbers, by record name.
        influence: how much of the answer's probability goes if another word stands in a token's
            place, (pos,); None where it was not measured.
        trials: which words were tried there, for each token.
        guesses: for each token of the stream that says something, the likeliest words after it
            (an encoder: in its place).
        n_rest: tokens of the vocabulary besides those guesses.
        answer_pos: the token whose guess is the answer.
        n_read: tokens that were typed; those behind them the model wrote itself.
    """

    model_id: str
    kind: str
    layer: int
    head: int
    n_layer: int
    n_head: int
    stacks: Mapping[str, str]
    tokens: Mapping[str, Tokens]
    drawn: Drawn
    influence: np.ndarray | None
    trials: Sequence[Sequence[Trial]]
    guesses: tuple[tuple[Guess, ...], ...]
    n_rest: int
    answer_pos: int
    n_read: int

    @property
    def traits(self) -> Kind:
        """What models of this kind have in common."""
        return kind_of(self.kind)

    @property
    def stream(self) -> str:
        """The stream about which the model says something."""
        return list(self.stacks.values())[-1]

    @property
    def stream_tokens(self) -> Tokens:
        """The tokens of that stream."""
        return self.tokens[self.stream]


def flow(trace: Trace, layer: int = 0, head: int = 0, n_read: int | None = None) -> Flow:
    """Reduce a trace to what is drawn, one block of it opened.

    Args:
        trace: every record of a pass that guessed everywhere; of a recurrent model with the
            measure `counterfactual`, if its influences shall be drawn.
        layer, head: the block and the head that are opened; recurrent models have no choice.
        n_read: tokens that were typed, where the model wrote on; by default all.

    Raises:
        ValueError: there is no such layer or head.
    """
    n_read = len(trace.tokens[trace.stream]) if n_read is None else n_read
    recurrent, stacks = trace.traits.recurrent, trace.traits.stacks
    n_layer, n_head = _sizes(trace)
    if not recurrent and not (0 <= layer < n_layer and 0 <= head < n_head):
        raise ValueError(
            f"layer {layer}, head {head} is not one of {n_layer} layers, {n_head} heads"
        )
    drawn = _recurrent(trace) if recurrent else _transformer(trace, stacks, layer, head, n_layer)
    entrance = "embed" if recurrent else "{}.0.resid_pre"
    streams = {stack: drawn.streams[entrance.format(stack)] for stack in stacks}
    guesses, n_rest = _guesses(trace)
    measured = "counterfactual.drop" in trace.records
    return Flow(
        trace.model_id,
        trace.kind,
        0 if recurrent else layer,
        0 if recurrent else head,
        n_layer,
        n_head,
        streams,
        trace.tokens,
        drawn,
        np.nan_to_num(counterfactual(trace)) if measured else None,
        trials(trace) if measured else (),
        guesses,
        n_rest,
        _answer_pos(trace, n_read),
        n_read,
    )


def _sizes(trace: Trace) -> tuple[int, int]:
    """How many layers each stack of a traced model has, and how many heads each attention; 0 heads
    where nothing attends."""
    recurrent = trace.traits.recurrent
    layer_record = ".h" if recurrent else ".resid_pre"
    n_records = sum(record.name.endswith(layer_record) for record in trace)
    n_head = 0 if recurrent else len(trace.attentions[0].values)
    return n_records // len(trace.traits.stacks), n_head


def _recurrent(trace: Trace) -> Drawn:
    """Every layer of a recurrent network: embedding, states, cells, gates."""
    drawn = Drawn()
    for record in trace:
        if record.name == "embed" or record.name.endswith((".h", ".c")):
            drawn.take(record)
        elif record.name.endswith(".gates"):
            drawn.gates[record.name] = record.values.mean(-1)  # (gate, pos, unit) -> (gate, pos)
    return drawn


def _transformer(
    trace: Trace, stacks: tuple[str, ...], layer: int, head: int, n_layer: int
) -> Drawn:
    """The residual stream of every layer, and all of one block of every stack."""
    drawn = Drawn()
    n_head = len(trace.attentions[0].values)

    def take(name: str, texture: bool = False) -> None:
        if name in trace.records:
            drawn.take(trace[name], head, n_head, texture=texture)

    for stack in stacks:
        entrance = "" if stack == stacks[0] else f"{stack}."
        block = f"{stack}.{layer}"
        for part in ("embed", "positions"):
            take(f"{entrance}{part}", texture=True)
        for n in range(n_layer):
            take(f"{stack}.{n}.resid_pre")
        take(f"{stack}.{n_layer - 1}.resid_post")
        for part in ("norm_1.out", "resid_mid", "resid_cross", "norm_2.out", "resid_post"):
            take(f"{block}.{part}")
        for attention in (f"{block}.self_attn", f"{block}.cross_attn"):
            if f"{attention}.weights" in trace.records:
                for part in ("q", "k", "v", "mixed"):
                    take(f"{attention}.{part}", texture=True)
                take(f"{attention}.out")
                name = f"{attention}.weights"
                drawn.weights[name] = trace[name].values[head]
        take(f"{block}.ffn.act", texture=True)
        take(f"{block}.ffn.out")
    return drawn


def _answer_pos(trace: Trace, n_read: int) -> int:
    """The token whose guess is the answer: a translator's beginning, an encoder's first gap, of
    the others the last one that was typed."""
    if trace.traits.translates:
        return 0
    if not trace.traits.fills:
        return n_read - 1
    tokens = trace.tokens[trace.stream]
    gaps = [n for n, string in enumerate(tokens.strings) if string == GAP]
    typed = [n for n, special in enumerate(tokens.special) if not special]
    return (gaps or typed[-1:] or [0])[0]


def _guesses(trace: Trace) -> tuple[tuple[tuple[Guess, ...], ...], int]:
    """The likeliest words at each token that says something, and how many there are besides."""
    tokens = trace.tokens["target" if "target" in trace.tokens else trace.stream]
    by_row: dict[int, list[Guess]] = {}
    for guess in trace.top:
        by_row.setdefault(trace.traits.guess_row(guess.pos), []).append(guess)
    guesses = tuple(tuple(by_row.get(row, [])[:N_GUESSES]) for row in range(len(tokens)))
    return guesses, trace["logits"].values.shape[-1] - N_GUESSES


def liveliest(values: np.ndarray, n: int = N_CELLS) -> np.ndarray:
    """The numbers of the n units that reach furthest from 0 over all tokens, in their order.

    Args:
        values: (pos, unit).
    """
    reach = np.abs(values).max(0)
    return np.sort(np.argsort(-reach, kind="stable")[:n])


def main_look(flow: Flow, query: int) -> Look | None:
    """The largest weight of a word at the opened head, itself not left out; of a translator, of its
    look across.

    None for a recurrent model.
    """
    if not flow.drawn.weights:
        return None
    name, weights = list(flow.drawn.weights.items())[-1]
    key = int(weights[query].argmax())
    return Look(query, key, float(weights[query, key]), ".cross_attn" in name)
