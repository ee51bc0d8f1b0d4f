"""Recurrent states: order of units, one unit's equation, what the forget gates keep."""

from dataclasses import replace

import numpy as np
import pytest

from viz_core import Request, load
from viz_core.analysis.states import retention, step_error, unit_order, unit_step
from viz_core.kinds import kind_of


def test_units_that_go_alike_stand_together():
    rng = np.random.default_rng(0)
    time = np.linspace(0, 6, 40)[:, None]
    courses = np.hstack([np.sin(time + 3 * (n % 2)) for n in range(8)])  # two kinds, mixed
    courses = courses + 0.01 * rng.normal(size=courses.shape)
    order = unit_order(courses)
    assert sorted(order.tolist()) == list(range(8))
    kinds = order % 2
    assert (np.diff(kinds) != 0).sum() <= 2  # a circle of two runs


@pytest.mark.parametrize("n_words", [1, 2])
def test_short_texts_have_an_order_too(n_words):
    assert sorted(unit_order(np.random.default_rng(1).normal(size=(n_words, 5)))) == list(range(5))


@pytest.mark.parametrize("model", ["rnn-stories", "lstm-stories", "gru-stories"])
def test_every_unit_obeys_its_equation_at_every_word(model):
    runner = load(model)
    trace = runner.run(Request("Tom is a cat. Tom's favorite food is"))
    for layer in range(runner.card.n_layer):
        for word in range(len(trace.tokens["text"])):
            for unit in (0, 7, 100):
                assert step_error(unit_step(trace, layer, unit, word)) < 1e-5


def test_a_transformer_has_no_recurrent_units():
    trace = load("decoder-stories").run(Request("Tom", want=("logits",)))
    with pytest.raises(ValueError, match="equations of a"):
        unit_step(trace, 0, 0, 0)


def test_what_is_kept_is_the_product_of_the_forget_gates_in_between():
    gates = np.zeros((4, 3, 2))
    gates["ifgo".index("f"), :, 0] = [0.9, 0.5, 0.2]
    gates["ifgo".index("f"), :, 1] = [0.9, 0.0, 1.0]
    expected = [[1, 0, 0], [0.25, 1, 0], [0.05, 0.6, 1]]
    np.testing.assert_allclose(retention(gates, kind_of("lstm")), expected, atol=1e-12)


def test_a_gru_keeps_by_its_update_gate():
    gates = np.zeros((3, 3, 1))
    gates["rzn".index("z"), :, 0] = [0.9, 0.5, 0.2]
    expected = [[1, 0, 0], [0.5, 1, 0], [0.1, 0.2, 1]]
    np.testing.assert_allclose(retention(gates, kind_of("gru")), expected, atol=1e-12)


def test_a_wrong_number_is_noticed_in_every_equation():
    for model in ("rnn-stories", "lstm-stories", "gru-stories"):
        step = unit_step(load(model).run(Request("Tom is a cat.")), 1, 3, 2)
        assert step_error(replace(step, h=step.h + 0.01)) > 5e-3
