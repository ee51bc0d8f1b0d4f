"""What each stage is called, and how its picture is read."""

from __future__ import annotations

from viz_core.design import Design
from viz_core.i18n import _


def stage_title(stage: str) -> str:
    """What happens at a stage, in a sentence."""
    titles = {
        "embed": _("The word becomes a vector"),
        "norm": _("The vector is brought to one scale"),
        "qk": _("A question and an answer are made"),
        "dot": _("Question times answer, dimension by dimension"),
        "scale": _("Divided by the root of the head's width"),
        "mask": _("What may not be seen is taken out"),
        "softmax": _("Scores become shares of one whole"),
        "mix": _("What the words have to say is mixed by these shares"),
        "out": _("All heads are put together"),
        "add": _("Added to what was there: the residual connection"),
        "norm2": _("Once more to one scale"),
        "ffn": _("Each word alone: the feed-forward network"),
        "add2": _("Added again: the block is done"),
    }
    return titles[stage]


def stage_sentence(stage: str, design: Design) -> str:
    """How to read the picture of a stage."""
    post = not design.pre_norm
    sentences = {
        "embed": _("One strip a vector, one cell a dimension: brown above 0, purple below."),
        "norm": _("Above the vector before, below it after.")
        if not post
        else _("In this architecture the norm stands behind the sum; above before, below after."),
        "qk": _(
            "Blue: what the word that looks asks. Vermilion: what the word looked at answers. Both "
            "are made from the vectors above them by maps that this head learned."
        ),
        "dot": _(
            "Where both vectors have the same sign the product is brown and raises the score; "
            "where the signs differ it is purple and lowers it."
        ),
        "scale": _("One cell a word: its score. The framed one is that of the chosen pair."),
        "mask": _("One cell a word; an empty one is masked: no weight can come from it."),
        "softmax": _(
            "The scores, their exponents (the largest is 1), and the weights: they sum to 1."
        ),
        "mix": _(
            "Green: what the word looked at offers, the same times its weight, and the sum over "
            "all words."
        ),
        "out": _(
            "What this head mixed, what becomes of it, and the sum with what all other heads bring."
        ),
        "add": _("The stream before, what the attention adds, and their sum."),
        "norm2": _("Above the vector before, below it after."),
        "ffn": _("What is read, the neurons, and what they write back together."),
        "add2": _("The stream before, what the feed-forward network adds, and their sum."),
    }
    return sentences[stage]
