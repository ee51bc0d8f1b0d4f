"""What a class may be asked here: where a head looks."""

from __future__ import annotations

from functools import partial

from viz_core.figures.theme import bare
from viz_core.i18n import _
from viz_core.lessons.attention.view import AttentionView
from viz_core.stage.question import Question
from viz_core.ui.stage import Asks


def asks(view: AttentionView) -> Asks:
    """The question of this view."""
    return partial(_ask, view)


def _ask(view: AttentionView) -> Question:
    """Which word the chosen head looks at most from the picked one; its share of each word."""
    strings = view.keys.strings
    row = view.all_weights[view.word]
    names = [
        f"{bare(word)} ({n})" if strings.count(word) > 1 else bare(word)
        for n, word in enumerate(strings)
    ]
    seen = [n for n in range(len(names)) if row[n] > 0]
    best = max(seen, key=lambda n: row[n])
    prompt = _("Which word does “{word}” look at most? {where}. “{text}”").format(
        word=bare(view.queries.strings[view.word]), where=view.name, text=view.text
    )
    probs = {names[n]: float(row[n]) for n in seen}
    return Question(prompt, tuple(probs), probs, (names[best],), names[best])
