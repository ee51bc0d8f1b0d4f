"""Scale: what more parameters buy, and how large others are.

A student sees three sizes of one model side by side: their losses against tokens and against
parameters, and how each goes on with the same words. A lecturer can point at the straight line, at
where it stops being a measurement, and at the family tree from GPT-1 to Llama 3.
"""

from viz_core import ui
from viz_core.lessons.scale import continued, family, link, losses, view
from viz_core.ui import _

ui.speak(link.LINK)
ui.title(
    _("Does larger mean better?"),
    _("One model in several sizes, trained on the same batches, and the sizes of famous ones."),
)
text = ui.text_input(link.TEXT, ui.examples(link.TEXT.default))


def lesson() -> None:
    chosen = view.look(text, ui.theme())
    if not chosen.compares:
        family.show(chosen)
    losses.show(chosen)
    continued.show(chosen)
    if chosen.compares:
        family.show(chosen)
    ui.share(link.LINK)


ui.run_alone(lesson)
