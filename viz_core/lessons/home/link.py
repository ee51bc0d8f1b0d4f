"""What the link of the Home page carries."""

from viz_core import registry
from viz_core.i18n import language
from viz_core.languages import first_model, reads
from viz_core.links import WORD, Choice, Link, Number, heads, n_layers, sentence
from viz_core.sentences import TOM_ASKED


def models() -> tuple[str, ...]:
    """Every model that says words and can be used, those of a single lesson too."""
    there = (
        model
        for model, entry in registry.MODELS.items()
        if entry.traits.speaks and registry.fault(model) is None
    )
    return tuple(sorted(there, key=lambda model: not reads(model, language())))


MODEL = Choice("model", lambda: first_model("decoder-stories"), lambda _state: models())
LAYER, HEAD = Number("layer", most=n_layers), Choice("head", None, heads)
TEXT = sentence(TOM_ASKED, lambda: MODEL.default)
LINK = Link("home", TEXT, MODEL, LAYER, HEAD, WORD)
