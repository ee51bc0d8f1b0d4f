"""`pip install .` brings everything along: a wheel is built, installed apart, used elsewhere."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

from viz_core.registry import MODELS

ROOT = Path(__file__).parents[1]
SHIPPED = ("app.py", "pages", "checkpoints", ".streamlit")  # from beside viz_core
MODEL = "decoder-stories"

# Run as one process, that loads torch once: where things are found, then the commands one by one
LOOK = """
import json, runpy, sys
from pathlib import Path
import viz_core
from viz_core import checkpoints, errors, places, tour
from viz_core.i18n import _, speaking
from viz_core.ui.show import source_of

prefix = Path(sys.prefix).resolve()
for found in (viz_core.__file__, checkpoints.FOLDER, tour.PAGES, tour.FOLDER):
    assert Path(found).resolve().is_relative_to(prefix), found
assert places.INSTALLED
assert "def filtered" in source_of("viz_core/generate/choice.py", "filtered")
assert all(tour.read_tour(name, "zh").stops for name in tour.tour_names())
with speaking("zh"):
    assert _("Layer") == "层"
for sys.argv[1:] in json.loads(sys.argv[1]):
    try:
        runpy.run_module("viz_core", run_name="__main__")
    except SystemExit as ended:
        print("status", ended.code)
"""
COMMANDS = (
    ("trace", "--model", MODEL, "--text", "Tom is a cat", "--json"),
    ("generate", "--model", MODEL, "--text", "Tom is a cat. Tom's favorite food is", "--n", "1"),
    ("check", "--model", MODEL),
    ("train", "--model", MODEL, "--corpus", "."),
)


def call(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, **more)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of the files as they stand now."""
    folder = tmp_path_factory.mktemp("wheel")
    built = call(
        *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"),
        *("--wheel-dir", folder, ROOT),
    )
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    yield path
    path.unlink()


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The interpreter of an environment that has this wheel, and borrows what it depends on."""
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    made = call(sys.executable, "-m", "venv", "--without-pip", folder)
    assert made.returncode == 0, made.stderr
    python = folder / "bin" / "python"
    (packages,) = folder.glob("lib/python*/site-packages")
    # Folders in a .pth come last, and the .pth files within them (the editable install) don't count
    lent = [path for path in sys.path if path.endswith("-packages")]
    (packages / "lent.pth").write_text("\n".join(lent))
    put = call(
        *(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps"),
        *("--no-index", "--no-compile", "--ignore-installed", wheel),
    )
    assert put.returncode == 0, put.stderr
    yield python
    shutil.rmtree(folder)  # else pytest keeps three of them


def test_everything_is_in_the_wheel(wheel):
    listed = call("git", "ls-files", "viz_core", *SHIPPED, cwd=ROOT).stdout.splitlines()
    wanted = {
        name if name.startswith("viz_core/") else f"attention_atlas/{name}"
        for name in listed
        if (ROOT / name).is_file()
    }
    found = {n for n in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in n}
    assert len(wanted) > 200
    assert wanted <= found
    assert {name.split("/")[0] for name in found} == {"viz_core", "attention_atlas"}


def test_the_commands_run_elsewhere(installed, tmp_path):
    listed = call(installed.with_name("attention-atlas"), "models", "--json", cwd=tmp_path)
    assert {card["model_id"] for card in json.loads(listed.stdout)} == set(MODELS)
    done = call(installed, "-c", LOOK, json.dumps(COMMANDS), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    traced, generated, proved = done.stdout.split("status")[:3]
    assert json.loads(traced)["tokens"] == {"text": ["[EOT]", "Tom", " is", " a", " cat"]}
    assert "fish" in generated
    assert "rows sum to 1" in proved
    assert re.findall(r"status (\d)", done.stdout) == ["0", "0", "0", "2"]
    assert "holds an installed package. Run it in a checkout" in done.stderr


def test_the_app_is_served_from_elsewhere(installed, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [installed, "-m", "viz_core", "serve", "--no-browser", "--port", str(port)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        said = server.stdout.readline()  # the script health check has run app.py by then
        assert f"Attention Atlas is at http://localhost:{port}" in said
        with urllib.request.urlopen(f"http://localhost:{port}/attention", timeout=30) as answer:
            assert answer.status == 200
        script = f"http://localhost:{port}/_stcore/bidi-components/viz_core.flow/plan.js"
        with urllib.request.urlopen(script, timeout=30) as answer:
            assert b"export function planOf" in answer.read()
    finally:
        server.terminate()
        assert server.wait(30) == 0
