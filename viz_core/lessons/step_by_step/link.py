"""What the link of the Step by step page carries."""

from viz_core.analysis.stage import STAGES
from viz_core.links import HEAD, LAYER, LOOKED_AT, STACK, WORD, Link, Text, choice, model
from viz_core.sentences import TOM

MODEL = model(lambda kind: kind.attends, first="decoder-stories")
AT = choice("at", *STAGES)
TEXT = Text("text", TOM)
LINK = Link("step_by_step", MODEL, TEXT, STACK, LAYER, HEAD, WORD, LOOKED_AT, AT)
