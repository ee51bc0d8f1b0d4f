"""What the link of the Translate page carries."""

from viz_core.analysis.attention import CROSS, STACKS
from viz_core.i18n import N_
from viz_core.links import MEAN_NAME, Choice, Link, Number, Text, choice, heads, model, n_layers
from viz_core.sentences import EATING

ENCODER, DECODER = STACKS
STOP = choice(
    "stop",
    {
        "embeddings": N_("embeddings"),
        "positions": N_("positions"),
        ENCODER: N_("encoder"),
        DECODER: N_("decoder"),
        CROSS: N_("cross-attention"),
        "choice": N_("choice"),
    },
)
STOPS = tuple(STOP.names)
OWN = Text("target")
WIDEST = 5  # hypotheses of the beam on the page
WIDTH, PENALTY = Number("width", "3", 1, WIDEST), Number("penalty", "0.6", 0, 2)
MODEL = model(lambda kind: kind.translates)
LAYER, HEAD = Number("layer", most=n_layers), Choice("head", "0", heads, MEAN_NAME)
STEP = Number("step")
TEXT = Text("text", EATING)
LINK = Link("translate", TEXT, OWN, MODEL, STOP, LAYER, HEAD, STEP, WIDTH, PENALTY)
