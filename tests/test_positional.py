"""Positional encodings in numpy against those of the forward pass, and order."""

import numpy as np
import pytest

from viz_core import Request, load, model_ids
from viz_core.analysis.block import turn
from viz_core.analysis.positions import (
    angles,
    by_distance,
    carried,
    encoding,
    order_matters,
    score_by_distance,
    shuffled,
    swapped,
    unturned,
)
from viz_core.runners.interventions import Masked, Reordered, WithoutPositions

TEXT = "Tom is a cat. Tom's favorite food is"


@pytest.mark.parametrize("model", model_ids(lesson="positions"))
def test_the_numbers_are_those_of_the_forward_pass(model):
    runner, kind = load(model), model.removeprefix("positions-")
    trace = runner.run(Request(TEXT))
    n = len(trace.tokens["text"])
    found = encoding(kind, runner.parameters, n, 144, 4)
    if kind in ("learned", "sinusoidal"):
        np.testing.assert_allclose(found, trace["positions"].values, atol=1e-5)
    elif kind == "rotary":
        recorded = trace["positions.angles"].values
        np.testing.assert_allclose(angles(n, 36), recorded[:, :18], atol=1e-4)
        np.testing.assert_allclose(found, np.cos(recorded[:, :18]), atol=1e-4)
    elif kind == "alibi":
        recorded = trace["positions.bias"].values  # (head, query, key)
        np.testing.assert_allclose(found[:, 1], recorded[1, -1, ::-1], atol=1e-5)
    else:
        assert found.shape == (n, 0)
        assert not [name for name in trace.records if name.startswith("positions")]


def test_an_unknown_encoding_is_refused():
    with pytest.raises(ValueError, match="no encoding"):
        encoding("spiral", {}, 3, 8, 2)


def test_likeness_by_distance():
    waves = encoding("sinusoidal", {}, 40, 144, 4)
    found = by_distance("sinusoidal", waves)
    assert found[0, 0] == pytest.approx(1)
    assert found[1, 0] > found[5, 0] > found[20, 0]
    assert by_distance("rotary", encoding("rotary", {}, 9, 144, 4))[0, 0] == pytest.approx(1)
    assert by_distance("alibi", encoding("alibi", {}, 9, 144, 4)).shape == (9, 4)


def test_orders_are_orders():
    special = (True, False, False, False, True)
    order = shuffled(special, 3)
    assert sorted(order) == [0, 1, 2, 3, 4]
    assert order[0] == 0
    assert order[4] == 4
    assert shuffled(special, 3) == order
    assert swapped(4, 1, 3) == (0, 3, 2, 1)
    one, other = (True, False, False, False), (True, False, False, False, False, True)
    assert carried((0, 3, 1, 2), one, other) == (0, 3, 1, 2, 4, 5)
    assert carried((0, 3, 1, 2, 4, 5), other, one) == (0, 3, 1, 2)
    assert carried((0, 4, 1, 2, 3, 5), other, one) == (0, 1, 2, 3)


def test_order_matters_by_hand():
    plain = np.array([[1.0], [2.0], [4.0]])
    assert order_matters(plain, plain[[0, 2, 1]], (0, 2, 1)) == 0
    assert order_matters(plain, plain, (0, 2, 1)) == pytest.approx(0.5)


@pytest.mark.parametrize("model", ["encoder-stories", *model_ids(lesson="positions")])
def test_a_text_is_a_set_without_positions_and_without_mask(model):
    runner = load(model)
    trace = runner.run(Request(TEXT))
    order = shuffled(trace.tokens["text"].special, 1)
    name = f"{runner.card.kind}.3.resid_post"
    free = (WithoutPositions(),) if model != "positions-none" else ()
    free += (Masked(causal=False),) if runner.card.kind == "decoder" else ()

    def states(*more):
        return runner.run(Request(TEXT, intervene=more))[name].values

    as_set = order_matters(states(*free), states(*free, Reordered(order)), order)
    assert as_set < 1e-6
    as_row = order_matters(states(), states(Reordered(order)), order)
    assert as_row > 1e-2  # by the mask alone where there are no positions


def test_turning_back_undoes_turning():
    x = np.random.default_rng(0).normal(size=(5, 8))
    turns = np.concatenate([angles(5, 8)] * 2, -1)
    np.testing.assert_allclose(unturned(turn(x, turns), turns), x, atol=1e-12)


def test_the_score_by_distance_is_the_models_score():
    runner = load("positions-rotary")
    trace = runner.run(Request(TEXT))
    turns = trace["positions.angles"].values.astype(float)
    q, k = (
        unturned(trace[f"decoder.0.self_attn.{n}"].values[2].astype(float), turns) for n in "qk"
    )
    scores = trace["decoder.0.self_attn.scores"].values[2]
    for query, key in ((5, 2), (8, 8), (9, 0)):
        found = score_by_distance(q[query], k[key], 12)[query - key]
        assert found == pytest.approx(scores[query, key], abs=1e-4)
