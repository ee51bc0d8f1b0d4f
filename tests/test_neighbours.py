"""The nearest neighbours: distances, votes, regions and accuracy, as scikit-learn has them."""

import numpy as np
import pytest
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from viz_core.figures.lines import line_chart
from viz_core.figures.neighbours import SHOWN, distance_bars, neighbour_map
from viz_core.foundations.neighbours import (
    FEATURES,
    METRICS,
    MOST_NEIGHBOURS,
    SPECIES,
    Vote,
    distances,
    flowers,
    leave_one_out,
    regions,
    vote,
    winner,
)
from viz_core.lessons.iris import link

KNOWN = flowers()
PETALS = KNOWN.measures("petal_length", "petal_width")
ENDS = ((0.5, 7.5), (0.0, 2.8))


@pytest.fixture
def apart():
    """The flowers, moved a little each, so that no two are equally far from anything."""
    return PETALS + np.random.default_rng(0).normal(0, 1e-3, PETALS.shape)


def test_the_flowers_are_fishers():
    assert KNOWN.values.shape == (150, len(FEATURES))
    assert np.bincount(KNOWN.species).tolist() == [50] * len(SPECIES)
    np.testing.assert_array_equal(KNOWN.values[34], [4.9, 3.1, 1.5, 0.2])  # wrong in some copies
    np.testing.assert_array_equal(KNOWN.values[37], [4.9, 3.6, 1.4, 0.1])
    with pytest.raises(ValueError, match="read-only"):
        KNOWN.values[0, 0] = 1


@pytest.mark.parametrize("feature", FEATURES)
def test_every_flower_is_within_the_picture(feature):
    value = link.FLOWER[feature]
    column = KNOWN.values[:, FEATURES.index(feature)]
    assert value.least <= column.min() < column.max() <= value.most
    assert value.least < float(value.default) < value.most


def test_distances_by_hand():
    near = distances(np.array([[1.0, 2.0]]), np.array([[4.0, 6.0], [1.0, 2.0]]), "euclidean")
    np.testing.assert_array_equal(near, [[5, 0]])
    near = distances(np.array([[1.0, 2.0]]), np.array([[4.0, 6.0]]), "manhattan")
    np.testing.assert_array_equal(near, [[7]])


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("k", [1, 4, 5, 30, MOST_NEIGHBOURS])
def test_a_vote_is_that_of_scikit_learn(metric, k, apart):
    theirs = KNeighborsClassifier(k, metric=metric).fit(apart, KNOWN.species)
    for flower in ([5.24, 1.54], [0.1, 2.9], [2.5, 0.7], [8, 3]):
        ours = vote(np.array(flower), apart, KNOWN.species, k, metric)
        far, rows = theirs.kneighbors([flower])
        np.testing.assert_array_equal(ours.neighbours, rows[0])
        np.testing.assert_allclose(ours.distances, far[0], atol=1e-8)
        np.testing.assert_allclose(ours.counts / k, theirs.predict_proba([flower])[0])
        assert ours.species == theirs.predict([flower])[0]
        assert ours.n_as_far == 0


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("k", [1, 15])
def test_regions_are_what_scikit_learn_would_say(metric, k, apart):
    found = regions(apart, KNOWN.species, ENDS, k, metric)
    theirs = KNeighborsClassifier(k, metric=metric).fit(apart, KNOWN.species)
    asked = np.stack(np.meshgrid(found.across, found.up), axis=-1).reshape(-1, 2)
    np.testing.assert_array_equal(found.species.ravel(), theirs.predict(asked))


@pytest.mark.parametrize(("metric", "k"), [("euclidean", 15), ("manhattan", 4)])
def test_leave_one_out_is_that_of_scikit_learn(metric, k, apart):
    ours = leave_one_out(apart, KNOWN.species, metric)
    assert len(ours) == MOST_NEIGHBOURS
    theirs = KNeighborsClassifier(k, metric=metric)
    right = cross_val_score(theirs, apart, KNOWN.species, cv=LeaveOneOut())
    assert ours[k - 1] == pytest.approx(right.mean())


def test_ties_are_told_and_the_first_name_wins():
    points = np.array([[0.0, 1], [0, -1], [1, 0], [-1, 0], [3, 3]])
    species = np.array([2, 1, 0, 2, 0])
    found = vote(np.zeros(2), points, species, 2, "euclidean")
    assert found.neighbours.tolist() == [0, 1]
    assert found.counts.tolist() == [0, 1, 1]
    assert found.is_tied
    assert found.species == 1
    assert found.n_as_far == 2
    assert winner(np.array([[3, 3, 1], [0, 0, 2]])).tolist() == [0, 2]


def map_of(k=5, metric="euclidean"):
    flower = np.array([5.24, 1.54])
    said = vote(flower, PETALS, KNOWN.species, k, metric)
    ground = regions(PETALS, KNOWN.species, ENDS, k, metric)
    features = ("petal_length", "petal_width")
    axes = ("petal length (cm)", "petal width (cm)")
    figure = neighbour_map(KNOWN, features, ground, flower, said, metric, SPECIES, axes)
    return figure, ground, said


def test_the_plane_holds_flowers_neighbours_and_regions():
    figure, ground, said = map_of()
    for n, trace in enumerate(figure.data[:3]):
        np.testing.assert_array_equal(np.asarray(trace.z) == 1, ground.species == n)
    signs = figure.data[4:7]
    assert [trace.name for trace in signs] == list(SPECIES)
    assert len({trace.marker.symbol for trace in signs}) == 3  # not by colour alone
    for n, trace in enumerate(signs):
        np.testing.assert_array_equal(np.stack([trace.x, trace.y], 1), PETALS[KNOWN.species == n])
    rings, star = figure.data[7:]
    np.testing.assert_array_equal(np.stack([rings.x, rings.y], 1), PETALS[said.neighbours])
    assert (star.x[0], star.y[0]) == (5.24, 1.54)
    assert star.marker.color == signs[said.species].marker.color
    assert len(figure.data[3].x) == 3 * 5


def test_manhattan_goes_around_corners():
    figure, _ground, said = map_of(3, "manhattan")
    ways = figure.data[3]
    assert len(ways.x) == 4 * 3
    first = PETALS[said.neighbours[0]]
    assert (ways.x[1], ways.y[1]) == (first[0], 1.54)
    assert (ways.x[2], ways.y[2]) == (first[0], first[1])


def test_bars_hold_the_distances_of_the_nearest():
    _figure, _ground, said = map_of(30)
    figure = distance_bars(said, KNOWN.species, SPECIES)
    np.testing.assert_array_equal(figure.data[0].x, said.distances[:SHOWN])
    row = said.neighbours[0]
    assert figure.layout.yaxis.ticktext[0] == f"{SPECIES[KNOWN.species[row]]} {row}"
    assert any("and 18 more" in note.text for note in figure.layout.annotations)
    few = Vote(said.neighbours[:1], said.distances[:1], np.array([0, 1, 0]), 0)
    assert len(distance_bars(few, KNOWN.species, SPECIES).data[0].x) == 1


def test_a_place_of_a_chart_is_marked():
    (mark,) = line_chart([("a", np.ones(3))], [1, 2, 3], at=2).layout.shapes
    assert (mark.x0, mark.x1) == (2, 2)
