"""What the link of the Scale page carries."""

from viz_core.generate import LONGEST
from viz_core.i18n import N_
from viz_core.links import Link, Number, Text, choice
from viz_core.sentences import ONCE

TEXT = Text("text", ONCE)
COUNT = choice("count", {"all": N_("all"), "inner": N_("without embeddings")})
WORDS = Number("words", "40", 1, LONGEST)
LINK = Link("scale", TEXT, COUNT, WORDS)
