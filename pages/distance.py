"""Distance: how far back a model can feel a word, and still know what it said.

A student sees the influence of every word of a sentence against its distance, for all models, and
how often each still answers rightly after 0 to 20 other sentences. A lecturer can let the server
measure it again.
"""

from viz_core import ui
from viz_core.lessons.distance import influence, link, recall
from viz_core.ui import _

ui.speak(link.LINK)
ui.title(
    _("How far back can it look?"),
    _("“Tom is a cat”, many words later: who still knows what Tom eats?"),
)
text = ui.text_input(link.TEXT, ui.examples(link.TEXT.default))


def lesson() -> None:
    step = influence.show(text, ui.theme())
    recall.show(text, step, ui.theme())
    ui.share(link.LINK)


ui.run_alone(lesson)
