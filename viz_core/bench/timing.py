"""Texts of exactly so many tokens, and what a call takes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from viz_core.runners.base import Card, Request
from viz_core.runners.local import LocalRunner

WORDS = "the cat saw a dog and the dog saw a cat in the park "  # one token each
CHINESE_WORDS = "猫。狗，"  # one token each, and none with the next


def request_of(runner: LocalRunner, n_tokens: int) -> Request:
    """A request of exactly so many tokens; of a model with two texts, in each of them."""
    two = runner.card.traits.translates
    return Request(text_of(runner, n_tokens), text_of(runner, n_tokens) if two else None)


def text_of(runner: LocalRunner, n_tokens: int) -> str:
    """A text that the runner reads as exactly so many tokens, special ones counted."""
    form = len(runner.encode(words(runner.card, 1)).ids) - 1
    return words(runner.card, n_tokens - form)


def words(card: Card, n: int) -> str:
    """So many tokens of text in the language that a model reads."""
    if card.language == "zh" and not card.traits.translates:
        return (CHINESE_WORDS * n)[:n]
    return " ".join((WORDS * n).split()[:n])


def timed(call: Callable[[], Any]) -> float:
    """Seconds of one call."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def alternate(
    one: Callable[[], Any], other: Callable[[], Any], rounds: int = 60
) -> tuple[float, float]:
    """Median seconds of two calls taken turn by turn, so that noise falls on both."""
    for _ in range(5):
        one(), other()
    pairs = [(timed(one), timed(other)) for _ in range(rounds)]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)
