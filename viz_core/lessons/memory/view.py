"""What the Memory page is made of: recurrent networks, word by word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.analysis.influence import grad_norm
from viz_core.analysis.probabilities import distributions
from viz_core.analysis.states import (
    LSTMStep,
    RNNStep,
    retention,
    step_error,
    unit_order,
    unit_step,
)
from viz_core.figures import Course, StateMap, course_lines, next_words, state_maps
from viz_core.figures.theme import GATE_COLORS, Theme, bare, numbered, visible
from viz_core.i18n import _
from viz_core.kinds import Kind
from viz_core.lessons.memory import link
from viz_core.runners.base import Request
from viz_core.trace import Trace
from viz_core.ui.cache import cached, card, run
from viz_core.ui.components import token_strip
from viz_core.ui.errors import escape_markdown
from viz_core.ui.inputs import choose, layer_select, model_select, unit_select, word_select
from viz_core.ui.show import Details, how, picture, say, show_details

N_GUESS = 4
FIRST = 1  # the first word that was typed; [EOT] stands before it


@dataclass(frozen=True)
class Memory:
    """What is looked at: a recurrent trace, one layer, one word, one unit."""

    model: str
    text: str
    trace: Trace
    layer: int
    states: str
    word: int
    unit: int
    theme: Theme

    @property
    def key(self) -> tuple[object, ...]:
        """What decides the trace, for caches."""
        return (self.model, self.text)

    @property
    def name(self) -> str:
        """First part of the layer's record names."""
        return f"{self.trace.kind}.{self.layer}"

    @property
    def kind(self) -> Kind:
        """What models of this kind have in common."""
        return self.trace.traits

    @property
    def words(self) -> tuple[str, ...]:
        return self.trace.tokens["text"].strings

    @property
    def h(self) -> np.ndarray:
        """The layer's hidden states, (pos, unit)."""
        return self.trace[f"{self.name}.h"].values

    @property
    def retention(self) -> np.ndarray:
        """What gates keep from word to word, (query, key); 0 where there are none."""
        if not self.kind.gates:
            return np.zeros((len(self.words), len(self.words)))
        found: np.ndarray = cached(
            retention,
            gates=self.trace[f"{self.name}.gates"].values,
            kind=self.kind,
        )
        return found

    @property
    def order(self) -> np.ndarray:
        """Units from top to bottom, alike in all maps of the layer."""
        values = self.trace[f"{self.name}.{self.kind.memory}"].values
        order: np.ndarray = cached(unit_order, values=values)
        return order

    @property
    def note(self) -> str:
        """What stands on exported pictures."""
        layer = _("layer {n}").format(n=self.layer)
        return f"{self.model} · {layer} · {self.text}"


def memory_view(text: str, theme: Theme) -> Memory:
    """Let the visitor choose a recurrent model, run it, and let them choose what to look at."""
    controls = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    with controls:
        model = model_select(link.MODEL)
    request = Request(text, want=(f"{card(model).kind}.*", "logits"), everywhere=True)
    trace = run(model, request)
    with controls:
        layer = layer_select(card(model).n_layer)
        states = choose(
            link.STATES,
            _("States"),
            _("h hidden state, c cell, gates: i input, f forget, g candidate, o output."),
            options=link.states_of(trace.traits),
        )
        word = word_select(trace.tokens["text"])
        h = trace[f"{trace.kind}.{layer}.h"].values
        liveliest = int(np.abs(np.diff(h, axis=0)).sum(0).argmax()) if len(h) > 1 else 0
        unit = unit_select(h.shape[1], liveliest)
    return Memory(model, text, trace, layer, states, word, unit, theme)


def show_words(seen: Memory) -> None:
    """The sentence itself, to pick a word from; shaded by what an LSTM's cell still holds."""
    token_strip(
        seen.trace.tokens["text"],
        seen.retention,
        (seen.key, seen.layer, "retention"),
        seen.word,
        False,
        seen.theme,
    )
    if seen.kind.gates:
        how(
            _(
                "Pick a word. Shade and number: how much of what the cell held after a word is "
                "still there when the framed word has been read."
            )
        )
    else:
        how(_("Pick a word; all pictures below mark it."))


def show_states(seen: Memory) -> None:
    """Hidden state, cell and gates under each other, the picked word framed in all."""
    st.subheader(_state_title(seen), anchor=False)
    maps = [make(seen) for name, make in _maps(seen).items() if seen.states in ("all", name)]
    picture(
        state_maps,
        "state-maps",
        _(
            "One column a word, one thin row a unit; units that go alike stand together. Signed "
            "states: brown above 0, purple below. Gates: from 0, shut, to 1, open, on the scale "
            "of the words above."
        ),
        _state_summary(seen),
        Details(
            formula=LSTM_FORMULA if seen.kind.gates else RNN_FORMULA,
            source="Hochreiter and Schmidhuber 1997; Gers et al. 2000"
            if seen.kind.gates
            else "Elman 1990",
            code=("viz_core/models/lstm.py", "LSTMLayer.forward")
            if seen.kind.gates
            else ("viz_core/models/rnn.py", "RNNLayer.forward"),
            table=lambda: _states_table(seen),
            saves=True,
        ),
        maps=maps,
        tokens=seen.trace.tokens["text"],
        order=seen.order,
        theme=seen.theme,
        word=seen.word,
        unit=seen.unit,
        note=seen.note,
    )


RNN_FORMULA = r"h_t = \tanh(W_x x_t + b_x + W_h h_{t-1} + b_h)"
LSTM_FORMULA = (
    r"\begin{aligned} i &= \sigma(a_i) & f &= \sigma(a_f) & g &= \tanh(a_g) & o &= \sigma(a_o) \\"
    r" c_t &= f\,c_{t-1} + i\,g & h_t &= o \tanh(c_t) &"
    r" a &= W_x x_t + b_x + W_h h_{t-1} + b_h \end{aligned}"
)


def show_equation(seen: Memory) -> None:
    """The equation of one unit at one word, with its real numbers."""
    word = escape_markdown(bare(seen.words[seen.word]))
    st.subheader(_("Unit {unit} reads “{word}”").format(unit=seen.unit, word=word), anchor=False)
    step = unit_step(seen.trace, seen.layer, seen.unit, seen.word)
    st.latex(rnn_numbers(step) if isinstance(step, RNNStep) else lstm_numbers(step))
    how(
        _(
            "Every number is of this pass. Worked out again from the numbers above: largest "
            "difference {error}."
        ).format(error=f"{step_error(step):.0e}")
    )


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
        rf"c_t &= f\,c_{{t-1}} + i\,g \\ &= {f:.4f}\cdot({step.c_before:+.4f})"
        rf" + {i:.4f}\cdot({g:+.4f}) = {step.c:+.4f}"
    )
    lines.append(rf"h_t &= o\tanh(c_t) = {o:.4f}\cdot\tanh({step.c:+.4f}) = {step.h:+.4f}")
    return r"\begin{aligned}" + r"\\".join(lines) + r"\end{aligned}"


def show_next_words(seen: Memory) -> None:
    """What the model expects after every word."""
    st.subheader(_("What it expects after every word"), anchor=False)
    found = cached(distributions, trace=seen.trace)
    best = found[seen.word].guesses[0]
    summary = _("After “{word}”: {guess}, {share}.").format(
        word=bare(seen.words[seen.word]), guess=bare(best.token), share=f"{best.prob:.1%}"
    )
    picture(
        next_words,
        "next-words",
        _("Under each word, the likeliest next ones, best on top; the colour says how sure."),
        summary,
        Details(
            formula=r"p(w \mid x_1 \dots x_t) = \mathrm{softmax}(E\, h_t)_w",
            source="Elman 1990; Bengio et al. 2003, section 2",
            code=("viz_core/analysis/probabilities.py", "distributions"),
            table=lambda: pd.DataFrame(
                [
                    {
                        _("After"): f"{n} {visible(word)}",
                        _("Word"): visible(guess.token),
                        _("Probability"): guess.prob,
                    }
                    for n, (word, one) in enumerate(zip(seen.words, found, strict=True))
                    for guess in one.guesses
                ]
            ),
        ),
        found=found,
        tokens=seen.words,
        theme=seen.theme,
        n=N_GUESS,
        word=seen.word,
        note=f"{seen.model} · {seen.text}",
    )


def show_gradients(seen: Memory) -> None:
    """How the gradient of the last prediction fades on its way back, model beside model."""
    st.subheader(_("How far back the last prediction is felt"), anchor=False)
    models = registry.model_ids(lambda kind: kind.continues)
    request = Request(seen.text, want=("logits",), measures=("gradient",))
    traces = [run(model, request) for model in models]
    typed = ~np.array(seen.trace.tokens["text"].special)
    axis = list(np.array(seen.words, object)[typed])
    found = [Course(one.model_id, one.kind, grad_norm(one)[typed]) for one in traces]
    fades = [
        _("{model}: the first word's is {ratio} of the last one's").format(
            model=one.name, ratio=f"{one.values[0] / one.values[-1]:.2g}"
        )
        for one in found
        if len(one.values) > 1 and one.values[-1] > 0
    ]
    summary = _("{looks}.").format(looks=_("; ").join(fades)) if fades else ""
    picture(
        course_lines,
        "gradients",
        _(
            "One line a model: how strongly its last prediction reacts to each word. A line that "
            "falls towards the left is a vanishing gradient; each step of the scale is ten times."
        ),
        summary or _("Only one word: nothing to compare."),
        aloud=False,
        courses=found,
        tokens=axis,
        value=_("norm of the gradient"),
        theme=seen.theme,
        note=seen.text,
    )
    say(summary)
    show_details(
        Details(
            formula=r"\left\lVert \frac{\partial \log p(\hat w)}{\partial x_j} \right\rVert_2",
            source="Bengio et al. 1994; Pascanu et al. 2013",
            code=("viz_core/analysis/influence.py", "grad_norm"),
            table=lambda: pd.DataFrame(
                {one.name: one.values for one in found},
                index=numbered(axis),
            ),
            name="gradients",
        )
    )


def _maps(seen: Memory) -> dict[str, Callable[[Memory], StateMap]]:
    """The maps that there are, by the option that chooses one."""

    def record(tensor: str, name: str) -> Callable[[Memory], StateMap]:
        return lambda seen: StateMap(name, seen.trace[f"{seen.name}.{tensor}"].values, signed=True)

    def gate(index: int, name: str) -> Callable[[Memory], StateMap]:
        return lambda seen: StateMap(
            name,
            seen.trace[f"{seen.name}.gates"].values[index],
            signed=seen.kind.gates[index] == seen.kind.candidate,
            color=GATE_COLORS[seen.kind.gates[index]],
        )

    maps = {"h": record("h", _("hidden state h"))}
    if seen.kind.cell:
        maps["c"] = record("c", _("cell c"))
    names = {
        "i": _("input gate i"),
        "f": _("forget gate f"),
        "g": _("candidate g"),
        "o": _("output gate o"),
    }
    maps |= {letter: gate(n, names[letter]) for n, letter in enumerate(seen.kind.gates)}
    return maps


def _state_title(seen: Memory) -> str:
    """What the states say at the picked word, as a title."""
    if seen.kind.gates and seen.word < FIRST:
        return _("Nothing has been read yet: pick a word")
    if seen.kind.gates:
        return _("At “{word}” the cell still holds {share} of what it held after “{first}”").format(
            word=escape_markdown(bare(seen.words[seen.word])),
            share=f"{seen.retention[seen.word, FIRST]:.0%}",
            first=escape_markdown(bare(seen.words[FIRST])),
        )
    return _("Each word moves a unit by {change}, in a range from −1 to 1").format(
        change=f"{_moved(seen):.2f}"
    )


def _state_summary(seen: Memory) -> str:
    """The states in one sentence with its numbers."""
    if seen.kind.gates and seen.word >= FIRST:
        return _(
            "From “{first}” to “{word}”, the product of the forget gates is {share}, on average "
            "over the {n} units of layer {layer}."
        ).format(
            first=bare(seen.words[FIRST]),
            word=bare(seen.words[seen.word]),
            share=f"{seen.retention[seen.word, FIRST]:.1%}",
            n=seen.h.shape[1],
            layer=seen.layer,
        )
    return _(
        "From word to word, the {n} units of layer {layer} move by {change} on average."
    ).format(n=seen.h.shape[1], layer=seen.layer, change=f"{_moved(seen):.2f}")


def _moved(seen: Memory) -> float:
    """Mean change of a unit from word to word."""
    return float(np.abs(np.diff(seen.h, axis=0, prepend=0)).mean())


def _states_table(seen: Memory) -> pd.DataFrame:
    """The picked unit's numbers, a row a word."""
    names = {"h": seen.h[:, seen.unit]}
    if seen.kind.gates:
        names["c"] = seen.trace[f"{seen.name}.c"].values[:, seen.unit]
        gates = seen.trace[f"{seen.name}.gates"].values[:, :, seen.unit]
        names |= dict(zip(seen.kind.gates, gates, strict=True))
    return pd.DataFrame(names, index=numbered(seen.words))
