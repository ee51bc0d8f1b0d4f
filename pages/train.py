"""Train: a model that learns before the visitor's eyes, on a text of his own.

A student chooses what is learned by what, presses Train, and watches losses fall, a head form and
words come; then opens the model in any lesson. A lecturer can point at the moment at which an
induction head appears, and at the gradient that does not reach the first of twelve layers.
"""

from viz_core import ui
from viz_core.lessons.train import curves, inside, link, opening, runs, setting, view
from viz_core.ui import _

ui.speak(link.LINK)
ui.title(
    _("Watch a model learn"),
    _("Choose what learns from what, and see every number of it move."),
)


def lesson() -> None:
    chosen = setting.choose_setting(runs.show_button)
    runs.show_refusal(chosen)

    def moment() -> None:
        seen = view.train_view(chosen, ui.theme())
        curves.show(seen)
        inside.show(seen)
        opening.show(seen)

    ui.run_live(moment, runs.going_on)
    ui.share(link.LINK)


ui.run_alone(lesson)
