"""What the link of the Step by step page carries."""

from viz_core.i18n import N_
from viz_core.links import LOOKED_AT, PLACE, STACK, WORD, Link, choice, model, sentence
from viz_core.sentences import TOM

MODEL = model(lambda kind: kind.attends, first="decoder-stories")
AT = choice(
    "at",
    {
        "embed": N_("embed"),
        "norm": N_("norm"),
        "qk": N_("q, k"),
        "dot": N_("product"),
        "scale": N_("scale"),
        "mask": N_("mask"),
        "softmax": N_("softmax"),
        "mix": N_("mix"),
        "out": N_("output"),
        "add": N_("add"),
        "norm2": N_("norm again"),
        "ffn": N_("feed-forward"),
        "add2": N_("add again"),
    },
)
TEXT = sentence(TOM, lambda: MODEL.default)
LINK = Link("step_by_step", MODEL, TEXT, STACK, *PLACE, WORD, LOOKED_AT, AT)
