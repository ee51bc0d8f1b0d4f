"""The load test of a lecture: every phone is told what it should be, behind nginx where it is."""

import json
import os
import shutil
import subprocess
import sys

from served import ROOT

PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"
N = 4


def lecture(*arguments):
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return subprocess.run(
        [sys.executable, "-m", "load.lecture", *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
    )


def test_a_lecture_is_held_and_measured():
    processes = "2" if shutil.which("nginx", path=PATH) else "1"
    few = ["--followers", str(N), "--changes", "2", "--every", "0.5", "--within", "1"]
    ended = lecture(*few, "--processes", processes, "--json")
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    counted = {one["what"]: one["n"] for one in told["waits"]}
    assert counted == {
        "join": N, "follow": 2 * N, "question": N, "vote": N, "answer": N, "go on": N,
    }  # fmt: skip
    for one in told["waits"]:
        assert 0 < one["p50"] <= one["p95"] <= one["most"]


def test_what_can_not_be_done_is_told():
    assert lecture("--address", "http://example.org").returncode == 2
    nobody = lecture("--address", "http://127.0.0.1:9")
    assert nobody.returncode == 1
    assert "Connect" in nobody.stderr
