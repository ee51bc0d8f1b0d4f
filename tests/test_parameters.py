"""Models with more and more parameters: what they fit, what they foresee."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from viz_core.figures.fitting import error_curves, price_plot, weight_bars
from viz_core.foundations.fitting import (
    DEPENDS,
    LINEAR,
    MOST_PIZZAS,
    N_INGREDIENTS,
    N_UNSEEN,
    NETWORKS,
    SIZES,
    Errors,
    draw,
    error,
    errors,
    fit,
    parameters_of,
    true_prices,
)
from viz_core.lessons.parameters import link

TRAINING, UNSEEN = draw("two", 20, 1.0, 2)


@pytest.mark.parametrize("depends", DEPENDS)
def test_without_noise_a_price_is_its_recipe(depends):
    training, unseen = draw(depends, 30, 0.0, 5)
    for pizzas in (training, unseen):
        np.testing.assert_allclose(pizzas.prices, 5 + pizzas.portions @ true_prices(depends))
    assert np.count_nonzero(true_prices(depends)) == DEPENDS[depends]
    assert training.portions.min() == 0
    assert training.portions.max() == 3


def test_more_pizzas_are_the_same_and_others_besides():
    few, unseen = draw("ten", 5, 1.0, 7)
    many, same = draw("ten", MOST_PIZZAS, 1.0, 7)
    np.testing.assert_array_equal(many.prices[:5], few.prices)
    np.testing.assert_array_equal(unseen.portions, same.portions)
    assert len(unseen.prices) == N_UNSEEN
    assert not np.array_equal(draw("ten", 5, 1.0, 8)[0].prices, few.prices)


@pytest.mark.parametrize("size", [2, 3, 15])
def test_a_linear_model_is_that_of_scikit_learn(size):
    theirs = LinearRegression().fit(TRAINING.portions[:, : size - 1], TRAINING.prices)
    ours = fit(TRAINING, UNSEEN, size, 0)
    np.testing.assert_allclose(ours.training, theirs.predict(TRAINING.portions[:, : size - 1]))
    np.testing.assert_allclose(ours.unseen, theirs.predict(UNSEEN.portions[:, : size - 1]))
    assert np.count_nonzero(ours.weights) == size


def test_one_parameter_is_the_mean():
    ours = fit(TRAINING, UNSEEN, 1, 0)
    np.testing.assert_allclose(ours.unseen, TRAINING.prices.mean())
    assert error(ours.training, TRAINING.prices) == pytest.approx(TRAINING.prices.std())


@pytest.mark.filterwarnings("ignore:lbfgs failed to converge")
def test_a_network_has_as_many_parameters_as_it_says():
    from sklearn.neural_network import MLPRegressor

    for size, hidden in NETWORKS.items():
        model = MLPRegressor(hidden_layer_sizes=(hidden,), max_iter=1, solver="lbfgs")
        model.fit(np.eye(N_INGREDIENTS), np.arange(N_INGREDIENTS))
        assert sum(w.size for w in (*model.coefs_, *model.intercepts_)) == size
        assert parameters_of(hidden) == size
    assert [int(code) for code in link.PARAMETERS.codes] == [*SIZES]


@pytest.mark.parametrize("depends", DEPENDS)
@pytest.mark.parametrize("n", [3, 8, 20, 60])
def test_more_parameters_never_fit_the_training_pizzas_worse(depends, n):
    for seed in range(3):
        found = errors(depends, n, 1.0, seed)
        linear = found.training[: len(LINEAR)]
        assert (np.diff(linear) < 1e-9).all()
        if n < len(LINEAR) - 1:
            assert linear[-1] < 1e-9  # more parameters than pizzas fit them exactly


def test_unseen_pizzas_are_foreseen_best_by_what_really_matters():
    """Over ten draws: more parameters than matter cost, fewer cost more."""
    for depends, matter in DEPENDS.items():
        off = []
        for seed in range(10):
            training, unseen = draw(depends, 30, 1.0, seed)
            fits = [fit(training, unseen, size, seed) for size in LINEAR]
            off.append([error(one.unseen, unseen.prices) for one in fits])
        mean = np.mean(off, axis=0)
        assert LINEAR[int(mean.argmin())] == matter + 1
        assert mean[-1] > mean[matter] > 1.0
        assert mean[0] > mean[matter]


def test_without_noise_the_right_model_is_exact():
    found = errors("two", 20, 0.0, 3)
    assert found.of(3)[1] < 1e-9
    assert found.of(2)[1] > 0.1


def made(values):
    return Errors(np.zeros(len(SIZES)), np.array([*values, *[9.0] * len(NETWORKS)]))


@pytest.mark.parametrize(
    ("values", "n", "found"),
    [
        ([1, 1, 1, 1, 1, 1, 2, 5, 3, 2, 2, 2, 2, 2, 1.9], 8, (8, 15)),
        ([1, 1, 1, 1, 1, 1, 2, 5, 3, 2, 2, 2, 2, 2, 1.9], 9, (8, 15)),
        ([1, 1, 1, 1, 1, 1, 2, 5, 3, 2, 2, 2, 2, 2, 1.9], 12, None),  # not at the threshold
        ([1, 1, 1, 1, 1, 1, 2, 5, 4.9, 4.8, 4.8, 4.8, 4.8, 4.8, 4.8], 8, None),  # hardly better
        ([1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 4, 5, 6], 15, None),  # nothing beyond
    ],
)
def test_double_descent_is_told_only_where_it_is(values, n, found):
    assert made(values).second_descent(n) == found


def test_double_descent_is_there():
    assert errors("two", 8, 1.0, 2).second_descent(8) == (8, 15)
    assert errors("two", 20, 1.0, 2).second_descent(20) is None


def test_the_same_seed_trains_the_same_network():
    one, two = (fit(TRAINING, UNSEEN, 33, 4) for _n in range(2))
    np.testing.assert_array_equal(one.unseen, two.unseen)


def test_the_curves_hold_the_errors():
    found = errors("two", 8, 1.0, 2)
    figure = error_curves(found, 1.0, 8, 15)
    split = len(LINEAR)
    drawn = [np.asarray(trace.y) for trace in figure.data[:4]]
    np.testing.assert_array_equal(np.concatenate([drawn[0], drawn[2]]), found.training)
    np.testing.assert_array_equal(np.concatenate([drawn[1], drawn[3]]), found.unseen)
    assert list(figure.data[0].x) == [*LINEAR]
    assert len(drawn[0]) == split
    assert [shape.x0 for shape in figure.layout.shapes] == [15, 16, 8]
    assert any("as many as pizzas" in note.text for note in figure.layout.annotations)
    assert len(error_curves(found, 1.0, 20, 15).layout.shapes) == 2


def test_prices_and_weights_are_the_models():
    found = fit(TRAINING, UNSEEN, 15, 0)
    figure = price_plot(found, TRAINING, UNSEEN)
    np.testing.assert_array_equal(figure.data[1].y, found.unseen)
    np.testing.assert_array_equal(figure.data[2].x, TRAINING.prices)
    low, high = figure.layout.yaxis.range
    assert low < found.unseen.min()
    assert found.unseen.max() < high
    names = [f"n{n}" for n in range(N_INGREDIENTS)]
    bars = weight_bars(found.weights[:-1], true_prices("two"), names)
    np.testing.assert_array_equal(bars.data[0].x, found.weights[:-1])
    np.testing.assert_array_equal(bars.data[1].x, true_prices("two"))
    assert list(bars.layout.yaxis.ticktext) == names
