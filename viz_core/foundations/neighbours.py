"""The k nearest neighbours: no training, the data is the model.

A flower is asked for by two of its measures; the k flowers that are nearest vote on its species.

Source: Cover and Hart 1967; the flowers are Anderson's 1935, as Fisher 1936 has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

FEATURES = ("sepal_length", "sepal_width", "petal_length", "petal_width")  # in cm
SPECIES = ("setosa", "versicolor", "virginica")
METRICS = ("euclidean", "manhattan")
MOST_NEIGHBOURS = 100
GRID = (121, 91)  # places across and up at which the plane is asked
DIGITS = 9  # of a distance; what differs later differs by rounding alone


@dataclass(frozen=True)
class Flowers:
    """Measured flowers.

    Attributes:
        values: (flower, feature) in cm, features as in `FEATURES`.
        species: (flower,), places in `SPECIES`.
    """

    values: np.ndarray
    species: np.ndarray

    def measures(self, across: str, up: str) -> np.ndarray:
        """Two of the measures of every flower, (flower, 2)."""
        found: np.ndarray = self.values[:, [FEATURES.index(across), FEATURES.index(up)]]
        return found


@cache
def flowers() -> Flowers:
    """The 150 irises of scikit-learn, which are those of Fisher's table."""
    from sklearn.datasets import load_iris

    data = load_iris()
    for array in (data.data, data.target):
        array.setflags(write=False)
    return Flowers(data.data, data.target)


def distances(asked: np.ndarray, points: np.ndarray, metric: str) -> np.ndarray:
    """How far each point is from each that is asked for, (asked, point).

    Args:
        asked, points: (number, feature).
        metric: one of `METRICS`: the straight way, or the sum of the ways along the axes.
    """
    from sklearn.metrics import DistanceMetric

    found = DistanceMetric.get_metric(metric).pairwise(asked, points)
    rounded: np.ndarray = np.round(found, DIGITS)
    return rounded


def nearest(far: np.ndarray) -> np.ndarray:
    """The points from near to far, (asked, point); of those equally far the first comes first."""
    return np.argsort(far, axis=-1, kind="stable")


def votes(species: np.ndarray, order: np.ndarray) -> np.ndarray:
    """How many of the nearest points are of each species, after 1, 2, 3 ... of them.

    Args:
        species: (point,).
        order: (asked, neighbour), from near to far.

    Returns:
        (asked, neighbour, species).
    """
    one_hot = species[order][..., None] == np.arange(len(SPECIES))
    return np.cumsum(one_hot, axis=-2)


def winner(counted: np.ndarray) -> np.ndarray:
    """The species with most votes; of several the first, as scikit-learn decides it.

    Args:
        counted: (..., species).
    """
    found: np.ndarray = np.argmax(counted, axis=-1)
    return found


@dataclass(frozen=True)
class Vote:
    """What the nearest flowers say of one.

    Attributes:
        neighbours: (k,), from near to far.
        distances: (k,), in cm.
        counts: (species,).
        n_as_far: flowers that are as far as the last neighbour, and not asked.
    """

    neighbours: np.ndarray
    distances: np.ndarray
    counts: np.ndarray
    n_as_far: int

    @property
    def species(self) -> int:
        """That of most votes, a place in `SPECIES`."""
        return int(winner(self.counts))

    @property
    def is_tied(self) -> bool:
        """Whether another species has as many votes."""
        return int((self.counts == self.counts.max()).sum()) > 1


def vote(flower: np.ndarray, points: np.ndarray, species: np.ndarray, k: int, metric: str) -> Vote:
    """Let the k nearest points vote on a flower.

    Args:
        flower: (feature,); points: (point, feature).
        species: (point,).
    """
    far = distances(flower[None], points, metric)
    order = nearest(far)[0]
    last = far[0, order[k - 1]]
    return Vote(
        order[:k],
        far[0, order[:k]],
        votes(species, order[None, :k])[0, -1],
        int((far[0, order[k:]] == last).sum()),
    )


@dataclass(frozen=True)
class Regions:
    """What the vote would be at every place of the plane.

    Attributes:
        across, up: (place,), in cm.
        species: (up, across), places in `SPECIES`.
    """

    across: np.ndarray
    up: np.ndarray
    species: np.ndarray


def regions(
    points: np.ndarray,
    species: np.ndarray,
    ends: tuple[tuple[float, float], tuple[float, float]],
    k: int,
    metric: str,
) -> Regions:
    """Ask for a grid of flowers that fills a part of the plane.

    Args:
        points: (point, 2); species: (point,).
        ends: of both axes.
    """
    across, up = (np.linspace(*axis, n) for axis, n in zip(ends, GRID, strict=True))
    asked = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    order = nearest(distances(asked, points, metric))[:, :k]
    said = winner(votes(species, order)[:, -1])
    return Regions(across, up, said.reshape(len(up), len(across)))


def leave_one_out(points: np.ndarray, species: np.ndarray, metric: str) -> np.ndarray:
    """The share of points whose species the others foresee, by the number of neighbours.

    Returns:
        (k,), for 1 to `MOST_NEIGHBOURS` neighbours.
    """
    far = distances(points, points, metric)
    np.fill_diagonal(far, np.inf)  # nobody votes on itself
    order = nearest(far)[:, : min(MOST_NEIGHBOURS, len(points) - 1)]
    right = winner(votes(species, order)) == species[:, None]
    share: np.ndarray = right.mean(axis=0)
    return share
