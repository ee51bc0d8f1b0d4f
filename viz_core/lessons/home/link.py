"""What the link of the Home page carries."""

from viz_core import registry
from viz_core.links import WORD, Choice, Link, Number, Text, heads, n_layers
from viz_core.sentences import TOM_ASKED


def models() -> tuple[str, ...]:
    """Every model that says words and can be used, those of a single lesson too."""
    return tuple(
        model
        for model, entry in registry.MODELS.items()
        if entry.traits.speaks and registry.fault(model) is None
    )


MODEL = Choice("model", "decoder-stories", lambda _state: models())
LAYER, HEAD = Number("layer", most=n_layers), Choice("head", None, heads)
TEXT = Text("text", TOM_ASKED)
LINK = Link("home", TEXT, MODEL, LAYER, HEAD, WORD)
