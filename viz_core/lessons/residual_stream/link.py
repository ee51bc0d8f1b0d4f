"""What the link of the Layers page carries."""

from viz_core.analysis.attention import STACKS
from viz_core.i18n import N_
from viz_core.links import LAYER, Link, choice, model, sentence
from viz_core.sentences import TOM_ASKED

LENS, JACOBIAN, PARTS = "lens", "jacobian", "parts"
LENSES = (LENS, JACOBIAN)  # of models that say words
LENGTHS, ALIKE, NEURONS = "lengths", "alike", "neurons"
VIEW = choice(
    "view",
    {
        LENS: N_("lens"),
        JACOBIAN: N_("Jacobian lens"),
        PARTS: N_("parts"),
        LENGTHS: N_("lengths"),
        ALIKE: N_("alike"),
        NEURONS: N_("neurons"),
    },
)
MODEL = model(lambda kind: kind.attends, first="decoder-stories")
STACK = choice("stack", dict(zip(STACKS, (N_("encoder"), N_("decoder")), strict=True)))
TEXT = sentence(TOM_ASKED, lambda: MODEL.default)
LINK = Link("residual_stream", MODEL, TEXT, STACK, VIEW, LAYER)
