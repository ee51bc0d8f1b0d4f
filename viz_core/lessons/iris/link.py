"""What the link of the Iris page carries."""

from collections.abc import Sequence
from dataclasses import replace

from viz_core.foundations.neighbours import FEATURES, MOST_NEIGHBOURS
from viz_core.i18n import N_
from viz_core.links import Link, Number, State, choice

NAMES = {
    "petal_length": N_("petal length"),
    "petal_width": N_("petal width"),
    "sepal_length": N_("sepal length"),
    "sepal_width": N_("sepal width"),
}


def others(state: State) -> Sequence[str]:
    """The features that can be drawn upwards: those that are not drawn across."""
    return [code for code in _UP if code != state["across"]]


ACROSS = choice("across", NAMES)
_UP = ("petal_width", "petal_length", "sepal_length", "sepal_width")  # the first is at first
UP = replace(choice("up", {code: NAMES[code] for code in _UP}), codes=others)
METRIC = choice("metric", {"euclidean": N_("Euclid"), "manhattan": N_("Manhattan")})
K = Number("k", "5", least=1, most=MOST_NEIGHBOURS)
# the flower that one moves, between two species, in cm; where each measure is drawn
FLOWER = {
    "sepal_length": Number("sepal_length", "6.2", least=4, most=8.5),
    "sepal_width": Number("sepal_width", "2.8", least=1.5, most=5),
    "petal_length": Number("petal_length", "5.24", least=0.5, most=7.5),
    "petal_width": Number("petal_width", "1.54", least=0, most=2.8),
}
LINK = Link("iris", ACROSS, UP, METRIC, K, *(FLOWER[feature] for feature in FEATURES))
