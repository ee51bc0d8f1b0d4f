"""Visitors share: the same request runs the model once, however many ask at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from viz_core import Request, load
from viz_core.ui.cache import N_MADE, N_TRACES, cached, cached_trace, traced


@pytest.fixture
def forwards(monkeypatch):
    runner, calls = load("decoder-stories"), []
    plain = runner.logits
    monkeypatch.setattr(runner, "logits", lambda encoded: calls.append(1) or plain(encoded))
    traced.clear()
    return calls


def test_twenty_identical_requests_run_the_model_once(forwards):
    with ThreadPoolExecutor(20) as pool:
        ask = lambda _: cached_trace("decoder-stories", Request("Tom is a cat"))  # noqa: E731
        traces = list(pool.map(ask, range(20)))
    assert len(forwards) == 1
    assert all(trace is traces[0] for trace in traces)


def test_a_figure_is_drawn_once_for_its_inputs_and_language():
    from viz_core.i18n import speaking

    drawn = []

    def draw(n):
        drawn.append(n)
        return object()

    first = cached(draw, n=1)
    assert cached(draw, n=1) is first
    with speaking("zh"):
        assert cached(draw, n=1) is not first
    assert len(drawn) == 2


def test_the_caches_are_bounded(forwards):
    assert N_TRACES <= 64
    assert N_MADE <= 512
    for n in range(N_TRACES + 1):
        cached_trace("decoder-stories", Request(f"cat {n}", want=("logits",)))
    cached_trace("decoder-stories", Request("cat 0", want=("logits",)))  # fell out, runs again
    assert len(forwards) == N_TRACES + 2
