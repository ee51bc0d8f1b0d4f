"""What if: change something about the pass and see what it was good for.

A student hides the word that the guess rests on and sees the guess fall. A lecturer switches heads
off, drops the positions or lifts the mask, and asks the audience first what will happen.
"""

from viz_core import ui
from viz_core.lessons.what_if import attention, effect, link, moved, view
from viz_core.ui import _

ui.speak(link.LINK)
ui.title(
    _("What if it could not see that?"),
    _("The same model and the same text, with something taken away: before, after, difference."),
)
text = ui.text_input(link.TEXT, ui.examples(link.TEXT.default))


def lesson() -> None:
    inside = ui.look_inside(text, ui.theme(), link.MODEL, asks=True)
    changes = view.changes_view(inside)
    effect.show(changes)
    attention.show(changes)
    moved.show(changes)
    ui.share(link.LINK)


ui.run_alone(lesson)
