"""How much of what a step of the story models holds, and when in a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mixture:
    """How much of what stands in one step.

    Attributes:
        real_tokens, recall_tokens: tokens of a step from real text and from recall stories.
        n_ctx: longest row.
        copy_until: share of the run in which half of a step is random tokens to be copied, the rest
            real text.
        terse_until: share of the run up to which all there is are terse recall stories, whose
            small words come back one by one.
        near_until: share of the run up to which recall stories grow from none to `max_between`
            sentences between fact and question.
        single_from: share of the run from which two of three steps tell stories of one fact, with
            a distance that grows once more until `single_far`.
        known_names: share of recall stories whose names are all of the trained ones; in the others
            most are invented.
        at_once: share of the steps with stories of one fact that ask right behind it.
        fact_tokens: tokens of a step from generated sentences on how things are.
        pair_share: share of the encoder's steps whose real text is pairs of single sentences.
        real_from: share of the run from which half of the recall stories make room for real text.
    """

    real_tokens: int = 3072
    recall_tokens: int = 1280
    n_ctx: int = 256
    copy_until: float = 0.08081
    terse_until: float = 0.1702
    near_until: float = 0.34468
    single_from: float = 0.38298
    single_far: float = 0.65106
    real_from: float = 0.76596
    max_between: int = 20
    max_facts: int = 4
    known_names: float = 1.0
    at_once: float = 0.0
    fact_tokens: int = 0
    pair_share: float = 0.0

    def recall_share(self, now: float) -> int:
        """Tokens of recall stories in a step, at this share of the run."""
        return self.recall_tokens if now < self.real_from else self.recall_tokens // 2


def passed(now: float, begin: float, end: float) -> float:
    """How much of the way from begin to end is done, 0 to 1; all of it where there is no way."""
    return 1.0 if now >= end else max(0.0, (now - begin) / (end - begin))
