"""What the link of the Pictures page carries."""

from viz_core.entries import PICTURES
from viz_core.i18n import N_
from viz_core.links import MEAN, MEAN_NAME, Choice, Link, Number, Text, choice
from viz_core.pictures import N_PATCHES

NAMER, TALKER = "vit-digits", "decoder-digits"
A_SEVEN = "009ggg5001ea8g8000007g30038bfgb008ggfb30002g7000008g100000da0000"  # an unseen digit
PICTURE = Text("picture", A_SEVEN)
LAYER, PATCH = Number("layer", "2", most=2), Number("patch", "0", most=N_PATCHES)
HEAD = Choice("head", MEAN, (*map(str, range(4)), MEAN), MEAN_NAME)
# what is asked of the picture; its words are what the model reads
ASK = choice(
    "ask",
    {
        "what": N_("nothing: say what it is"),
        "even": N_("is it even ?"),
        "odd": N_("is it odd ?"),
        "next": N_("what comes next ?"),
        "more-2": N_("is it more than two ?"),
        "more-5": N_("is it more than five ?"),
        "more-7": N_("is it more than seven ?"),
    },
)
WORD = Number("word", None)
LINK = Link(PICTURES, PICTURE, LAYER, HEAD, PATCH, ASK, WORD)


def asked(code: str) -> str:
    """The words of a question, in the only language that the model reads."""
    return "" if code == str(ASK.default) else ASK.names[code]
