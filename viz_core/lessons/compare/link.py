"""What the link of the Compare page carries."""

from collections.abc import Sequence

from viz_core import registry
from viz_core.i18n import N_
from viz_core.kinds import Kind
from viz_core.languages import counterpart, first_model
from viz_core.links import ASKED, MEASURE, WEIGHTS, Choice, Link, choice, model, sentence
from viz_core.sentences import TOM_ASKED

NOTHING = "nothing"
SHOWN, LESS = "decoder-stories", "rnn-stories"  # whose map is shown, and what has lost what it has
MAP = choice("map", {"dependence": N_("dependence"), "own": N_("its own view")})


def speaks(kind: Kind) -> bool:
    """Whether models of a kind say words, so that they can be asked."""
    return kind.speaks


MODEL = model(speaks, SHOWN)
MINUS = Choice(
    "minus",
    lambda: first_model(LESS, speaks),
    lambda _state: (NOTHING, *registry.model_ids(speaks)),
    {NOTHING: N_("nothing")},
)
TEXT = sentence(TOM_ASKED, lambda: MODEL.default)
LINK = Link("compare", TEXT, ASKED, MEASURE, WEIGHTS, MAP, MODEL, MINUS)


def first(models: Sequence[str]) -> tuple[str, str]:
    """The model whose map is shown at first, and the one whose map is subtracted.

    Args:
        models: those that answered, of one language.
    """
    entries = map(registry.entry_of, models)
    code = next((entry.language for entry in entries if not entry.traits.translates), "")
    found = (counterpart(model, code, among=models) for model in (SHOWN, LESS))
    shown, less = (model or models[0] for model in found)
    return shown, less
