"""What the link of the Attention page carries."""

from viz_core.links import PLACE, STACK, TRAINING, WORD, Flag, Link, model, sentence
from viz_core.sentences import TOM

MODEL = model(lambda kind: kind.attends, first="decoder-stories")
REVERSE, HIDE_SPECIAL = Flag("reverse"), Flag("hide_special")
TEXT = sentence(TOM, lambda: MODEL.default)
LINK = Link("attention", MODEL, TEXT, TRAINING, STACK, *PLACE, WORD, REVERSE, HIDE_SPECIAL)
