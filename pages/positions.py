"""Positions: how a model knows which word comes first.

A student shuffles the words of a sentence and sees which models notice. A lecturer compares
learned, sinusoidal, rotary and relative positions of five decoders that differ in nothing else, and
shows that without them a text is a set.
"""

from viz_core import ui
from viz_core.lessons.positions import encodings, link, order, turning, view
from viz_core.ui import _

ui.speak(link.LINK)
ui.title(
    _("How does it know the order?"),
    _("Attention sees a set of words. What tells it which one comes first is put in by hand."),
)
text = ui.text_input(link.TEXT, ui.examples(link.TEXT.default))


def lesson() -> None:
    parts = {link.ENCODINGS: encodings, link.ORDER: order, link.TURNING: turning}
    parts[view.choose_part()].show(text, ui.theme())
    ui.share(link.LINK)


ui.run_alone(lesson)
