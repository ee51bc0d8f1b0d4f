"""What the Scale page looks at: the sizes of one model that there are, and their training."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from viz_core import registry
from viz_core.analysis.anatomy import counts, inner
from viz_core.analysis.scaling import Training, by_size, common_tokens
from viz_core.errors import VizError
from viz_core.figures.numbers import in_short
from viz_core.figures.theme import Theme
from viz_core.i18n import _
from viz_core.lessons.scale import link
from viz_core.ui.cache import card
from viz_core.ui.errors import escape_markdown
from viz_core.ui.inputs import choose, controls
from viz_core.ui.raised import tell_reader

MODEL = "decoder-stories"  # the one that the others are sizes of


@dataclass(frozen=True)
class View:
    """The sizes beside each other.

    Attributes:
        text: with which all of them go on.
        models: ids of all that can be used, the smallest first.
        trainings: of those whose loss curve can be read.
        tokens: after which all were measured; None if they were not trained on the same batches.
        count: whether `all` parameters are counted, or the `inner` ones.
    """

    text: str
    models: tuple[str, ...]
    trainings: tuple[Training, ...]
    tokens: int | None
    count: str
    theme: Theme

    @property
    def sizes(self) -> list[int]:
        """The parameters of each size, the smallest first."""
        return sorted({one.n_params for one in self.trainings})

    @property
    def compares(self) -> bool:
        """Whether there are sizes to compare."""
        return len(self.sizes) > 1

    @property
    def losses(self) -> dict[int, tuple[float, ...]]:
        """The losses of each size at equal tokens, one a seed; empty where none are equal."""
        return by_size(self.trainings, self.tokens) if self.tokens else {}

    def seed_of(self, training: Training) -> int:
        """The place of a model among those of its size."""
        twins = [one.model for one in self.trainings if one.n_params == training.n_params]
        return twins.index(training.model)

    def name(self, training: Training) -> str:
        """A size; of a second seed that, too."""
        size, seed = in_short(training.n_params), self.seed_of(training)
        return _("{size}, seed {n}").format(size=size, n=seed + 1) if seed else size


def look(text: str, theme: Theme) -> View:
    """What there is to compare; whatever can't be read is told."""
    models = registry.sizes(MODEL)
    tell_reader(text, models)
    trainings = tuple(one for one in map(_training, models) if one)
    count = str(link.COUNT.default)
    if len({one.n_params for one in trainings}) > 1:
        with controls("count"):
            count = choose(
                link.COUNT,
                _("Parameters"),
                _("What embeddings and positions learned can be left out, as Kaplan et al. do."),
            )
    if count == "inner":
        trainings = tuple(replace(one, n_params=_inner(one.model)) for one in trainings)
    tokens = common_tokens(trainings) if trainings else None
    return View(text, models, trainings, tokens, count, theme)


def _inner(model: str) -> int:
    """Parameters of a model besides those of embeddings and positions."""
    parameters = registry.load(model).parameters
    return inner(counts({name: value.shape for name, value in parameters.items()}))


def _training(model: str) -> Training | None:
    """How a model was trained; None, and a sentence, if its loss curve can't be used."""
    try:
        return _read(model)
    except VizError as error:
        st.warning(escape_markdown(str(error)), icon=":material/block:")
        return None


@st.cache_resource(show_spinner=False)
def _read(model: str) -> Training:
    return Training(model, card(model).n_params, tuple(registry.losses(model)))
