"""How a text flows through a model: what the picture on the Home page is drawn from.

Widths are lengths of vectors, attention weights, mean gate values and measured influences, each
under the name of its record; textures are the first numbers of a vector. Nothing is invented for
the picture, and nothing of the trace but these is sent to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from viz_core.trace import Guess, Tokens, Trace

N_CELLS = 32  # numbers of a vector that are drawn as its texture
N_GUESSES = 5  # likeliest words that are drawn for a place
RECURRENT = ("rnn", "lstm")
SHIFT = "occlusion.shift"


@dataclass(frozen=True)
class Flow:
    """What one forward pass left, reduced to what is drawn.

    Attributes:
        layer, head: the block that is opened; 0 for a recurrent model, which shows all layers.
        stacks: name of each stack -> the stream of its tokens, in the order of the flow.
        lengths: record name -> length of each token's vector, (pos,).
        cells: record name -> `N_CELLS` or fewer numbers of each token's vector, (pos, cell).
        weights: record name -> attention of the opened head, (query, key).
        gates: record name -> mean of each gate over the units, (gate, pos), in the order i f g o.
        influence: how far the last state moves without each token, by its own length, (pos,);
            None where it was not measured.
        guesses: for each token of the stream that says something, the likeliest words after it
            (an encoder: in its place).
        n_rest: tokens of the vocabulary besides those guesses.
        asked: the token whose guess is the answer.
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
    lengths: Mapping[str, np.ndarray]
    cells: Mapping[str, np.ndarray]
    weights: Mapping[str, np.ndarray]
    gates: Mapping[str, np.ndarray]
    influence: np.ndarray | None
    guesses: tuple[tuple[Guess, ...], ...]
    n_rest: int
    asked: int
    n_read: int

    @property
    def said(self) -> Tokens:
        """The tokens of the stream about which the model says something."""
        return self.tokens[list(self.stacks.values())[-1]]

    @property
    def answer(self) -> Guess | None:
        """The likeliest word at the place asked for."""
        found = self.guesses[self.asked]
        return found[0] if found else None


def flow(trace: Trace, layer: int = 0, head: int = 0, n_read: int | None = None) -> Flow:
    """Reduce a trace to what is drawn, one block of it opened.

    Args:
        trace: every record of a pass that guessed everywhere; of a recurrent model with the
            measure `shift`, if its influences shall be drawn.
        layer, head: the block and the head that are opened; recurrent models have no choice.
        n_read: tokens that were typed, where the model wrote on; by default all.

    Raises:
        ValueError: there is no such layer or head.
    """
    build = _recurrent if trace.kind in RECURRENT else _transformer
    return build(trace, layer, head, len(trace.tokens[trace.stream]) if n_read is None else n_read)


def _recurrent(trace: Trace, _layer: int, _head: int, n_read: int) -> Flow:
    """Every layer of a recurrent network: embedding, states, cells, gates."""
    n_layer = sum(record.name.endswith(".h") for record in trace)
    names = ["embed"]
    for n in range(n_layer):
        names += [f"{trace.kind}.{n}.{part}" for part in ("h", "c")]
    found = [name for name in names if name in trace.records]
    gates = [f"lstm.{n}.gates" for n in range(n_layer) if trace.kind == "lstm"]
    return Flow(
        trace.model_id,
        trace.kind,
        0,
        0,
        n_layer,
        0,
        {trace.kind: trace.stream},
        trace.tokens,
        {name: _lengths(trace[name].values) for name in found},
        {name: _first(trace[name].values) for name in found},
        {},
        {name: trace[name].values.mean(-1) for name in gates},
        trace[SHIFT].values if SHIFT in trace.records else None,
        *_guesses(trace),
        n_read - 1,
        n_read,
    )


def _transformer(trace: Trace, layer: int, head: int, n_read: int) -> Flow:
    """The residual stream of every layer, and all of one block of every stack."""
    stacks = {
        stack: trace[f"{stack}.0.resid_pre"].streams["pos"]
        for stack in ("encoder", "decoder")
        if f"{stack}.0.resid_pre" in trace.records
    }
    n_layer = sum(record.name.endswith(".resid_pre") for record in trace) // len(stacks)
    last = next(iter(stacks))
    n_head = len(trace[f"{last}.0.self_attn.weights"].values)
    if not (0 <= layer < n_layer and 0 <= head < n_head):
        raise ValueError(
            f"layer {layer}, head {head} is not one of {n_layer} layers, {n_head} heads"
        )
    lengths: dict[str, np.ndarray] = {}
    cells: dict[str, np.ndarray] = {}
    weights: dict[str, np.ndarray] = {}

    def take(name: str, values: np.ndarray, texture: bool = True) -> None:
        lengths[name] = _lengths(values)
        if texture:
            cells[name] = _first(values)

    for stack in stacks:
        entrance = "decoder." if stack == "decoder" and len(stacks) > 1 else ""
        for part in ("embed", "positions"):
            if f"{entrance}{part}" in trace.records:
                take(f"{entrance}{part}", trace[f"{entrance}{part}"].values)
        for n in range(n_layer):
            take(f"{stack}.{n}.resid_pre", trace[f"{stack}.{n}.resid_pre"].values, texture=False)
        block = f"{stack}.{layer}"
        for part in ("norm_1.out", "resid_mid", "resid_cross", "norm_2.out", "resid_post"):
            if f"{block}.{part}" in trace.records:
                take(f"{block}.{part}", trace[f"{block}.{part}"].values, texture=False)
        take(
            f"{stack}.{n_layer - 1}.resid_post",
            trace[f"{stack}.{n_layer - 1}.resid_post"].values,
            texture=False,
        )
        for attention in (f"{block}.self_attn", f"{block}.cross_attn"):
            if f"{attention}.weights" not in trace.records:
                continue
            for part in ("q", "k", "v", "mixed"):
                values = trace[f"{attention}.{part}"].values  # (head, pos, d_head)
                own = head * len(values) // n_head  # heads may share keys and values
                take(f"{attention}.{part}", values[own])
            weights[f"{attention}.weights"] = trace[f"{attention}.weights"].values[head]
            take(f"{attention}.out", trace[f"{attention}.out"].values, texture=False)
        act = trace[f"{block}.ffn.act"].values
        lengths[f"{block}.ffn.act"] = _lengths(act)
        cells[f"{block}.ffn.act"] = act[:, liveliest(act)]
        take(f"{block}.ffn.out", trace[f"{block}.ffn.out"].values, texture=False)
    guesses, n_rest = _guesses(trace)
    return Flow(
        trace.model_id,
        trace.kind,
        layer,
        head,
        n_layer,
        n_head,
        stacks,
        trace.tokens,
        lengths,
        cells,
        weights,
        {},
        None,
        guesses,
        n_rest,
        _asked(trace, n_read),
        n_read,
    )


def liveliest(values: np.ndarray, n: int = N_CELLS) -> np.ndarray:
    """The numbers of the n units that reach furthest from 0 over all tokens, in their order.

    Args:
        values: (pos, unit).
    """
    reach = np.abs(values).max(0)
    return np.sort(np.argsort(-reach, kind="stable")[:n])


def _asked(trace: Trace, n_read: int) -> int:
    """The token whose guess is the answer: an encoder's first [MASK], a translator's beginning,
    else the last one that was typed."""
    if trace.kind == "encoder-decoder":
        return 0
    if trace.kind == "decoder":
        return n_read - 1
    tokens = trace.tokens[trace.stream]
    masks = [n for n, string in enumerate(tokens.strings) if string == "[MASK]"]
    typed = [n for n, special in enumerate(tokens.special) if not special]
    return (masks or typed[-1:] or [0])[0]


def _guesses(trace: Trace) -> tuple[tuple[tuple[Guess, ...], ...], int]:
    """The likeliest words at each token that says something, and how many there are besides."""
    said = trace.tokens["target" if "target" in trace.tokens else trace.stream]
    at: dict[int, list[Guess]] = {}
    for guess in trace.top:
        at.setdefault(guess.pos - (trace.kind != "encoder"), []).append(guess)
    found = tuple(tuple(at.get(n, [])[:N_GUESSES]) for n in range(len(said)))
    return found, trace["logits"].values.shape[-1] - N_GUESSES


def _lengths(values: np.ndarray) -> np.ndarray:
    """Length of each token's vector, (pos, d) -> (pos,)."""
    lengths: np.ndarray = np.linalg.norm(values.astype(np.float64), axis=-1).astype(np.float32)
    return lengths


def _first(values: np.ndarray) -> np.ndarray:
    """The first numbers of each token's vector, (pos, d) -> (pos, cell)."""
    return values[:, :N_CELLS]


def strongest_look(flow: Flow) -> tuple[str, int, int, float] | None:
    """The sharpest look at another word from the place asked for: record, query, key, weight.

    Of a translator the look across. None for a recurrent model, or where there is one word only.
    """
    for name, weights in reversed([*flow.weights.items()]):
        crosses = ".cross_attn" in name
        row = weights[flow.asked].copy()
        if not crosses:
            row[flow.asked] = 0
        if row.max(initial=0) > 0:
            key = int(row.argmax())
            return name, flow.asked, key, float(row[key])
    return None
