"""The kinds of model: one row each, with all that a view, a runner or a measure needs to know.

Nothing else in the project asks a kind for its name: it asks the row what a model of it can do. A
new kind is a new row, and a file in `models/` that reads like its paper.
"""

from __future__ import annotations

from dataclasses import dataclass

from viz_core.design import Design
from viz_core.i18n import N_

# What tables of published models say of their rows
ENCODER, DECODER, ENCODER_DECODER = "encoder", "decoder", "encoder-decoder"


@dataclass(frozen=True)
class Kind:
    """What models of a kind have in common.

    Attributes:
        name: in traces, cards and links.
        stacks: first part of the records' names of each stack of layers, the one that reads first.
        colour: of titles, lines and bars, a name of `viz_core.figures.theme.COLOURS`.
        symbol: of its points in charts, as Plotly names it.
        recurrent: reads word by word and hands a state on.
        gates: letters of a recurrent layer's gates and candidates, in the order of their record.
        candidate: the one of them that is new content, from -1 to 1, and no share from 0 to 1.
        keeps: the gate whose value is the share of what was there that stays.
        cell: keeps a cell beside the hidden state.
        causal: where it reads the typed text, a place sees what stands before it and no more.
        n_texts: 1, or 2 where one text is read and another is written.
        design: how a Transformer of this kind computes, unless its architecture says otherwise.
        writes: says what comes next, and can go on from there.
        fills: says what stands behind a [MASK], seeing both sides of it.
        title: its name for people.
        promise: what it does, in one line.
        order, reach, says: in which order it reads, how a word reaches another, what it says.
    """

    name: str
    stacks: tuple[str, ...]
    colour: str
    symbol: str
    title: str
    promise: str
    order: str
    reach: str
    says: str
    recurrent: bool = False
    gates: tuple[str, ...] = ()
    candidate: str = ""
    keeps: str = ""
    cell: bool = False
    causal: bool = False
    n_texts: int = 1
    design: Design | None = None
    writes: bool = False
    fills: bool = False

    @property
    def continues(self) -> bool:
        """Goes on with the very text that it reads."""
        return self.writes and self.n_texts == 1

    @property
    def translates(self) -> bool:
        """Reads one text and writes another."""
        return self.n_texts == 2

    @property
    def speaks(self) -> bool:
        """Says words, so that there is something to explain, to rank and to go on with."""
        return self.writes or self.fills

    @property
    def attends(self) -> bool:
        """Is a Transformer: its words reach each other by attention."""
        return not self.recurrent

    @property
    def memory(self) -> str:
        """The record in which a recurrent layer carries what it knows: its cell, or its state."""
        return "c" if self.cell else "h"

    def guess_row(self, place: int) -> int:
        """The row of the logits that speaks of a place: its own, or that of the word before."""
        return place if self.fills else place - 1

    def guessed_place(self, row: int) -> int:
        """The place of which a row of the logits speaks."""
        return row if self.fills else row + 1


_ONE_BY_ONE, _AT_ONCE = N_("words are read one after another"), N_("all words are read at once")
_NEXT_WORD = N_("it says the next word")

# Recurrent networks first, then Transformers.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "rnn",
            ("rnn",),
            "orange",
            "square",
            N_("RNN"),
            N_("Reads word by word and hands one state on."),
            _ONE_BY_ONE,
            N_("one state is handed on from word to word"),
            _NEXT_WORD,
            recurrent=True,
            causal=True,
            writes=True,
        ),
        Kind(
            "lstm",
            ("lstm",),
            "vermilion",
            "diamond",
            N_("LSTM"),
            N_("Adds a cell with gates, so that it can keep a fact."),
            _ONE_BY_ONE,
            N_("a cell with gates is handed on beside the state"),
            _NEXT_WORD,
            recurrent=True,
            gates=("i", "f", "g", "o"),
            candidate="g",
            keeps="f",
            cell=True,
            causal=True,
            writes=True,
        ),
        Kind(
            "gru",
            ("gru",),
            "sky blue",
            "pentagon",
            N_("GRU"),
            N_("Keeps a fact with two gates and no cell."),
            _ONE_BY_ONE,
            N_("one state is handed on, and gates say how much of it is renewed"),
            _NEXT_WORD,
            recurrent=True,
            gates=("r", "z", "n"),
            candidate="n",
            keeps="z",
            causal=True,
            writes=True,
        ),
        Kind(
            "encoder",
            ("encoder",),
            "bluish green",
            "triangle-up",
            N_("Encoder"),
            N_("Sees all words at once, on both sides of each."),
            _AT_ONCE,
            N_("each word looks at the words on both sides of it"),
            N_("it says a hidden word"),
            design=Design("behind", 1e-12, "gelu"),  # BERT's
            fills=True,
        ),
        Kind(
            "reader",
            ("encoder",),
            "grey",
            "hexagon",
            N_("Encoder without a head"),
            N_("Sees all words at once, and says none."),
            _AT_ONCE,
            N_("each word looks at the words on both sides of it"),
            N_("it says no word; others read its states"),
            design=Design("behind", 1e-12, "gelu"),
        ),
        Kind(
            "decoder",
            ("decoder",),
            "blue",
            "circle",
            N_("Decoder"),
            N_("Looks back at every word and writes the next one."),
            _AT_ONCE,
            N_("each word looks at the words before it"),
            _NEXT_WORD,
            causal=True,
            design=Design("before", 1e-5, "gelu_tanh"),  # GPT-2's
            writes=True,
        ),
        Kind(
            "encoder-decoder",
            ("encoder", "decoder"),
            "reddish purple",
            "x",
            N_("Encoder-decoder"),
            N_("Reads one text and writes another, looking across."),
            _AT_ONCE,
            N_("each word that is written looks across at the text that was read"),
            N_("it writes a whole second text"),
            n_texts=2,
            design=Design("behind", 1e-5, "relu"),  # that of 2017
            writes=True,
        ),
    )
}


def kind_of(name: str) -> Kind:
    """The row of a kind.

    Raises:
        ValueError: no such kind.
    """
    if name not in KINDS:
        raise ValueError(f"kind {name!r} is not one of {', '.join(KINDS)}")
    return KINDS[name]
