"""The cache made visible: what is kept from word to word, and what is computed anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.figures.theme import kind_colour
from viz_core.figures.work import WorkCourse, work_lines
from viz_core.i18n import _
from viz_core.kinds import Kind
from viz_core.languages import first_model, language_for, readers
from viz_core.lessons.next_word import link
from viz_core.lessons.next_word.view import NextWordView, writing_of
from viz_core.runners.base import Kept, Work
from viz_core.ui.cache import cached
from viz_core.ui.inputs import toggle
from viz_core.ui.show import Details, how, picture, say
from viz_core.ui.steps import model_name
from viz_core.ui.tiles import Tile, tile_line

N_WORDS = 32  # that are counted at least, unless the text is over before
N_BESIDE = 2  # recurrent networks beside a Transformer


@dataclass(frozen=True)
class Way:
    """One way of going on with a text, and what each further token took.

    Attributes:
        keeps: whether it goes on from what was kept.
        done: of each token of the text, and of those behind it.
        words: all of them, as the model cuts them.
    """

    model: str
    kind: Kind
    keeps: bool
    done: tuple[Work, ...]
    words: tuple[str, ...]

    @property
    def name(self) -> str:
        """For people."""
        if self.kind.recurrent:
            return _("{model}, with its state").format(model=self.model)
        if self.keeps:
            return _("{model}, with a cache").format(model=self.model)
        return _("{model}, without").format(model=self.model)

    def at(self, place: int) -> Work:
        """What the word at a place took; the last one's where the text is over before."""
        return self.done[min(place, len(self.done) - 1)]


def show(view: NextWordView) -> None:
    """Behind a switch: strips of words that are run, and how work and memory grow."""
    if not toggle(
        link.CACHE,
        _("What is kept from word to word"),
        _("Counts what each word takes, with the keys and values of the words before and without."),
    ):
        return
    with st.spinner(_("Counting …")):
        ways = _ways(view, _written(view))
    first = view.continuations[0]
    at = len(first.prompt) + len(first.written) - 1
    st.subheader(_title(ways, at), anchor=False)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _show_growth(view, ways, at)
    with right:
        _show_strips(view, ways, at)


def _written(view: NextWordView) -> tuple[int, ...]:
    """The tokens that the first model writes behind the text."""
    model = view.continuations[0].model
    steps = writing_of(model, view.text, view.settings, view.chosen).steps(max(view.step, N_WORDS))
    return tuple(step.token for step in steps if not step.ended)


def _ways(view: NextWordView, tokens: tuple[int, ...]) -> list[Way]:
    """A Transformer with its cache and without, and recurrent networks with their states."""
    shown = [continuation.model for continuation in view.continuations]
    looks = next((m for m in shown if registry.MODELS[m].traits.attends), None)
    looks = looks or first_model("decoder-stories", link.continues)
    code = language_for(shown[0], view.text)
    beside = readers(code, lambda kind: kind.recurrent and kind.continues, own=True)
    waits = [m for m in dict.fromkeys((*shown, *beside)) if registry.MODELS[m].traits.recurrent]
    asked = [(looks, False), (looks, True), *((model, True) for model in waits[:N_BESIDE])]
    return [
        _way(model, keeps, view.text, _as_read(model, shown[0], tokens)) for model, keeps in asked
    ]


def _as_read(model: str, writer: str, tokens: tuple[int, ...]) -> tuple[int, ...]:
    """What one model wrote, as another reads it."""
    keys = {registry.entry_of(one).tokenizer_key(one) for one in (model, writer)}
    if len(keys) == 1:
        return tokens
    return tuple(registry.writer(model).encode_text(registry.writer(writer).decode(tokens)))


def _way(model: str, keeps: bool, text: str, tokens: tuple[int, ...]) -> Way:
    """What a model does for a text and the tokens behind it, as far as it has room."""
    writer = registry.writer(model)
    typed = writer.prompt(text).strings
    tokens = tokens[: writer.card.n_ctx - len(typed)]
    done = cached(_work, model=model, text=text, tokens=tokens, keeps=keeps)
    words = (*typed, *map(writer.string, tokens))
    return Way(model, writer.card.traits, keeps, done, words)


def _work(model: str, text: str, tokens: tuple[int, ...], keeps: bool) -> tuple[Work, ...]:
    """What each word takes, counted in passes of the model."""
    return registry.writer(model).work(text, tokens, keeps)


def _title(ways: Sequence[Way], at: int) -> str:
    without, with_cache = (way.at(at) for way in ways[:2])
    return _("The newest word: {few} million multiplications with a cache, {many} without").format(
        few=_million(with_cache), many=_million(without)
    )


def _million(work: Work) -> str:
    return f"{work.n_multiplied / 1e6:,.1f}"


def _show_growth(view: NextWordView, ways: Sequence[Way], at: int) -> None:
    looks = ways[0].model
    picture(
        work_lines,
        "kept",
        _(
            "Left: what one more word takes. Without a cache the whole text is run again for "
            "each word, so the line climbs; with it only that word is run. Right: the price. Keys "
            "and values grow with every word, the state of a recurrent network never does."
        ),
        _growth(ways),
        Details(
            formula=r"q_t\,[k_1 \dots k_t]^{\top}: \quad "
            r"k_1, v_1 \dots k_{t-1}, v_{t-1} \text{ are kept} \qquad h_t = f(x_t, h_{t-1})",
            source="Pope et al. 2022, Efficiently Scaling Transformer Inference, section 3.3; "
            "Elman 1990",
            code=("viz_core/runners/writers.py", "LocalWriter.work"),
            table=lambda: _table(ways),
        ),
        aloud=False,
        courses=[_course(way) for way in ways],
        at=ways[1].at(at).n_read,
        theme=view.theme,
        note=f"{looks} · {view.text}",
    )


def _course(way: Way) -> WorkCourse:
    return WorkCourse(
        way.name,
        kind_colour(way.kind.name),
        way.kind.symbol,
        "solid" if way.keeps else "dash",
        [work.n_read for work in way.done],
        [work.n_multiplied for work in way.done],
        [work.n_bytes for work in way.done],
    )


def _growth(ways: Sequence[Way]) -> str:
    """How each way's work and memory go from the first word to the last."""
    return _("; ").join(
        _("{name}: {first} to {last} million multiplications, {kept} bytes").format(
            name=way.name,
            first=_million(way.done[0]),
            last=_million(way.done[-1]),
            kept=f"{way.done[-1].n_bytes:,}",
        )
        for way in ways
    )


def _show_strips(view: NextWordView, ways: Sequence[Way], at: int) -> None:
    """The words of the text, a line a way: which of them are run, and what is kept of the rest."""
    for n, way in enumerate(ways):
        work = way.at(at)
        model_name(way.name, way.kind.name)
        old = work.n_read - work.n_run
        held = _("k v") if work.kept and way.kind.attends else ""
        shown = [
            Tile(word, 0.4 if place >= old else None, held if place < old else "")
            for place, word in enumerate(way.words[: work.n_read])
        ]
        tile_line(shown, view.theme, f"cache_{n}")
        say(f"{_run(work)} {_held(work.kept)}")
    how(
        _(
            "The text so far, as each way runs it. Shaded words go through the model for the next "
            "one; of words marked “k v” it has the keys and values from before."
        )
    )


def _run(work: Work) -> str:
    return _("Run: {n} of {all} words, {million} million multiplications.").format(
        n=work.n_run, all=work.n_read, million=_million(work)
    )


def _held(kept: Sequence[Kept]) -> str:
    if not kept:
        return _("Kept: nothing.")
    shapes = " + ".join(" × ".join(map(str, shape)) for shape in kept[0].shapes)
    return _("Kept: {n} layers of {shapes} numbers, {bytes} bytes.").format(
        n=len(kept), shapes=shapes, bytes=f"{sum(layer.n_bytes for layer in kept):,}"
    )


def _table(ways: Sequence[Way]) -> pd.DataFrame:
    """What each way took and kept, a row a word."""
    return pd.DataFrame(
        [
            {
                _("Model"): way.name,
                _("Words of the text"): work.n_read,
                _("Words that are run"): work.n_run,
                _("Multiplications"): work.n_multiplied,
                _("Bytes kept"): work.n_bytes,
                **{layer.layer: str(layer.shapes) for layer in work.kept},
            }
            for way in ways
            for work in way.done
        ]
    )
