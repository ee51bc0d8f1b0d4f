"""What the link of the Layers page carries."""

from viz_core.analysis.attention import STACKS
from viz_core.links import LAYER, Choice, Link, Text, choice, model
from viz_core.sentences import TOM_ASKED

LENS, PARTS, LENGTHS, ALIKE, NEURONS = "lens", "parts", "lengths", "alike", "neurons"
VIEW = choice("view", LENS, PARTS, LENGTHS, ALIKE, NEURONS)
MODEL = model(lambda kind: kind.attends, first="decoder-stories")
STACK = Choice("stack", STACKS[0], STACKS)
TEXT = Text("text", TOM_ASKED)
LINK = Link("residual_stream", MODEL, TEXT, STACK, VIEW, LAYER)
