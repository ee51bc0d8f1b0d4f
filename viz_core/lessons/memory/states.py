"""Hidden state, cell and gates after every word."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.figures import StateMap, state_maps
from viz_core.figures.numbers import percent
from viz_core.figures.theme import GATE_COLORS, bare, numbered
from viz_core.i18n import _
from viz_core.kinds import Kind
from viz_core.lessons.memory.equation import equation_of
from viz_core.lessons.memory.view import FIRST, MemoryView
from viz_core.ui.errors import escape_markdown
from viz_core.ui.show import Details, picture


def show(view: MemoryView) -> None:
    """The states under each other, the picked word framed in all."""
    st.subheader(_title(view), anchor=False)
    equation = equation_of(view.kind)
    picture(
        state_maps,
        "state-maps",
        _(
            "One column a word, one thin row a unit; units that go alike stand together. Signed "
            "states: brown above 0, purple below. Gates: from 0, shut, to 1, open, on the scale "
            "of the words above."
        ),
        _summary(view),
        Details(
            formula=equation.formula,
            source=equation.source,
            code=equation.code,
            table=lambda: _table(view),
            saves=True,
        ),
        maps=[drawn for code, drawn in _maps(view).items() if view.states in ("all", code)],
        tokens=view.trace.tokens["text"],
        order=view.order,
        theme=view.theme,
        word=view.word,
        unit=view.unit,
        note=view.note,
    )


def _maps(view: MemoryView) -> dict[str, StateMap]:
    """The maps that there are, by the code that chooses one."""
    maps = {"h": StateMap(_("hidden state h"), view.h, signed=True)}
    if view.kind.cell:
        maps["c"] = StateMap(_("cell c"), view.trace[f"{view.name}.c"].values, signed=True)
    if view.kind.gates:
        gates = view.trace[f"{view.name}.gates"].values  # (gate, pos, unit)
        for letter, values in zip(view.kind.gates, gates, strict=True):
            maps[letter] = StateMap(
                gate_name(letter),
                values,
                signed=letter == view.kind.candidate,
                color=GATE_COLORS[letter],
            )
    return maps


def gate_name(letter: str) -> str:
    """A gate's name for people.

    Raises:
        ValueError: nobody named it.
    """
    names = {
        "i": _("input gate i"),
        "f": _("forget gate f"),
        "g": _("candidate g"),
        "o": _("output gate o"),
        "r": _("reset gate r"),
        "z": _("update gate z"),
        "n": _("candidate n"),
    }
    if letter not in names:
        raise ValueError(f"the gate {letter} has no name; those that have: {', '.join(names)}")
    return names[letter]


def _kept(letter: str) -> str:
    """How much a gate keeps, in a sentence.

    Raises:
        ValueError: nobody wrote one.
    """
    sentences = {
        "f": _(
            "From “{first}” to “{word}”, the product of the forget gates is {share}, on average "
            "over the {n} units of layer {layer}."
        ),
        "z": _(
            "From “{first}” to “{word}”, the product of the update gates is {share}, on average "
            "over the {n} units of layer {layer}."
        ),
    }
    if letter not in sentences:
        raise ValueError(f"there is no sentence on the gate {letter} that keeps")
    return sentences[letter]


def _title(view: MemoryView) -> str:
    """What the states say at the picked word."""
    if not view.kind.keeps:
        return _("Each word moves a unit by {change}, in a range from −1 to 1").format(
            change=f"{_moved(view):.2f}"
        )
    if view.word < FIRST:
        return _("Nothing has been read yet: pick a word")
    return _holds(view.kind).format(
        word=escape_markdown(bare(view.words[view.word])),
        share=percent(view.retention[view.word, FIRST], short=True),
        first=escape_markdown(bare(view.words[FIRST])),
    )


def _holds(kind: Kind) -> str:
    """What a gate keeps something in, in a sentence."""
    if kind.cell:
        return _("At “{word}” the cell still holds {share} of what it held after “{first}”")
    return _("At “{word}” the state still holds {share} of what it held after “{first}”")


def _summary(view: MemoryView) -> str:
    """The states in one sentence with its numbers."""
    if not view.kind.keeps or view.word < FIRST:
        return _(
            "From word to word, the {n} units of layer {layer} move by {change} on average."
        ).format(n=view.h.shape[1], layer=view.layer, change=f"{_moved(view):.2f}")
    return _kept(view.kind.keeps).format(
        first=bare(view.words[FIRST]),
        word=bare(view.words[view.word]),
        share=percent(view.retention[view.word, FIRST], short=True),
        n=view.h.shape[1],
        layer=view.layer,
    )


def _moved(view: MemoryView) -> float:
    """Mean change of a unit from word to word."""
    return float(np.abs(np.diff(view.h, axis=0, prepend=0)).mean())


def _table(view: MemoryView) -> pd.DataFrame:
    """The picked unit's numbers, a row a word."""
    columns = {code: drawn.values[:, view.unit] for code, drawn in _maps(view).items()}
    return pd.DataFrame(columns, index=numbered(view.words))
