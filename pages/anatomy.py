"""Anatomy: what a model is made of.

A student sees the blocks of each architecture and how many numbers each learned. A lecturer shows
that GPT-2 and BERT are the same few parts, many times larger.
"""

from viz_core import ui
from viz_core.lessons.anatomy import diagram, link, published, token_cost, view
from viz_core.ui import _

ui.speak(link.LINK)
ui.title(
    _("What is it made of?"),
    _("A few kinds of parts, stacked: every number that was learned is in one of these boxes."),
)


def lesson() -> None:
    chosen = view.choose(ui.theme())
    diagram.show(chosen)
    published.show(chosen)
    token_cost.show(chosen)
    ui.share(link.LINK)


ui.run_alone(lesson)
