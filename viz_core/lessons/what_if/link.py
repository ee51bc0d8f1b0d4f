"""What the link of the What if page carries."""

from viz_core.i18n import N_
from viz_core.links import PLACE, STACK, WORD, Flag, Link, Several, Text, choice, model, sentence
from viz_core.sentences import TOM_ASKED

OWN, CAUSAL, BOTH = "own", "causal", "both"
MODEL = model(lambda kind: kind.attends and kind.speaks, first="decoder-stories")
OFF, HIDDEN, REPLACEMENT = Several("off", ""), Several("hidden"), Text("replacement")
NO_POSITIONS = Flag("no_positions")
MASK = choice("mask", {OWN: N_("its own"), CAUSAL: N_("causal"), BOTH: N_("both ways")})
DIFFERENCE, BEFORE, AFTER = "difference", "before", "after"
SIDE = choice("side", {DIFFERENCE: N_("difference"), BEFORE: N_("before"), AFTER: N_("after")})
TEXT = sentence(TOM_ASKED, lambda: MODEL.default)
LINK = Link(
    "what_if",
    MODEL,
    TEXT,
    OFF,
    HIDDEN,
    WORD,
    REPLACEMENT,
    NO_POSITIONS,
    MASK,
    STACK,
    *PLACE,
    SIDE,
)
