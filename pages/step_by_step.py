"""Step by step: one word's way through one block, with every number.

A student chooses two words and follows the arithmetic from the embedding to the end of the block:
question times answer, softmax, values, residual, feed-forward network. A lecturer can stop at any
of it, put the link on a slide, and show that each number is the one that the model recorded.
"""

from viz_core import ui
from viz_core.lessons.step_by_step import check, link, stage, view
from viz_core.ui import _

ui.speak(link.LINK)
ui.title(
    _("Attention, number by number"),
    _("Two words, one head, and all the arithmetic between them: nothing is left out."),
)
text = ui.text_input(link.TEXT, ui.examples(link.TEXT.default))


def lesson() -> None:
    inside = ui.look_inside(text, ui.theme(), link.MODEL)
    walk = view.walk_view(inside)
    stage.show(walk)
    check.show(walk)
    ui.share(link.LINK)


ui.run_alone(lesson)
