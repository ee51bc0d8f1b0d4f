"""Residual stream: what each layer adds, and what it would already say.

A student watches the answer form from layer to layer. A lecturer shows that a Transformer is a sum:
embedding, attentions and feed-forward networks add up to the very vector that chooses the word.
"""

from viz_core import ui
from viz_core.lessons.residual_stream import link, pictures, view
from viz_core.ui import _

ui.speak(link.LINK)
ui.title(
    _("What does each layer add?"),
    _("Every part reads one vector a word and adds to it: nothing is overwritten."),
)
text = ui.text_input(link.TEXT, ui.examples(link.TEXT.default))


def lesson() -> None:
    inside = ui.look_inside(text, ui.theme(), link.MODEL, asks=True)
    pictures.show(view.stream_view(inside))
    ui.share(link.LINK)


ui.run_alone(lesson)
