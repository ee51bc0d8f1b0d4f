"""What the link of the Translate page carries."""

from viz_core.analysis.attention import CROSS, STACKS
from viz_core.links import Choice, Link, Number, Text, choice
from viz_core.sentences import EATING

ENCODER, DECODER = STACKS
STOPS = ("embeddings", "positions", ENCODER, DECODER, CROSS, "choice")
STOP = choice("stop", *STOPS)
OWN = Text("target")
WIDEST = 5  # hypotheses of the beam on the page
WIDTH, PENALTY = Number("width", "3", 1, WIDEST), Number("penalty", "0.6", 0, 2)
LAYER, HEAD = Number("layer"), Choice("head", "0", ("0", "1", "2", "3", "mean"))
STEP = Number("step")
TEXT = Text("text", EATING)
LINK = Link("translate", TEXT, OWN, STOP, LAYER, HEAD, STEP, WIDTH, PENALTY)
