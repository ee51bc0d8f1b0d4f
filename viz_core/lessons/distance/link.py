"""What the link of the Distance page carries."""

from viz_core.links import MEASURE, Link, Text, choice
from viz_core.sentences import TOM_FAR

SCALE = choice("scale", "linear", "log")
FIGURES = choice("recall", "cards", "now")
TEXT = Text("text", TOM_FAR)
LINK = Link("distance", TEXT, MEASURE, SCALE, FIGURES)
