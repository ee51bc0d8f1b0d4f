"""No result depends on the clock: with one that jumps, every text is the same."""

import ast
import itertools
import time
from pathlib import Path

import pytest

from viz_core.generate import Settings, Writing, beam_search, greedy
from viz_core.registry import load, writer
from viz_core.runners.base import Request
from viz_core.training import evaluate
from viz_core.training.pairs import Pair

ROOT = Path(__file__).parents[1]
COFFEE = "她每天早上喝咖啡。"
TEXTS = {
    "decoder-stories": "Once upon a time",
    "lstm-stories": "Tom is",
    "transformer-zh-en": COFFEE,
}
CLOCKS = ("time", "monotonic", "perf_counter", "process_time", "thread_time")
# what measures how long something takes, shows something at a pace, or ends an idle room
MAY_LOOK = {
    "viz_core/bench/timing.py",
    "viz_core/cost.py",
    "viz_core/lessons/cost/rounds.py",
    "viz_core/lessons/scale/continued.py",
    "viz_core/runners/local.py",
    "viz_core/store/questions.py",
    "viz_core/store/rooms.py",
    "viz_core/training/loop.py",
    "viz_core/ui/running.py",
}


@pytest.fixture
def jumping_clock(monkeypatch):
    """Every look at a clock finds it an hour later."""

    def jump():
        hours = itertools.count()
        for name in CLOCKS:
            monkeypatch.setattr(time, name, lambda: 3600.0 * next(hours))
            monkeypatch.setattr(time, f"{name}_ns", lambda: 3600 * 10**9 * next(hours))

    return jump


def written(model):
    """What each strategy writes."""
    it, text = writer(model), TEXTS[model]
    beam = beam_search(it, it.begin(text), 4, longest=30)
    drawn = Writing(it, text, Settings("sample", 1.2, 40, 0.9, 7)).steps(30)
    steps = Writing(it, text).steps(30)
    return (
        greedy(it, it.begin(text), 60),
        [step.token for step in steps],
        [step.token for step in drawn],
        [beam.tokens(node) for node in beam.finished],
        load(model).run(Request(text)).top,
    )


@pytest.mark.parametrize("model", TEXTS)
def test_every_strategy_writes_the_same_however_late_it_is(model, jumping_clock):
    before = written(model)
    jumping_clock()
    assert written(model) == before


def test_a_translation_and_its_score_are_whole_however_late_it_is(jumping_clock):
    jumping_clock()
    it = writer("transformer-zh-en")
    assert it.decode(greedy(it, it.begin(COFFEE))) == "She drinks coffee every morning."
    found = evaluate.translation(it, [Pair(COFFEE, "She drinks coffee every morning.")])
    assert found.bleu == pytest.approx(100)
    assert (found.n, found.n_cut, found.n_left_out) == (1, 0, 0)


def test_only_what_measures_time_looks_at_a_clock():
    looking = set()
    for path in ROOT.glob("viz_core/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module]
            if "time" in names:
                looking.add(path.relative_to(ROOT).as_posix())
    assert looking == MAY_LOOK
