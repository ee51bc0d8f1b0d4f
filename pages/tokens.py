"""Words become numbers: how a text is cut into the pieces that a model reads.

A student types anything and sees its letters and bytes joined, rule by rule, until the tokens
are there, each with its number. A lecturer can point at a rare name in five pieces, at Chinese and
emoji in bytes, and at every tokenizer of the app beside the others.
"""

from viz_core import ui
from viz_core.lessons.tokens import beside, link, rare, tree, view
from viz_core.ui import _

ui.speak()
ui.title(
    _("Words become numbers"),
    _("A model reads no letters: a list of pieces cuts the text, and each piece is a number."),
)
text = ui.text_input(link.TEXT, view.examples(), stories=False)


def lesson() -> None:
    tokens = view.tokens_view(text, ui.theme())
    tree.show(tokens)
    rare.show(tokens)
    beside.show(tokens)
    ui.share(link.LINK)
    view.go_on(tokens)


ui.run_alone(lesson)
