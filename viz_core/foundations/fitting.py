"""The price of a pizza, fitted with 1 to 15 parameters and by small networks: training and unseen.

Pizzas and their prices are drawn: a base price, so much for each portion of some ingredients, and
noise. A linear model with p parameters knows the base and the first p - 1 ingredients.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

N_INGREDIENTS = 14
BASE = 5.0  # euros
# of a portion, in euros; the last ingredients cost nothing
PRICES = (1.5, 1.2, 0.9, 1.1, 0.6, 0.8, 0.7, 0.5, 1.0, 0.4)
DEPENDS = {"two": 2, "ten": 10}  # how many ingredients the price depends on
MOST_PORTIONS = 3  # of an ingredient on a pizza
MOST_PIZZAS, N_UNSEEN = 60, 400
LINEAR = tuple(range(1, N_INGREDIENTS + 2))  # parameters of the linear models
HIDDEN = (1, 2, 4, 8, 16)  # units of the networks
MOST_ROUNDS = 500  # of training a network


def parameters_of(hidden: int) -> int:
    """How many parameters a network with so many hidden units has."""
    return hidden * (N_INGREDIENTS + 1) + hidden + 1


NETWORKS = {parameters_of(hidden): hidden for hidden in HIDDEN}
SIZES = (*LINEAR, *NETWORKS)  # parameters of all models


@dataclass(frozen=True)
class Pizzas:
    """Pizzas with their prices.

    Attributes:
        portions: (pizza, ingredient).
        prices: (pizza,), in euros.
    """

    portions: np.ndarray
    prices: np.ndarray


def true_prices(depends: str) -> np.ndarray:
    """What a portion of each ingredient really costs, in euros, (ingredient,).

    Args:
        depends: a name of `DEPENDS`.
    """
    found = np.zeros(N_INGREDIENTS)
    found[: DEPENDS[depends]] = PRICES[: DEPENDS[depends]]
    return found


def draw(depends: str, n: int, noise: float, seed: int) -> tuple[Pizzas, Pizzas]:
    """Pizzas to train with, and others that no model sees.

    With another n the first pizzas stay the same, and so do those that are unseen.

    Args:
        noise: standard deviation of what a price has besides its ingredients, in euros.
    """
    drawn = []
    for part, size in enumerate((MOST_PIZZAS, N_UNSEEN)):
        dice = np.random.default_rng([seed, part])
        portions = dice.integers(0, MOST_PORTIONS, (size, N_INGREDIENTS), endpoint=True)
        errors = noise * dice.standard_normal(size)
        prices = BASE + portions @ true_prices(depends) + errors
        drawn.append(Pizzas(portions.astype(float), prices))
    training, unseen = drawn
    return Pizzas(training.portions[:n], training.prices[:n]), unseen


@dataclass(frozen=True)
class Fit:
    """A model after training, and what it says of both sets.

    Attributes:
        n_parameters: one of `SIZES`.
        training, unseen: prices that it says, (pizza,), in euros.
        weights: what it thinks a portion costs, (ingredient,), and last the base; None of a
            network.
    """

    n_parameters: int
    training: np.ndarray
    unseen: np.ndarray
    weights: np.ndarray | None


def fit(training: Pizzas, unseen: Pizzas, n_parameters: int, seed: int) -> Fit:
    """Train the model with so many parameters.

    Args:
        seed: of a network's first weights.
    """
    if n_parameters in NETWORKS:
        return _fit_network(training, unseen, NETWORKS[n_parameters], seed)
    return _fit_linear(training, unseen, n_parameters)


def error(said: np.ndarray, prices: np.ndarray) -> float:
    """How far the prices that a model says are off: root mean square, in euros."""
    return float(np.sqrt(np.mean((said - prices) ** 2)))


def _fit_linear(training: Pizzas, unseen: Pizzas, n_parameters: int) -> Fit:
    """Least squares; where many fits are exact, the one of the smallest weights."""
    from sklearn.linear_model import LinearRegression

    known = n_parameters - 1
    weights = np.zeros(N_INGREDIENTS)
    base = training.prices.mean()
    if known:
        model = LinearRegression().fit(training.portions[:, :known], training.prices)
        weights[:known], base = model.coef_, model.intercept_
    said = [pizzas.portions @ weights + base for pizzas in (training, unseen)]
    return Fit(n_parameters, said[0], said[1], np.append(weights, base))


def _fit_network(training: Pizzas, unseen: Pizzas, hidden: int, seed: int) -> Fit:
    """A network of one hidden layer, trained until it fits or `MOST_ROUNDS` are over."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPRegressor

    middle, spread = training.prices.mean(), training.prices.std() or 1.0
    centre = MOST_PORTIONS / 2
    model = MLPRegressor(
        hidden_layer_sizes=(hidden,),
        activation="tanh",
        solver="lbfgs",
        alpha=0,
        max_iter=MOST_ROUNDS,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the rounds are a limit of ours
        model.fit(training.portions - centre, (training.prices - middle) / spread)
    said = [
        middle + spread * model.predict(pizzas.portions - centre) for pizzas in (training, unseen)
    ]
    return Fit(parameters_of(hidden), said[0], said[1], None)


@dataclass(frozen=True)
class Errors:
    """How far off every model is, in euros, in the order of `SIZES`.

    Attributes:
        training, unseen: (model,).
    """

    training: np.ndarray
    unseen: np.ndarray

    def of(self, n_parameters: int) -> tuple[float, float]:
        """On training pizzas and on unseen ones."""
        at = SIZES.index(n_parameters)
        return float(self.training[at]), float(self.unseen[at])

    @property
    def best(self) -> int:
        """The number of parameters with which unseen pizzas are foreseen best."""
        return SIZES[int(np.argmin(self.unseen))]

    def second_descent(self, n: int) -> tuple[int, int] | None:
        """Where unseen pizzas are worst and where more parameters help again, if they do.

        Args:
            n: training pizzas: so many parameters fit them exactly.

        Returns:
            The numbers of parameters of the worst linear model and of the best one beyond; None
            unless the worst has `n` parameters, give or take one, and the other is better by a
            tenth.

        Source: Belkin et al. 2019.
        """
        linear = self.unseen[: len(LINEAR)]
        worst = LINEAR[int(np.argmax(linear))]
        beyond = [size for size in LINEAR if size > worst]
        if not beyond or abs(worst - n) > 1:
            return None
        later = min(beyond, key=lambda size: self.of(size)[1])
        return (worst, later) if self.of(later)[1] < 0.9 * self.of(worst)[1] else None


def errors(depends: str, n: int, noise: float, seed: int) -> Errors:
    """Train every model on the same pizzas."""
    training, unseen = draw(depends, n, noise, seed)
    fits = [fit(training, unseen, size, seed) for size in SIZES]
    return Errors(
        np.array([error(one.training, training.prices) for one in fits]),
        np.array([error(one.unseen, unseen.prices) for one in fits]),
    )
