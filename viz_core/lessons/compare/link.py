"""What the link of the Compare page carries."""

from viz_core import registry
from viz_core.i18n import N_
from viz_core.links import ASKED, MEASURE, WEIGHTS, Choice, Link, Text, choice, usable
from viz_core.sentences import TOM_ASKED

NOTHING = "nothing"
MAP = choice("map", {"dependence": N_("dependence"), "own": N_("its own view")})
MODEL = Choice("model", "decoder-stories", usable(lambda kind: kind.speaks))
MINUS = Choice(
    "minus",
    "rnn-stories",  # what it has lost
    lambda _state: (NOTHING, *registry.model_ids(lambda kind: kind.speaks)),
    {NOTHING: N_("nothing")},
)
TEXT = Text("text", TOM_ASKED)
LINK = Link("compare", TEXT, ASKED, MEASURE, WEIGHTS, MAP, MODEL, MINUS)
