"""What a class may be asked here: whether a gate is open or shut; without gates, the next word."""

from __future__ import annotations

from functools import partial

import numpy as np

from viz_core.figures.theme import bare
from viz_core.i18n import _
from viz_core.lessons.memory.view import MemoryView
from viz_core.stage.question import Question, which_word
from viz_core.ui.stage import Asks

HALF = 0.5  # a gate that lets more through is open


def asks(view: MemoryView) -> Asks:
    """The question of this view."""
    return partial(_ask, view)


def _ask(view: MemoryView) -> Question:
    gate = view.states if view.states in view.kind.gates else view.kind.keeps
    if not gate:
        end = max(guess.pos for guess in view.trace.top)
        at_end = [(bare(guess.token), guess.prob) for guess in view.trace.top if guess.pos == end]
        prompt = _("Which word comes next? “{text}”").format(text=view.text)
        return which_word(prompt, at_end)
    gates = view.trace[f"{view.name}.gates"]
    values = np.take(gates.values, view.kind.gates.index(gate), axis=gates.axes.index("gate"))
    value = float(values[view.word, view.unit])
    names = _("open"), _("shut")
    prompt = _("Unit {unit} reads “{word}”: is its gate {gate} open or shut? “{text}”").format(
        unit=view.unit, word=bare(view.words[view.word]), gate=gate, text=view.text
    )
    right = names[0] if value > HALF else names[1]
    answer = _("{answer}, at {value}").format(answer=right, value=f"{value:.2f}")
    probs = {names[0]: value, names[1]: 1 - value}
    return Question(prompt, names, probs, (right,), answer)
