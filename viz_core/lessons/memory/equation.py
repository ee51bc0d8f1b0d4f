"""One unit's equation with its numbers, and all that is to be said of each recurrent architecture.

Another architecture is another row of `EQUATIONS` and a function that writes its numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from viz_core.analysis.states import GRUStep, LSTMStep, RNNStep, step_error, unit_step
from viz_core.figures.theme import bare
from viz_core.i18n import _
from viz_core.kinds import Kind
from viz_core.lessons.memory.view import MemoryView
from viz_core.ui.errors import escape_markdown
from viz_core.ui.show import how


def show(view: MemoryView) -> None:
    """The equation of one unit at one word, with its real numbers."""
    word = escape_markdown(bare(view.words[view.word]))
    st.subheader(_("Unit {unit} reads “{word}”").format(unit=view.unit, word=word), anchor=False)
    step = unit_step(view.trace, view.layer, view.unit, view.word)
    st.latex(equation_of(view.kind).numbers(step))
    how(
        _(
            "Every number is of this pass. Worked out again from the numbers above: largest "
            "difference {error}."
        ).format(error=f"{step_error(step):.0e}")
    )


@dataclass(frozen=True)
class Equation:
    """What there is to be said of one recurrent architecture.

    Attributes:
        formula: of a whole layer, in TeX.
        numbers: writes the step of one unit, as `unit_step` gives it, as the formula with its
            numbers, in TeX.
        source: where it is from.
        code: file and qualified name of the function that computes it.
    """

    formula: str
    numbers: Callable[..., str]
    source: str
    code: tuple[str, str]


def equation_of(kind: Kind) -> Equation:
    """What there is to be said of a kind's architecture.

    Raises:
        ValueError: the kind has gates whose equations nobody wrote down.
    """
    if not kind.recurrent or kind.gates not in EQUATIONS:
        raise ValueError(f"the equations of a {kind.name} are not known")
    return EQUATIONS[kind.gates]


def rnn_numbers(step: RNNStep) -> str:
    """The equation of an Elman unit with numbers, in TeX."""
    return (
        rf"h_t = \tanh(\underbrace{{{step.from_input:+.3f}}}_{{W_x x_t + b_x}}"
        rf"\ \underbrace{{{step.from_state:+.3f}}}_{{W_h h_{{t-1}} + b_h}}) = {step.h:+.4f}"
    )


def lstm_numbers(step: LSTMStep) -> str:
    """The equations of an LSTM unit with numbers, in TeX."""
    squash = {"i": r"\sigma", "f": r"\sigma", "g": r"\tanh", "o": r"\sigma"}
    lines = [
        rf"{gate} &= {squash[gate]}({x:+.3f}\ {h:+.3f}) = {value:.4f}"
        for gate, x, h, value in zip(
            "ifgo", step.from_input, step.from_state, step.gates, strict=True
        )
    ]
    i, f, g, o = step.gates
    lines.append(
        rf"c_t &= f\,c_{{t-1}} + i\,g \\ &= {f:.4f}\cdot({step.c_before:+.4f})\\"
        rf" &\quad + {i:.4f}\cdot({g:+.4f}) = {step.c:+.4f}"
    )
    lines.append(rf"h_t &= o\tanh(c_t) \\ &= {o:.4f}\cdot\tanh({step.c:+.4f}) = {step.h:+.4f}")
    return r"\begin{aligned}" + r"\\".join(lines) + r"\end{aligned}"


def gru_numbers(step: GRUStep) -> str:
    """The equations of a GRU unit with numbers, in TeX."""
    r, z, n = step.gates
    (x_r, x_z, x_n), (h_r, h_z, h_n) = step.from_input, step.from_state
    lines = [
        rf"r &= \sigma({x_r:+.3f}\ {h_r:+.3f}) = {r:.4f}",
        rf"z &= \sigma({x_z:+.3f}\ {h_z:+.3f}) = {z:.4f}",
        rf"n &= \tanh({x_n:+.3f} + {r:.4f}\cdot({h_n:+.3f})) = {n:.4f}",
        rf"h_t &= z\,h_{{t-1}} + (1 - z)\,n \\ &= {z:.4f}\cdot({step.h_before:+.4f})\\"
        rf" &\quad + {1 - z:.4f}\cdot({n:+.4f})",
        rf"&= {step.h:+.4f}",
    ]
    return r"\begin{aligned}" + r"\\".join(lines) + r"\end{aligned}"


EQUATIONS: dict[tuple[str, ...], Equation] = {  # by the gates of a kind
    (): Equation(
        formula=r"h_t = \tanh(W_x x_t + b_x + W_h h_{t-1} + b_h)",
        numbers=rnn_numbers,
        source="Elman 1990",
        code=("viz_core/models/rnn.py", "RNNLayer.forward"),
    ),
    ("i", "f", "g", "o"): Equation(
        formula=r"\begin{aligned} i &= \sigma(a_i) & f &= \sigma(a_f) & g &= \tanh(a_g) &"
        r" o &= \sigma(a_o) \\ c_t &= f\,c_{t-1} + i\,g & h_t &= o \tanh(c_t) &"
        r" a &= W_x x_t + b_x + W_h h_{t-1} + b_h \end{aligned}",
        numbers=lstm_numbers,
        source="Hochreiter and Schmidhuber 1997; Gers et al. 2000",
        code=("viz_core/models/lstm.py", "LSTMLayer.forward"),
    ),
    ("r", "z", "n"): Equation(
        formula=r"\begin{aligned} r &= \sigma(a_r) & z &= \sigma(a_z) &"
        r" a &= W_x x_t + b_x + W_h h_{t-1} + b_h \\"
        r" n &= \tanh\left(W_{x,n}\, x_t + b_{x,n} + r \,(W_{h,n}\, h_{t-1} + b_{h,n})\right) &"
        r" h_t &= z\,h_{t-1} + (1 - z)\,n & \end{aligned}",
        numbers=gru_numbers,
        source="Cho et al. 2014, section 2.3",
        code=("viz_core/models/gru.py", "GRULayer.forward"),
    ),
}
