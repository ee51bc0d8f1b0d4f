"""The README tells the truth: its tables are the app's, its commands run, its Python works."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from viz_core import card, model_ids
from viz_core.generate import beam_search, greedy
from viz_core.registry import MODELS, childhood, writer

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in README.splitlines()
    if line.startswith("|")
]


def row(first):
    return next(cells for cells in ROWS if cells[0].strip("`[]").startswith(first))


def test_every_page_stands_in_the_readme():
    for page in (ROOT / "pages").glob("*.py"):
        assert any(f"pages/{page.name}" in " ".join(cells) for cells in ROWS), page.name
    for name in re.findall(r"pages/(\w+\.py)", README):
        assert (ROOT / "pages" / name).is_file()


@pytest.mark.parametrize("model_id", MODELS)
def test_every_model_stands_in_the_readme_with_its_measured_quality(model_id):
    line = " ".join(row(model_id))
    one = card(model_id)
    assert f"{one.n_params / 1e6:.2f} M" in line
    metrics = one.metrics
    if "perplexity" in metrics:
        assert f"{metrics['perplexity']['bits_per_char']:.3f}" in line
        assert f"{metrics['kneser_ney_4gram']['bits_per_char']:.3f}" in line
    if "masked_token" in metrics:
        assert f"{metrics['masked_token']['accuracy']:.1%}" in line
    if "naming" in metrics:
        assert f"{metrics['naming']['accuracy']:.1%}" in line
    if "translation" in metrics:
        assert f"{metrics['translation']['bleu_lowercase']:.1f}" in line
        assert f"{metrics['translation']['chrf']:.1f}" in line


@pytest.mark.parametrize("model_id", MODELS)
def test_a_checkpoint_is_complete(model_id):
    folder = ROOT / "checkpoints" / model_id
    names = {path.name for path in folder.iterdir()}
    text = {"README.md", "config.json", "loss.csv", "metrics.json", "tokenizer.json"}
    assert names - {"young"} == text | {"model.safetensors"}
    n_params = card(model_id).n_params
    assert n_params <= 8e6
    sizes = [path.stat().st_size for path in folder.iterdir() if path.is_file()]
    assert sum(sizes) < 4.5 * n_params + 1e6
    for step in childhood(model_id):
        young = folder / "young" / f"{step}.safetensors"
        assert young.stat().st_size < 2.1 * n_params + 1e5  # half precision
    metrics = card(model_id).metrics
    sees = MODELS[model_id].lesson == "pictures"
    translates = card(model_id).kind == "encoder-decoder"
    assert metrics["naming" if sees else "translation" if translates else "recall"]


def test_quality_is_what_was_asked_for():
    decoder, encoder = card("decoder-stories").metrics, card("encoder-stories").metrics
    assert decoder["perplexity"]["bits_per_char"] <= 1.05
    assert decoder["perplexity"]["bits_per_char"] < decoder["kneser_ney_4gram"]["bits_per_char"]
    assert encoder["masked_token"]["accuracy"] >= 0.45
    translation = card("transformer-zh-en").metrics["translation"]
    assert translation["bleu_lowercase"] >= 20
    assert translation["chrf"] >= 38
    assert translation["n"] >= 1000


@pytest.mark.parametrize(
    ("source", "targets"),
    [
        ("我正在吃饭。", ("I'm eating.", "I am eating.")),
        ("汤姆是一只猫。", ("Tom is a cat.",)),
        ("Tom is a cat.", ("Tom is a cat.",)),
    ],
)
def test_the_lectures_sentences_are_translated(source, targets):
    it = writer("transformer-zh-en")
    assert it.decode(greedy(it, it.begin(source))) in targets
    beam = beam_search(it, it.begin(source), 5)
    best = [token for token in beam.tokens(beam.finished[0]) if token != it.end]
    assert it.decode(best) in targets


STORY_WRITERS = "rnn-stories lstm-stories gru-stories decoder-stories llama-stories".split()


def test_causal_story_models_are_trained_alike():
    from viz_core.training.recipes import RECIPES

    causal = [card(m) for m in STORY_WRITERS]
    for generation in (1, 2):
        made = [one.metrics["training"] for one in causal]
        tokens = [one["tokens"] for one in made if one.get("generation", 1) == generation]
        assert max(tokens) / min(tokens) < 1.001
    sizes = [one.n_params for one in causal]
    assert max(sizes) / min(sizes) < 1.25
    for one in causal:
        recipe, other = RECIPES[one.model_id], RECIPES["decoder-stories"]
        assert (recipe.objective, recipe.mixture) == (other.objective, other.mixture)
        if one.metrics["training"].get("generation", 1) == recipe.generation:
            assert one.metrics["training"]["steps"] == recipe.plan.n_steps


def test_position_models_differ_in_nothing_but_positions():
    from dataclasses import replace

    from viz_core.training.recipes import RECIPES

    alike = [card(m) for m in model_ids(lesson="positions")]
    assert len(alike) == 5
    assert len({one.metrics["training"]["tokens"] for one in alike}) == 1
    recipes = [RECIPES[one.model_id] for one in alike]
    assert len({recipe.config.positions for recipe in recipes}) == 5
    assert len({replace(recipe.config, positions="none") for recipe in recipes}) == 1
    assert len({(r.objective, r.mixture, r.plan, r.stored) for r in recipes}) == 1
    for one in alike:
        folder = ROOT / "checkpoints" / one.model_id
        assert (folder / "model.safetensors").stat().st_size <= 4e6


def test_recall_stands_beside_chance():
    decoder, lstm = (
        {(c["n_facts"], c["n_between"]): c for c in card(m).metrics["recall"]}
        for m in ("decoder-stories", "lstm-stories")
    )
    assert all(cell["accuracy"] >= 0.95 for (n, _), cell in decoder.items() if n == 1)
    assert all(cell["accuracy"] >= 0.8 for (n, _), cell in decoder.items() if n == 3)
    assert all(c["accuracy"] >= 0.9 for (n, far), c in lstm.items() if n == 1 and far <= 10)
    for model_id in model_ids(lambda kind: not kind.translates):
        line = row(model_id)
        for n_facts, cell in zip((1, 2, 3), line[4:7], strict=True):
            found = [
                c["accuracy"] for c in card(model_id).metrics["recall"] if c["n_facts"] == n_facts
            ]
            assert cell.startswith(f"{min(found):.2f} to {max(found):.2f}"), (model_id, n_facts)
            assert "chance" in " ".join(row("model"))


def commands():
    """The README's attention-atlas lines that need no corpus and no server."""
    lines = re.findall(r"^    (attention-atlas .*)$", README, re.M)
    assert lines
    return [line for line in lines if not re.search(r"serve|train|bench|FILE|DIR", line)]


@pytest.mark.parametrize("line", commands())
def test_every_command_runs(line, tmp_path):
    command = [sys.executable, "-m", "viz_core", *shlex.split(line)[1:]]
    subprocess.run(command, check=True, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)})


def tracked():
    """The files of the project's history."""
    command = ["git", "ls-files"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.split()


def test_nothing_lies_on_the_top_level_that_does_not_belong_there():
    files = {name for name in tracked() if "/" not in name}
    assert {Path(name).suffix for name in files} <= {"", ".md", ".py", ".txt", ".toml", ".json"}


def test_the_python_example_runs():
    (code,) = re.findall(r"```python\n(.*?)```", README, re.S)
    namespace = {}
    exec(compile(code, "README.md", "exec"), namespace)
    assert namespace["figure"].data


def test_make_targets_exist():
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.M))
    prose = README.split("<!-- tree -->")[0]  # what files say of themselves is no command
    assert set(re.findall(r"make (\w+)", prose)) <= targets


def test_pictures_exist():
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / path).is_file(), path


def test_the_project_speaks_of_itself_only():
    """No registry host and no machine path in what is shipped."""
    for name in tracked():
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".txt", ".js", ".css", ".json", ".po", ""}:
            text = path.read_text("utf-8", errors="ignore")
            assert not re.search(r"pypi\.org|pythonhosted|/work/|/root/", text) or name.startswith(
                "tests/test_readme"
            ), name


def test_the_file_tree_is_that_of_the_files():
    sys.path.insert(0, str(ROOT / "docs"))
    import tree

    assert tree.tree() in README, "make tree"
    for line in tree.tree().splitlines():
        if line.startswith("    "):
            assert len(line.split()) > 1, f"{line} says nothing of itself"


def test_what_contributing_names_is_there():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for path in re.findall(r"`((?:viz_core|pages|tests|docs|checkpoints)/[\w./-]*)`", text):
        assert (ROOT / path).exists(), path
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"make (\w+)", text)) <= targets
