"""What the link of the Memory page carries."""

from collections.abc import Sequence

from viz_core import registry
from viz_core.i18n import N_
from viz_core.kinds import Kind
from viz_core.links import LAYER, WORD, Choice, Link, Number, State, model, sentence
from viz_core.sentences import TOM_ASKED


def states_of(kind: Kind) -> tuple[str, ...]:
    """The codes of the states that can be looked at; all together where there are several."""
    states = ("h", *(["c"] if kind.cell else []), *kind.gates)
    return states if len(states) == 1 else ("all", *states)


def _states(state: State) -> Sequence[str]:
    return states_of(registry.MODELS[state["model"]].traits)


MODEL = model(lambda kind: kind.recurrent, first="lstm-stories")
STATES = Choice("states", None, _states, {"all": N_("all")})
UNIT = Number("unit")
TEXT = sentence(TOM_ASKED, lambda: MODEL.default)
LINK = Link("memory", MODEL, TEXT, LAYER, STATES, WORD, UNIT)
