"""Compare: one sentence, every architecture.

A student asks all models the same question and sees what each says, which words its guess rests
on, and what the answer cost. A lecturer can switch training off, subtract one model's map from
another's, and point at the word that one model uses and the other has lost.
"""

from viz_core import ui
from viz_core.lessons.compare import columns, difference, link, numbers, question, strips
from viz_core.ui import _

ui.speak(link.LINK)
ui.title(
    _("One sentence, every architecture"),
    _(
        "The same words to all: what differs is how a model carries them. The story models "
        "learnt from stories of one kind (each card says how many), the translator from pairs of "
        "sentences."
    ),
)
text = ui.text_input(link.TEXT, ui.examples(link.TEXT.default))


def lesson() -> None:
    comparison = ui.comparison(text, ui.theme())
    columns.show(comparison)
    strips.show(comparison)
    difference.show(comparison)
    numbers.show(comparison)
    ui.share(link.LINK, question.asks(comparison))


ui.run_alone(lesson)
