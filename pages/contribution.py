"""Contribution: attention weights are not yet an explanation.

A student compares where a head looks with what it hands over and with what the guess would lose. A
lecturer shows four methods disagreeing about one sentence, and which of them really tried it out.
"""

from viz_core import ui
from viz_core.lessons.contribution import beside, explanations, link
from viz_core.ui import _

ui.speak(link.LINK)
ui.title(
    _("Who gives what?"),
    _("A large attention weight need not move much: other ways to ask give other answers."),
)
text = ui.text_input(link.TEXT, ui.examples(link.TEXT.default))


def lesson() -> None:
    inside = ui.look_inside(text, ui.theme(), link.MODEL, explanations.MEASURES, asks=True)
    explanations.show(inside)
    beside.show(inside)
    ui.share(link.LINK)


ui.run_alone(lesson)
