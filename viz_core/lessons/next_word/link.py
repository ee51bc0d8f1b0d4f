"""What the link of the Next word page carries."""

from viz_core.generate import LONGEST, TEMPERATURES
from viz_core.i18n import N_
from viz_core.kinds import Kind
from viz_core.languages import first_model
from viz_core.links import (
    MEAN,
    MEAN_NAME,
    Choice,
    Link,
    Number,
    Several,
    Text,
    choice,
    most_heads,
    sentence,
    usable,
)
from viz_core.sentences import TOM_ASKED


def continues(kind: Kind) -> bool:
    """Whether models of a kind go on with a text."""
    return kind.continues


MODELS = Several("models", lambda: first_model("decoder-stories", continues), usable(continues))
STRATEGY = choice("strategy", {"greedy": N_("greedy"), "sample": N_("sample")})
TEMPERATURE = Number("temperature", "1.0", TEMPERATURES[0], 2.0)
TOP_K, TOP_P, SEED = Number("top_k", "0"), Number("top_p", "1.0", 0.05, 1.0), Number("seed", "0")
STEP, CHOSEN = Number("step", "0", most=LONGEST), Text("chosen")
LAYER = Number("layer")
HEAD = Choice("head", None, lambda _state: (*map(str, range(most_heads())), MEAN), MEAN_NAME)
TEXT = sentence(TOM_ASKED, lambda: MODELS.default)
LINK = Link(
    "next_word",
    TEXT,
    MODELS,
    STRATEGY,
    TEMPERATURE,
    TOP_K,
    TOP_P,
    SEED,
    STEP,
    CHOSEN,
    LAYER,
    HEAD,
)
