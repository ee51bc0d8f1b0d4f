"""What the link of the Positions page carries."""

from viz_core import registry
from viz_core.i18n import N_
from viz_core.links import HEAD, LAYER, LOOKED_AT, WORD, Choice, Link, Number, choice, sentence
from viz_core.sentences import TOM_ASKED

LESSON = "positions"  # of the five decoders that differ in nothing else
ENCODINGS, ORDER, TURNING = "encodings", "order", "turning"
PART = choice("part", {ENCODINGS: N_("encodings"), ORDER: N_("order"), TURNING: N_("turning")})
VARIANTS = ("none", "learned", "sinusoidal", "rotary", "alibi")
ENCODING = choice(  # the first one has a pattern that is seen at once
    "encoding",
    {
        "sinusoidal": N_("sinusoidal"),
        "learned": N_("learned"),
        "rotary": N_("rotary"),
        "alibi": N_("ALiBi"),
    },
)
SHUFFLE, SWAP = "shuffle", "swap"
WAY = choice("order", {SHUFFLE: N_("shuffle"), SWAP: N_("swap")})
FIRST, SECOND, SEED = Number("first", "1"), Number("second"), Number("seed", "1", most=9_999)
PAIR = Number("pair")
TURNED = ("positions-rotary", "llama-stories")


def variant(scheme: str) -> str:
    """The model of this lesson that is told its places in one of the `VARIANTS`."""
    return f"{LESSON}-{scheme}"


def ordered_models() -> tuple[str, ...]:
    """The models whose words can be put in another order, those of this lesson first."""
    one_text = registry.model_ids(lambda kind: kind.attends and kind.speaks and not kind.translates)
    return (*registry.model_ids(lesson=LESSON), *one_text)


def schemes() -> tuple[str, ...]:
    """Those of the `VARIANTS` whose model can be used."""
    there = registry.model_ids(lesson=LESSON)
    return tuple(scheme for scheme in VARIANTS if variant(scheme) in there)


def turned() -> tuple[str, ...]:
    """The models that turn queries and keys."""
    return tuple(model for model in TURNED if registry.fault(model) is None)


MODEL = Choice("model", variant(VARIANTS[0]), lambda _state: ordered_models())
TEXT = sentence(TOM_ASKED, lambda: MODEL.default)
LINK = Link(
    "positions",
    TEXT,
    PART,
    ENCODING,
    MODEL,
    WAY,
    FIRST,
    SECOND,
    SEED,
    LAYER,
    HEAD,
    WORD,
    LOOKED_AT,
    PAIR,
)
