"""What the link of the Words become numbers page carries."""

from viz_core import registry
from viz_core.links import Choice, Link, Number, Text, suggested

LONGEST = 240  # characters that are drawn


def models() -> tuple[str, ...]:
    """Every model that can be used, those of a single lesson too."""
    return tuple(model for model in registry.MODELS if registry.fault(model) is None)


MODEL = Choice("model", "decoder-stories", lambda _state: models())
STEP = suggested(Number("step"))  # all rules of the text
TEXT = Text("text", "Tom and Nguyen eat noodles. 我正在吃饭 😀")
LINK = Link("tokens", TEXT, MODEL, STEP)
