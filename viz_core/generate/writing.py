"""A text written step by step, each step with all that led to its token."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from viz_core.errors import InputError
from viz_core.generate import limits
from viz_core.generate.choice import Settings, draw, filtered, likeliest, log_softmax
from viz_core.i18n import _
from viz_core.runners.base import Prefix, Writer

N_CANDIDATES = 20  # likeliest tokens that a step keeps


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
        ended: this token says that the text is over.
        last: the text is over, because it ended or because it was cut: it has as many tokens as
            were asked for, or there is no room for another.
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
    ended: bool
    last: bool


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
    longest: int = limits.LONGEST

    def __post_init__(self) -> None:
        self._begun = self._prefix = self.writer.begin(self.text, self.target)
        self.prompt = self.writer.prompt(self.text, self.target)
        self._steps: list[Step] = []

    def steps(self, n: int, each: Callable[[], object] = lambda: None) -> Sequence[Step]:
        """The first n steps, or as many as there are before the end.

        Args:
            each: called after every step that is made now, for a progress bar.

        Raises:
            InputError: the text leaves no room for a single token.
        """
        room = limits.room_behind(self.writer, self._begun, self.longest)
        while len(self._steps) < n and not self.over:
            self._steps.append(self._next(room))
            each()
        return self._steps[:n]

    @property
    def n_made(self) -> int:
        """How many steps are made so far."""
        return len(self._steps)

    @property
    def over(self) -> bool:
        """Whether the last step that was made ended the text."""
        return bool(self._steps) and self._steps[-1].last

    def _next(self, room: int) -> Step:
        """The step behind those that there are, of at most so many."""
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
            token == self.writer.end,
            token == self.writer.end or place + 1 >= room,
        )


def branched(forced: Mapping[int, int], place: int, token: int) -> dict[int, int]:
    """What is forced if a token is chosen by hand at a place: choices after it are void."""
    return {n: i for n, i in forced.items() if n < place} | {place: token}


def greedy(writer: Writer, prefix: Prefix, longest: int = limits.LONGEST) -> list[int]:
    """Always the likeliest token, until the end or so many; nothing but the tokens."""
    tokens: list[int] = []
    for _n in range(min(longest, writer.card.n_ctx - prefix.n_read)):
        token = int(prefix.logits.argmax())
        if token == writer.end:
            break
        tokens.append(token)
        prefix = prefix.read(token)
    return tokens
