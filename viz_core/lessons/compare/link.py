"""What the link of the Compare page carries."""

from viz_core import registry
from viz_core.links import MEASURE, WEIGHTS, Choice, Link, Text, choice
from viz_core.sentences import TOM_ASKED

NOTHING = "nothing"
MAP = choice("map", "dependence", "own")
MODEL = Choice("model", "decoder-stories", registry.model_ids())
MINUS = Choice("minus", "rnn-stories", (NOTHING, *registry.model_ids()))  # what the RNN has lost
TEXT = Text("text", TOM_ASKED)
LINK = Link("compare", TEXT, MEASURE, WEIGHTS, MAP, MODEL, MINUS)
