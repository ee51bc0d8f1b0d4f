"""The load test itself: its visitors see what a browser would, and it says what it measured."""

import json
import os
import subprocess
import sys

import pytest
from served import ROOT, Server

from load.clicks import CLICKS
from load.cpu import PROC
from load.crowd import percentile
from load.widgets import Widget


@pytest.fixture(scope="module")
def server():
    running = Server()
    yield running
    running.stop()


def load(*arguments):
    """The command as `make load` runs it: in a process and an event loop of its own."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    command = [sys.executable, "-m", "load", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True
    )


@pytest.mark.parametrize("own", [[], ["--own"]])
def test_clicks_change_what_is_shown_and_are_measured(server, own):
    few = ["--visitors", "2", "--clicks", "2", "--every", "0.1", "--pages", "attention", *own]
    address = f"http://127.0.0.1:{server.port}"
    ended = load(*few, "--json", "--address", address, "--pid", str(server.process.pid))
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["plan"] == {"visitors": 2, "every": 0.1, "clicks": 2, "own": bool(own)}
    (cost,) = told["pages"]
    assert cost["page"] == "attention"
    assert cost["clicks"] == 4
    assert cost["changed"] == 1
    assert 0 < cost["p50"] <= cost["p95"]
    assert 0 < cost["load_p50"] <= cost["load_p95"]
    assert cost["n_bytes"] > 10_000
    assert cost["load_bytes"] > 10_000
    assert (cost["cpu"] is not None) == PROC.is_dir()


def test_every_page_is_clicked():
    assert set(CLICKS) == {path.stem for path in (ROOT / "pages").glob("*.py")}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--address", "http://example.org"],
        ["--address", "https://127.0.0.1:8501"],
        ["--visitors", "100000"],
        ["--every", "0"],
        ["--pages", "nowhere"],
    ],
)
def test_what_it_does_not_do(arguments):
    ended = load(*arguments)
    assert ended.returncode == 2
    assert "error: " in ended.stderr


def test_a_page_that_does_not_answer_is_told():
    ended = load("--pages", "cost", "--address", "http://127.0.0.1:9")
    assert ended.returncode == 1
    assert ended.stderr.startswith("cost: ")


def test_a_click_goes_round():
    layer = Widget("$$ID-0af-layer", "string_array_value", ("1",), ("0",), "layer", ("0", "1"))
    assert layer.key == "layer"
    assert layer.next_value == ("0",)
    none = Widget("$$ID-0af-hidden", "string_array_value", (), (), "hidden", ("Tom", " is"))
    assert none.next_value == ("Tom",)
    assert Widget("$$ID-0af-word", "double_value", 3.0, 3.0, most=3).next_value == 0
    assert Widget("$$ID-0af-reverse", "bool_value", False, False).next_value is True
    with pytest.raises(ValueError, match="text: a click"):
        Widget("$$ID-0af-text", "string_value", "Tom", "Tom").next_value  # noqa: B018


def test_percentiles():
    assert percentile([2.0], 95) == 2
    assert percentile([float(n) for n in range(101)], 95) == 95
