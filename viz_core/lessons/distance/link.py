"""What the link of the Distance page carries."""

from viz_core.i18n import N_
from viz_core.links import ASKED, MEASURE, Link, Text, choice
from viz_core.sentences import TOM_FAR

SCALE = choice("scale", {"linear": N_("linear"), "log": N_("logarithmic")})
FIGURES = choice("recall", {"cards": N_("from the cards"), "now": N_("now")})
TEXT = Text("text", TOM_FAR)
LINK = Link("distance", TEXT, ASKED, MEASURE, SCALE, FIGURES)
