"""Cost: what a longer text costs each architecture.

A student sees time, memory and the number of steps that have to wait for one another, measured on
this server now, from 8 to 1,024 tokens. A lecturer can point at the slopes: the length, or its
square.
"""

from viz_core import ui
from viz_core.lessons.cost import growth, link, training
from viz_core.ui import _

ui.speak(link.LINK)
ui.title(
    _("What does a longer text cost?"),
    _("The architectures that read one text, at equal width, measured on this server now."),
)


def lesson() -> None:
    growth.show(ui.theme())
    training.show(ui.theme())
    ui.share(link.LINK)


ui.run_alone(lesson)
