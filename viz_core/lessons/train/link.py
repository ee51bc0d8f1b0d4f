"""What the link of the Train page carries: all of a run but a pasted text."""

from __future__ import annotations

from viz_core.i18n import N_
from viz_core.lessons.train.presets import PRESETS
from viz_core.links import HEAD, LAYER, Choice, Link, Number, Several, Text, choice, suggested
from viz_core.workshop.setup import (
    CORPORA,
    KINDS,
    MOST_HEADS,
    MOST_LAYERS,
    MOST_RATE,
    MOST_SEED,
    MOST_STEPS,
    OPTIMISERS,
    PARTS,
    POSITIONS,
    TRAINED_ON_TEXT,
    WIDTHS,
)

PRESET = choice("preset", {code: preset.title for code, preset in PRESETS.items()})
KIND = Choice("kind", None, KINDS, TRAINED_ON_TEXT)
CORPUS = Choice(
    "corpus",
    None,
    CORPORA,
    {
        "stories": N_("sentences of stories"),
        "copying": N_("letters that repeat"),
        "recall": N_("stories of one fact"),
        "chinese": N_("Chinese sentences"),
        "poem": N_("poems"),
        "own": N_("your own text"),
    },
)
N_LAYER = Number("layers", None, 1, MOST_LAYERS)
N_HEAD = Number("heads", None, 1, MOST_HEADS)
WIDTH = Number("width", None, *WIDTHS)
POSITION = Choice("positions", None, POSITIONS, {name: name for name in POSITIONS})
WITHOUT = Several("without", None, PARTS)
PART = Choice(  # what can be left out, by name
    "part",
    None,
    PARTS,
    {
        "residual": N_("residual connections"),
        "norm": N_("LayerNorm"),
        "mask": N_("causal mask"),
    },
)
OPTIMISER = Choice("optimiser", None, OPTIMISERS, {"adamw": "AdamW", "sgd": "SGD"})
RATE = Number("rate", None, 0, MOST_RATE)
SEED = Number("seed", None, 0, MOST_SEED)
STEPS = Number("steps", None, 1, MOST_STEPS)
MEASURES = {
    "right": N_("right words"),
    "match": N_("prefix matching"),
    "norms": N_("gradient by layer"),
}
WATCH = Choice("watch", None, tuple(MEASURES), MEASURES)
SENTENCES = {  # what a trained model is asked to go on with, by its corpus
    "stories": "She was very happy and",
    "copying": "k t f q z k t f q z k",
    "recall": "Tom is a cat. It was shiny and glittery. Tom's favorite food is",
    "chinese": "小明很高兴，",
    "poem": "Tyger Tyger, burning",
}
RUNS = Several("runs")  # ids that nobody guesses: who has the link sees the runs
AT = Number("at", None, 0, MOST_STEPS)  # the step that is looked at; the newest if none is said
TEXT = Text("text")
LINK = Link(
    "train",
    PRESET,
    CORPUS,
    KIND,
    N_LAYER,
    N_HEAD,
    WIDTH,
    POSITION,
    WITHOUT,
    OPTIMISER,
    RATE,
    SEED,
    STEPS,
    TEXT,
    WATCH,
    RUNS,
    AT,
    suggested(LAYER),
    suggested(HEAD),
)
