"""What the guess rests on, network beside network: who still uses the fact, and who lost it."""

from __future__ import annotations

from viz_core.kinds import Kind
from viz_core.languages import language_of, readers
from viz_core.lessons.memory.view import MemoryView
from viz_core.ui.readings import likelihood_request, readings_of
from viz_core.ui.rests import show_rests
from viz_core.ui.usable import offered


def show(view: MemoryView) -> None:
    """One strip a recurrent network: by how much its guess falls with another word there.

    A text of nothing but marks for other models has no words that a guess could rest on.
    """
    text = likelihood_request(view.text).text
    if not text.strip():
        return
    models = offered(readers(language_of(text), _goes_on))
    readings = readings_of(text, "counterfactual", models)
    show_rests("memory-rests", readings, "counterfactual", view.theme, text)


def _goes_on(kind: Kind) -> bool:
    return kind.recurrent and kind.continues
