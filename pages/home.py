"""Home: the sentence flows through every architecture.

A newcomer types a sentence, sees it flow through a model of any kind, switches kinds and watches
what changes and what stays; a click on any part opens its lesson. A lecturer plays the walk, or
starts the tour.
"""

from viz_core import ui
from viz_core.lessons.home import link, models, openings, view
from viz_core.ui import _

ui.speak(link.LINK)
with ui.title(_("Watch a sentence flow through a model")):
    ui.show_tours()
text = openings.opening_input()


def lesson() -> None:
    view.show_home(text, ui.theme())
    ui.share(link.LINK)


ui.run_alone(lesson)
openings.show_openings()
models.show()
