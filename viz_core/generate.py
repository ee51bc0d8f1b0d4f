"""From probabilities to text: greedy, sampled and beam decoding, one step at a time.

Nothing here knows a model: a `Writer` reads a text, its `Prefix` says how likely every next token
is, and what is chosen is read on. So all architectures are decoded alike, in time that grows
linearly with the text, because a prefix costs what its new tokens cost.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from viz_core.analysis.beam import Beam, Node, way
from viz_core.errors import InputError
from viz_core.i18n import _
from viz_core.runners.base import Prefix, Writer

N_CANDIDATES = 20  # likeliest tokens that a step keeps
LONGEST = 200  # tokens of one generation
MAX_SECONDS = 5.0  # at a stretch
MAX_WIDTH = 8  # of a beam
STRATEGIES = ("greedy", "sample")
TEMPERATURES = (0.1, 5.0)


@dataclass(frozen=True)
class Settings:
    """How a token is chosen.

    Attributes:
        strategy: greedy takes the likeliest token; sample draws one.
        temperature: logits are divided by it before the softmax.
        top_k: draw from so many likeliest tokens; 0 for all.
        top_p: draw from the fewest likeliest tokens that together have this probability.
        seed: decides every draw; a draw depends on seed and place alone.

    Source: Fan et al. 2018 (top-k); Holtzman et al. 2020 (top-p).
    """

    strategy: str = "greedy"
    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.strategy not in STRATEGIES:
            raise InputError(
                _("There is no strategy {strategy} here. There are: {names}.").format(
                    strategy=repr(self.strategy), names=", ".join(STRATEGIES)
                )
            )
        least, most = TEMPERATURES
        for name, value, low, high in (
            ("temperature", self.temperature, least, most),
            ("top_k", self.top_k, 0, float("inf")),
            ("top_p", self.top_p, 0.01, 1),
            ("seed", self.seed, 0, float("inf")),
        ):
            if not low <= value <= high:
                raise InputError(
                    _("{name} is {value}; it must be from {low} to {high}.").format(
                        name=name, value=value, low=low, high=high
                    )
                )


class Candidate(NamedTuple):
    """A token that may come next.

    Attributes:
        prob: its probability among the whole vocabulary, as the model says.
        drawn: its probability once temperature, top-k and top-p have been applied; of greedy
            decoding 1 for the likeliest token.
    """

    token: int
    string: str
    prob: float
    drawn: float


@dataclass(frozen=True, eq=False)
class Step:
    """One token chosen.

    Attributes:
        place: how many tokens were chosen before.
        token, string, prob: the chosen token and its probability, as the model says.
        forced: it was chosen by hand.
        logprob: natural logarithm of the probability of all tokens chosen so far.
        entropy: of the model's distribution, in bits.
        candidates: the likeliest tokens, likeliest first, the chosen one among them.
        n_kept: tokens that could be drawn at all.
        n_others: tokens besides the candidates.
        attentions: where the model looked when it chose, name -> (head, key).
        n_read: tokens the model had read when it chose.
        last: the text is over: this token says so, or there is no room for another.
    """

    place: int
    token: int
    string: str
    prob: float
    forced: bool
    logprob: float
    entropy: float
    candidates: tuple[Candidate, ...]
    n_kept: int
    n_others: int
    attentions: Mapping[str, np.ndarray]
    n_read: int
    last: bool


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Logarithms of the softmax over the last axis, in double precision."""
    shifted = logits.astype(np.float64) - logits.max(-1, keepdims=True)
    logs: np.ndarray = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return logs


def filtered(logits: np.ndarray, settings: Settings) -> np.ndarray:
    """The probabilities that a token is drawn with, (vocab,) -> (vocab,).

    First the temperature, then top-k, then top-p; what is left is scaled to sum to 1.
    """
    if settings.strategy == "greedy":
        only = np.zeros(len(logits))
        only[logits.argmax()] = 1
        return only
    probs = np.exp(log_softmax(logits / np.float32(settings.temperature)))
    order = np.argsort(-probs, kind="stable")
    kept = np.ones(len(probs), bool)
    if settings.top_k:
        kept[settings.top_k :] = False
    ranked = np.where(kept, probs[order], 0)
    ranked /= ranked.sum()
    if settings.top_p < 1:
        kept &= np.cumsum(ranked) - ranked < settings.top_p  # the one that passes it stays
    ranked = np.where(kept, ranked, 0)
    out: np.ndarray = np.zeros_like(probs)
    out[order] = ranked / ranked.sum()
    return out


def draw(probs: np.ndarray, seed: int, place: int) -> int:
    """The token that a seed draws at a place."""
    dice = np.random.default_rng((seed, place)).random()
    return int(np.flatnonzero(probs)[np.searchsorted(np.cumsum(probs[probs > 0]), dice)])


@dataclass
class Writing:
    """A text being written: the steps so far, each computed when it is first asked for.

    Attributes:
        forced: place -> token chosen by hand.
        longest: most tokens that are written.
        prompt: the tokens behind which the model writes.
    """

    writer: Writer
    text: str
    settings: Settings = field(default_factory=Settings)
    forced: Mapping[int, int] = field(default_factory=dict)
    target: str = ""
    longest: int = LONGEST

    def __post_init__(self) -> None:
        self._prefix = self.writer.begin(self.text, self.target)
        self.prompt = self.writer.prompt(self.text, self.target)
        self._steps: list[Step] = []
        self._room = min(self.longest, self.writer.card.n_ctx - self._prefix.n_read)

    def steps(self, n: int) -> Sequence[Step]:
        """The first n steps, or as many as there are before the end, or could be made in time.

        Raises:
            InputError: the text leaves no room for a single token.
        """
        if self._room < 1:
            raise InputError(
                _("The text fills all {n} places of the model. Shorten it.").format(
                    n=self.writer.card.n_ctx
                )
            )
        until = time.monotonic() + MAX_SECONDS
        while len(self._steps) < n and not self.over and time.monotonic() < until:
            self._steps.append(self._next())
        return self._steps[:n]

    @property
    def over(self) -> bool:
        """Whether the last step that was made ended the text."""
        return bool(self._steps) and self._steps[-1].last

    def _next(self) -> Step:
        if self._steps:
            self._prefix = self._prefix.read(self._steps[-1].token)
        place = len(self._steps)
        logs = log_softmax(self._prefix.logits)  # (vocab,)
        drawn = filtered(self._prefix.logits, self.settings)
        forced = self.forced.get(place)
        if forced is not None and not 0 <= forced < len(logs):
            raise InputError(
                _("Token {token} is not one of 0 to {n}.").format(token=forced, n=len(logs) - 1)
            )
        token = draw(drawn, self.settings.seed, place) if forced is None else forced
        before = self._steps[-1].logprob if self._steps else 0.0
        probs = np.exp(logs)
        shown = likeliest(logs, N_CANDIDATES)
        if token not in shown:
            shown[-1] = token
        return Step(
            place,
            token,
            self.writer.string(token),
            float(probs[token]),
            forced is not None,
            before + float(logs[token]),
            float(-(probs * logs).sum() / np.log(2)),
            tuple(
                Candidate(i, self.writer.string(i), float(probs[i]), float(drawn[i])) for i in shown
            ),
            int((drawn > 0).sum()),
            len(logs) - len(shown),
            self._prefix.attentions,
            self._prefix.n_read,
            token == self.writer.end or place + 1 >= self._room,
        )


def branched(forced: Mapping[int, int], place: int, token: int) -> dict[int, int]:
    """What is forced if a token is chosen by hand at a place: choices after it are void."""
    return {n: i for n, i in forced.items() if n < place} | {place: token}


def likeliest(logs: np.ndarray, n: int) -> list[int]:
    """The n tokens of the highest scores, highest first."""
    n = min(n, len(logs))
    best = np.argpartition(-logs, n - 1)[:n]
    return [int(i) for i in best[np.argsort(-logs[best], kind="stable")]]


def greedy(writer: Writer, prefix: Prefix, longest: int = LONGEST) -> list[int]:
    """Always the likeliest token, until the end, so many or no time; nothing but the tokens."""
    tokens: list[int] = []
    until = time.monotonic() + MAX_SECONDS
    for _n in range(min(longest, writer.card.n_ctx - prefix.n_read)):
        token = int(prefix.logits.argmax())
        if token == writer.end or time.monotonic() > until:
            break
        tokens.append(token)
        prefix = prefix.read(token)
    return tokens


def length_penalty(n_tokens: int, alpha: float) -> float:
    """What a log-probability is divided by, so that longer texts have a chance; alpha 0: by 1.

    Source: Wu et al. 2016, eq. 14.
    """
    return float(((5 + n_tokens) / 6) ** alpha)


def beam_search(
    writer: Writer, prefix: Prefix, width: int, alpha: float = 0.6, longest: int = LONGEST
) -> Beam:
    """Keep the `width` best hypotheses of every round until all of them have ended.

    A hypothesis that has ended keeps its place in the beam as long as it is good enough. One that
    finds no room for another token stays as it is.

    Raises:
        InputError: the width is not from 1 to `MAX_WIDTH`.
    """
    if not 1 <= width <= MAX_WIDTH:
        raise InputError(
            _("The beam is {width} wide; it must be from 1 to {limit}.").format(
                width=width, limit=MAX_WIDTH
            )
        )
    nodes = [Node(None, 0, -1, "", 1.0, 0.0, 0.0, ended=False)]
    prefixes = {0: prefix}
    beam = [0]
    kept = {0}
    room = min(longest, writer.card.n_ctx - prefix.n_read)
    until = time.monotonic() + MAX_SECONDS
    for n in range(1, room + 1):
        if all(nodes[at].ended for at in beam) or time.monotonic() > until:
            break
        stay = [at for at in beam if nodes[at].ended]
        first = len(nodes)
        for at in beam:
            if not nodes[at].ended:
                nodes += _grown(
                    writer, at, nodes[at], log_softmax(prefixes[at].logits), width, alpha
                )
        ranked = sorted([*stay, *range(first, len(nodes))], key=lambda at: -nodes[at].score)
        beam = ranked[:width]
        kept.update(beam)
        prefixes = {
            at: prefixes[nodes[at].parent or 0].read(nodes[at].token)
            for at in beam
            if not nodes[at].ended and n < room
        }
    best = way(nodes, beam[0])
    marked = [replace(node, kept=at in kept, best=at in best) for at, node in enumerate(nodes)]
    return Beam(tuple(marked), tuple(beam))


def _grown(
    writer: Writer, parent: int, node: Node, logs: np.ndarray, width: int, alpha: float
) -> Iterator[Node]:
    """The likeliest ways to go on from a hypothesis; no more than `width` can stay in the beam."""
    n = node.round + 1
    for token in likeliest(logs, width):
        logprob = node.logprob + float(logs[token])
        yield Node(
            parent,
            n,
            token,
            writer.string(token),
            float(np.exp(logs[token])),
            logprob,
            logprob / length_penalty(n, alpha),
            ended=token == writer.end,
        )
