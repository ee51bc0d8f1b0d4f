"""Few-shot: what a model does by the examples in its prompt, with no weight changed.

A student puts 0 to 8 examples before a question and sees how likely the right answer becomes, for
models side by side, and which examples the answer's place looks at. A lecturer can point at the
facts that a small decoder keeps apart and at the tasks that no example teaches it, and change the
rows.
"""

import streamlit as st

from viz_core import ui
from viz_core.lessons.few_shot import accuracy, answers, link, looks, view
from viz_core.ui import _

ui.speak(link.LINK)
ui.title(
    _("What do examples in the prompt teach?"),
    _(
        "Nothing is trained here: examples stand in the text before the question. A model can use "
        "them for what its training prepared it to do, and for no more."
    ),
)


def lesson() -> None:
    few_shot = view.few_shot_view(ui.theme())
    accuracy.show(few_shot)
    left, right = st.columns(2, gap="large")
    with left:
        answers.show(few_shot)
    with right:
        looks.show(few_shot)
    ui.share(link.LINK)


ui.run_alone(lesson)
