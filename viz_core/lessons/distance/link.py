"""What the link of the Distance page carries."""

from viz_core.i18n import N_
from viz_core.kinds import Kind
from viz_core.languages import first_model
from viz_core.links import ASKED, MEASURE, Link, choice, sentence
from viz_core.sentences import TOM_FAR


def reads_one_text(kind: Kind) -> bool:
    """Whether a model of a kind can be asked what it still knows of its text."""
    return kind.speaks and not kind.translates


SCALE = choice("scale", {"linear": N_("linear"), "log": N_("logarithmic")})
FIGURES = choice("recall", {"cards": N_("from the cards"), "now": N_("now")})
TEXT = sentence(TOM_FAR, lambda: first_model("decoder-stories", reads_one_text))
LINK = Link("distance", TEXT, ASKED, MEASURE, SCALE, FIGURES)
