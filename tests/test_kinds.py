"""The table of kinds: rows that hold together, and nobody else who asks a kind for its name."""

import ast
from pathlib import Path

import pytest

from viz_core.analysis.block import ACTIVATIONS
from viz_core.figures.theme import COLOURS, GATE_COLORS, kind_colour
from viz_core.kinds import KINDS, kind_of
from viz_core.models.architectures import ARCHITECTURES
from viz_core.registry import MODELS, model_ids
from viz_core.runners.base import Writer

ROOT = Path(__file__).parents[1]
MAY_NAME = (
    "viz_core/kinds.py",
    "viz_core/models/",
    "viz_core/hub/",
    "viz_core/training/recipes.py",
)


@pytest.mark.parametrize("kind", KINDS.values(), ids=str)
def test_a_row_holds_together(kind):
    assert kind_of(kind.name) is kind
    assert kind.colour in COLOURS
    assert kind.attends == (kind.design is not None)
    assert kind.design is None or kind.design.activation in ACTIVATIONS
    assert set(kind.gates) <= set(GATE_COLORS)
    if kind.gates:
        assert {kind.candidate, kind.keeps} < set(kind.gates)
    assert kind.speaks == (kind.writes or kind.fills)
    assert all((kind.title, kind.promise, kind.order, kind.reach, kind.says))
    for place in range(1, 4):
        assert kind.guessed_place(kind.guess_row(place)) == place


def test_no_two_kinds_look_alike():
    assert len({kind_colour(name) for name in KINDS}) == len(KINDS)
    assert len({kind.symbol for kind in KINDS.values()}) == len(KINDS)


@pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=ARCHITECTURES)
def test_an_architecture_is_run_as_its_kind_can(architecture):
    kind = kind_of(architecture.kind)
    assert issubclass(architecture.runner_class, Writer) == kind.writes


def test_every_kind_has_a_model():
    """Of ours, but for those that only other people's models are of."""
    ours = {MODELS[model].kind for model in model_ids()}
    assert ours == {kind.name for kind in KINDS.values() if kind.speaks}


def test_hardly_anybody_names_a_kind():
    """Names of stacks count too, since `decoder` is one."""
    naming = set()
    for path in sorted(ROOT.glob("viz_core/**/*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(MAY_NAME):
            continue
        words = {n.value for n in ast.walk(ast.parse(path.read_text("utf-8"))) if is_word(n)}
        if words & set(KINDS):
            naming.add(name)
    assert len(naming) <= 8, sorted(naming)


def is_word(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
