"""The browser's modules are linted where the browser sees them: a folder a view, side by side."""

import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KIT = ROOT / "viz_core" / "ui" / "frontend"
FOLDERS = sorted({path.parent for path in ROOT.glob("viz_core/**/*.js")})
SERVED = {".js", ".css", ".html", ".svg"}


@pytest.fixture
def served(tmp_path):
    """The folders by the names that they have in addresses, see `viz_core.ui.browser`."""
    for folder in FOLDERS:
        name = "kit" if folder == KIT else folder.name
        shutil.copytree(folder, tmp_path / f"viz_core.{name}")
    return tmp_path


def lint(folder):
    scripts = sysconfig.get_path("scripts")
    oxlint = shutil.which("oxlint", path=scripts) or shutil.which("oxlint")
    assert oxlint, "no oxlint: run make check, which installs it"
    command = [oxlint, "--config", ROOT / ".oxlintrc.json", "--format", "unix", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_the_scripts_are_clean(served):
    status, said = lint(served)
    assert status == 0, said


@pytest.mark.parametrize(
    ("script", "line", "becomes", "rule"),
    [
        ("flow/flow", "import { Picture }", "import { Pictures as Picture }", "import(named)"),
        ("flow/flow", "import { inkOn, ", "import { inksOn as inkOn, ", "import(named)"),
        ("flow/flow", 'import { tipOf } from "./tip.js"\n', "", "no-undef"),
        ("flow/plan", "const FOOT", "const SPARE = 1\nconst FOOT", "no-unused-vars"),
        ("kit/cards", "function show(", "function newest() {}\nfunction show(", "been declared"),
    ],
)
def test_a_slip_is_found(served, script, line, becomes, rule):
    path = served / f"viz_core.{script}.js"
    text = path.read_text("utf-8")
    assert text.count(line) == 1
    path.write_text(text.replace(line, becomes), "utf-8")
    status, said = lint(served)
    assert status
    assert rule in said, said


def test_every_import_leads_to_a_module(served):
    """The linter passes over an address that leads nowhere."""
    for path in served.glob("*/*.js"):
        for address in re.findall(r'from "(.*?)"', path.read_text("utf-8")):
            assert (path.parent / address).is_file(), f"{path.name} imports {address}"


def test_nothing_else_is_served():
    """Whoever knows an address gets any file of these folders."""
    assert {path.suffix for folder in FOLDERS for path in folder.iterdir()} <= SERVED
