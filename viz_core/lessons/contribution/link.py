"""What the link of the Contribution page carries."""

from viz_core.i18n import N_
from viz_core.links import PLACE, STACK, Link, choice, model, sentence
from viz_core.sentences import TOM_ASKED

NORMS, GRADIENT, ROLLOUT = "norms", "gradient", "rollout"
METHOD = choice(
    "method", {NORMS: N_("weighted norms"), GRADIENT: N_("gradient"), ROLLOUT: N_("rollout")}
)
MODEL = model(lambda kind: kind.attends and kind.speaks, first="decoder-stories")
TEXT = sentence(TOM_ASKED, lambda: MODEL.default)
LINK = Link("contribution", MODEL, TEXT, STACK, *PLACE, METHOD)
