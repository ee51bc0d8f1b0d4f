"""What the Compare page is made of: the same question to every architecture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.analysis.influence import (
    aligned,
    difference,
    influence,
    perplexity,
    rollout,
    sequential_steps,
)
from viz_core.analysis.probabilities import Distribution, distributions
from viz_core.analysis.states import unit_order
from viz_core.errors import VizError
from viz_core.figures import (
    Course,
    StateMap,
    guess_columns,
    influence_map,
    influence_strips,
    state_maps,
)
from viz_core.figures.theme import Theme, bare, visible
from viz_core.i18n import _
from viz_core.runners.base import MASK_WORD, SEP_WORD, Request, question, without
from viz_core.trace import Trace
from viz_core.ui.cache import cached, cached_trace, card
from viz_core.ui.inputs import choose
from viz_core.ui.show import details, escape_markdown, how, say, show, show_error

COMPARE_KEYS = ("text", "measure", "weights", "map", "model", "minus")
MEASURE_NAMES = ("gradient", "occlusion")
RECURRENT = ("rnn", "lstm")
NOTHING = "nothing"


@dataclass(frozen=True)
class Reading:
    """What one model made of the question.

    Attributes:
        request: its form of the question, and what was measured.
        trained: False for a model with the weights that training begins with.
    """

    model: str
    kind: str
    request: Request
    trace: Trace
    trained: bool

    @property
    def key(self) -> tuple[object, ...]:
        """What decides the trace, for caches."""
        return (self.model, self.request, self.trained)

    @property
    def words(self) -> tuple[str, ...]:
        """The tokens without those that the input form put there."""
        return tuple(np.array(self.trace.tokens["text"].strings, object)[self.typed])

    @property
    def typed(self) -> np.ndarray:
        """True for each token of the question, False for what the input form put around it."""
        return ~np.array(self.trace.tokens["text"].special)

    @property
    def guess(self) -> Distribution:
        """What the model thinks stands at the place asked for."""
        return cached(distributions, self.key, trace=self.trace)[0]


@dataclass(frozen=True)
class Comparison:
    """All readings of one text."""

    text: str
    measure: str
    readings: tuple[Reading, ...]
    theme: Theme

    @property
    def key(self) -> tuple[object, ...]:
        """What decides all readings, for caches."""
        return tuple(one.key for one in self.readings)

    @property
    def note(self) -> str:
        """What stands on exported pictures."""
        trained = "" if self.readings[0].trained else "untrained · "
        return f"{self.measure} · {trained}{self.text}"


def own_records(kind: str) -> str:
    """The records of a kind's own view: hidden states of a recurrent model, else attention."""
    return f"{kind}.*.h" if kind in RECURRENT else "*.weights"


def asked(kind: str, text: str, measures: tuple[str, ...]) -> Request:
    """The question in a kind's form, with all that the page shows of the answer."""
    want = ("embed", "logits", own_records(kind))
    return Request(question(kind, text), want=want, measures=measures)


def foreseen(text: str) -> Request:
    """The words that were typed, each foreseen in turn; the same for every kind."""
    plain = without(without(text, MASK_WORD), SEP_WORD)
    return Request(plain, want=("logits",), measures=("likelihood",))


def readings_of(text: str, measures: tuple[str, ...], trained: bool = True) -> tuple[Reading, ...]:
    """Put the question to every model; whoever can't answer says why. None if nobody can."""
    readings, silent = [], []
    for model in registry.model_ids():
        kind = card(model).kind
        try:
            request = asked(kind, text, measures)
            trace = cached_trace(model, request, trained)
            readings.append(Reading(model, kind, request, trace, trained))
        except VizError as error:
            silent.append((model, error))
    if silent and not readings:
        show_error(silent[0][1])
    else:
        for model, why in silent:
            st.warning(f"{model}: {escape_markdown(str(why))}", icon=":material/info:")
    return tuple(readings)


def comparison(text: str, theme: Theme) -> Comparison:
    """Let the visitor choose how to look, and put the question to every model."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        measure = choose(
            _("Measure"),
            "measure",
            MEASURE_NAMES,
            _(
                "gradient: gradient × input, how log p of the guess would change without the "
                "word, to first order. occlusion: by how much p of the guess falls when the word "
                "is replaced by the mean of all words."
            ),
        )
        weights = choose(
            _("Weights"),
            "weights",
            ("trained", "untrained"),
            _("untrained: the random weights that training began with."),
        )
    trained = weights == "trained"
    readings = readings_of(text, (measure,), trained)
    if not readings:
        st.stop()
    return Comparison(text, measure, readings, theme)


def show_columns(seen: Comparison) -> None:
    """The likeliest words of every model, one column each."""
    best = [(one, one.guess.guesses[0]) for one in seen.readings]
    st.subheader(_("What each model says next"), anchor=False)
    figure = cached(
        guess_columns,
        (seen.key, seen.theme.name),
        columns=[(one.model, one.kind, one.guess) for one in seen.readings],
        theme=seen.theme,
        note=seen.note,
    )
    summary = _("Likeliest word: {words}.").format(
        words=_("; ").join(
            _("{model} {word}, {share}").format(
                model=one.model, word=bare(guess.token), share=f"{guess.prob:.1%}"
            )
            for one, guess in best
        )
    )
    show(
        figure,
        _(
            "One column a model, one bar a word: its share of the probability. The encoder reads "
            "both ways, so it is asked with [MASK] in the place; the others read up to there."
        ),
        summary,
        "compare-guesses",
    )
    details(
        formula=r"p(w) = \frac{e^{z_w}}{\sum_{u} e^{z_u}}",
        source="Vaswani et al. 2017, section 3.4",
        code=("viz_core/analysis/probabilities.py", "distributions"),
        table=lambda: pd.DataFrame(
            [
                {
                    _("Model"): one.model,
                    _("Word"): visible(guess.token),
                    _("Probability"): guess.prob,
                }
                for one in seen.readings
                for guess in one.guess.guesses
            ]
        ),
        name="compare-guesses",
        picture=True,
    )


def courses(readings: Sequence[Reading], measure: str) -> tuple[list[str], list[Course]]:
    """The words that the models read, and each model's influence of each of them."""
    axis, values = aligned(
        [(one.words, influence(one.trace, measure)[one.typed]) for one in readings]
    )
    return axis, [
        Course(one.model, one.kind, row) for one, row in zip(readings, values, strict=True)
    ]


def show_strips(seen: Comparison) -> None:
    """Which words each model's guess rests on."""
    st.subheader(_("Which words the guess rests on"), anchor=False)
    axis, found = courses(seen.readings, seen.measure)
    unit = _("nats") if seen.measure == "gradient" else _("probability")
    sentence = _(
        "One row a model, all on one scale: brown words speak for its likeliest word, purple "
        "ones against it. Blank: this model doesn't read the word."
    )
    if seen.measure == "gradient":
        sentence += " " + _(
            "Where a model is almost sure, its gradient is almost 0: occlusion shows more."
        )
    figure = cached(
        influence_strips,
        (seen.key, seen.theme.name),
        courses=found,
        tokens=axis,
        unit=unit,
        theme=seen.theme,
        note=seen.note,
    )
    strongest = [
        _("{model} rests most on {word}").format(
            model=one.name, word=bare(axis[_strongest(axis, one.values)])
        )
        for one in found
        if np.isfinite(one.values).any()
    ]
    summary = _("{looks}.").format(looks=_("; ").join(strongest))
    show(figure, sentence, summary, "compare-strips")
    say(summary)
    formulas = {
        "gradient": r"s_j = x_j \cdot \frac{\partial \log p(\hat w)}{\partial x_j}",
        "occlusion": r"s_j = p(\hat w) - p(\hat w \mid x_j := \bar x)",
    }
    sources = {
        "gradient": "Shrikumar et al. 2017, section 3",
        "occlusion": "Zeiler and Fergus 2014, section 4.2",
    }
    code = {"gradient": "grad_x_input", "occlusion": "occlusion"}
    details(
        formula=formulas[seen.measure],
        source=sources[seen.measure],
        code=("viz_core/analysis/influence.py", code[seen.measure]),
        table=lambda: pd.DataFrame(
            {one.name: one.values for one in found},
            index=[f"{n} {visible(word)}" for n, word in enumerate(axis)],
        ),
        name="compare-strips",
    )


def _strongest(axis: Sequence[str], values: np.ndarray) -> int:
    """The token of the largest influence, the place that is asked for aside."""
    others = np.array([word != MASK_WORD for word in axis])
    return int(np.nanargmax(np.where(others, np.abs(values), 0)))


def show_difference(seen: Comparison) -> None:
    """One model's map, alone or less another's."""
    st.subheader(_("Look inside one, or subtract two"), anchor=False)
    models = [one.model for one in seen.readings]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        what = choose(
            _("Map"),
            "map",
            ("dependence", "own"),
            _(
                "dependence: gradient × input of what is said at each place, defined alike for "
                "all. own: the model's own view, attention rollout or hidden state."
            ),
        )
        model = choose(_("Model"), "model", models)
        minus = choose(_("minus"), "minus", (NOTHING, *(m for m in models if m != model)))
    chosen = next(one for one in seen.readings if one.model == model)
    other = next((one for one in seen.readings if one.model == minus), None)
    if what == "own" and chosen.kind in RECURRENT and other is None:
        _show_states(chosen, seen)
    elif what == "own" and other is not None and {chosen.kind, other.kind} & set(RECURRENT):
        st.info(
            _(
                "Units of two networks have nothing in common, so hidden states can't be "
                "subtracted. Choose the map “dependence”, or “minus” nothing."
            )
        )
    else:
        _show_token_map(chosen, other, what, seen)


def token_map(
    one: Reading, what: str, by_place: bool = False
) -> tuple[tuple[str, ...], np.ndarray] | None:
    """The words of a model and its map over them, (query, key); None if the text is too long.

    Args:
        by_place: let row t of a causal model's dependence be about what it foresees at t, as an
            encoder's is, and not about what it says after t.
    """
    if what == "own":
        values = cached(rollout, one.key, trace=one.trace)
    else:
        request = Request(one.request.text, want=("embed",), measures=("dependence",))
        try:
            values = cached_trace(one.model, request, one.trained)["dependence.grad_x_input"].values
        except VizError as error:
            show_error(error)
            return None
    rows = np.flatnonzero(one.typed) - (by_place and one.kind != "encoder")
    return one.words, values[np.ix_(rows, one.typed)]


def _show_token_map(chosen: Reading, other: Reading | None, what: str, seen: Comparison) -> None:
    kinds = {one.kind for one in (chosen, other) if one}
    by_place = what == "dependence" and "encoder" in kinds
    found = token_map(chosen, what, by_place)
    subtracted = token_map(other, what, by_place) if other else None
    if found is None or (other and subtracted is None):
        return
    name = chosen.model if other is None else f"{chosen.model} − {other.model}"
    words, values = found if subtracted is None else difference(found, subtracted)
    signed = what == "dependence" or other is not None
    causal = "encoder" not in kinds
    where = np.arange(len(words))
    figure = cached(
        influence_map,
        (chosen.key, other.key if other else None, what, seen.theme.name),
        values=values,
        queries=words,
        keys=words,
        unit=_("nats") if what == "dependence" else _("share"),
        theme=seen.theme,
        signed=signed,
        masked=where[:, None] < where if causal else None,
        note=f"{name} · {what} · {seen.note}",
    )
    if by_place:
        sentence = _(
            "Read a row: what the model thinks of the word at the left without seeing it rests "
            "on the words above; brown speaks for it, purple against it."
        )
    elif what == "dependence":
        sentence = _(
            "Read a row: what the model says next after the word at the left rests on the words "
            "above; brown speaks for it, purple against it."
        )
    else:
        sentence = _(
            "Read a row: how much of each word above has flowed into this place through attention "
            "and residual connections of all layers. Special tokens are left out, so a row sums "
            "to less than 1."
        )
    if other is not None:
        sentence += " " + _("Brown: more in the first model; purple: more in the second.")
    summary = _map_summary(name, words, values)
    show(figure, sentence, summary, "compare-map")
    say(summary)
    details(
        formula=r"M_{tj} = x_j \cdot \frac{\partial \log p(\hat w_t)}{\partial x_j}"
        if what == "dependence"
        else r"\tilde A = \prod_l \left(\tfrac12 \bar A_l + \tfrac12 I\right)",
        source="Shrikumar et al. 2017, section 3"
        if what == "dependence"
        else "Abnar and Zuidema 2020, section 3",
        code=("viz_core/runners/local.py", "StoryRunner._dependence")
        if what == "dependence"
        else ("viz_core/analysis/influence.py", "rollout"),
        table=lambda: pd.DataFrame(values, index=_numbered(words), columns=_numbered(words)),
        name="compare-map",
    )


def _map_summary(name: str, words: Sequence[str], values: np.ndarray) -> str:
    """The largest number of a map."""
    if not values.size:
        return _("{name}: nothing to draw.").format(name=name)
    query, key = divmod(int(np.abs(values).argmax()), values.shape[1])
    return _("{name}: largest at {query}, on {key}, {value}.").format(
        name=name,
        query=bare(words[query]),
        key=bare(words[key]),
        value=f"{values[query, key]:+.2f}",
    )


def _show_states(one: Reading, seen: Comparison) -> None:
    """The last layer's hidden state, as the Memory page draws it."""
    record = one.trace[f"{one.kind}.{card(one.model).n_layer - 1}.h"]
    order = cached(unit_order, one.key, values=record.values)
    figure = cached(
        state_maps,
        (one.key, seen.theme.name),
        maps=[StateMap(_("hidden state"), record.values, signed=True)],
        tokens=one.trace.tokens["text"],
        order=order,
        theme=seen.theme,
        note=f"{one.model} · {seen.note}",
    )
    show(
        figure,
        _(
            "One row a unit, one column a word: the state of the last layer after it. The Memory "
            "page has every layer and gate."
        ),
        _("{name}: {n} units after each of {words} tokens.").format(
            name=one.model, n=record.values.shape[1], words=len(record.values)
        ),
        "compare-map",
    )
    words = _numbered(one.trace.tokens["text"].strings)
    details(
        formula=r"h_t = f(x_t, h_{t-1})",
        source=card(one.model).source,
        code=("viz_core/models/rnn.py", "RNNLayer.forward")
        if one.kind == "rnn"
        else ("viz_core/models/lstm.py", "LSTMLayer.forward"),
        table=lambda: pd.DataFrame(record.values, index=words),
        name="compare-map",
    )


def show_numbers(seen: Comparison) -> None:
    """What each model costs, and how well it foresees the text."""
    st.subheader(_("What it costs, and how well the text is foreseen"), anchor=False)
    rows = []
    for one in seen.readings:
        n_tokens = len(one.trace.tokens["text"])
        known = card(one.model)
        rows.append(
            {
                _("Model"): one.model,
                _("Parameters"): f"{known.n_params / 1e6:.2f} M",
                _("Perplexity"): _perplexity(one, seen.text),
                _("Forward pass"): _("{n} ms").format(n=f"{one.trace.seconds * 1e3:.1f}"),
                _("Sequential steps"): sequential_steps(one.kind, n_tokens, known.n_layer),
            }
        )
    st.table(rows)
    how(
        _(
            "Perplexity: among how many equally likely words the model hesitates, on average over "
            "the typed words; marked ~ for the encoder, which sees both sides of each word and "
            "can't be compared, and – where the text is too long for it. Time of this one pass on "
            "this server, when it ran. Sequential steps have to wait for one another."
        )
    )


def _perplexity(one: Reading, text: str) -> str:
    """The perplexity, or a dash for a text too long or too short to have one."""
    try:
        found = perplexity(cached_trace(one.model, foreseen(text), one.trained))
    except VizError:
        return "–"
    return f"{'~ ' if one.kind == 'encoder' else ''}{found:,.1f}"


def _numbered(words: Sequence[str]) -> list[str]:
    return [f"{n} {visible(word)}" for n, word in enumerate(words)]
