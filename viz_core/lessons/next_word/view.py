"""A text that goes on: what each model wrote, by the visitor's settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from viz_core import registry
from viz_core.errors import VizError
from viz_core.figures.theme import Theme
from viz_core.generate import LONGEST, Settings, Step, Writing
from viz_core.i18n import _
from viz_core.lessons.next_word import link
from viz_core.lessons.next_word.choices import forget_branches, read_choices, remember_branch
from viz_core.trace import Tokens
from viz_core.ui import running
from viz_core.ui.cache import loaded
from viz_core.ui.childhood import at_step, show_loss, training_step
from viz_core.ui.errors import show_error
from viz_core.ui.inputs import choose, controls, number
from viz_core.ui.raised import tell_reader
from viz_core.ui.steps import kept, progress, stop_running
from viz_core.ui.turns import is_large, turn
from viz_core.ui.usable import offered


@dataclass(frozen=True)
class Continuation:
    """What one model wrote.

    Attributes:
        written: the words chosen so far.
        following: the choice of the next one; None if the text is over.
    """

    model: str
    kind: str
    prompt: Tokens
    written: tuple[Step, ...]
    following: Step | None

    @property
    def over(self) -> bool:
        """Whether there is no next word: the model ended the text, or it was cut."""
        return self.following is None

    @property
    def at(self) -> Step:
        """The choice that is looked at: the next one, or the last there was."""
        return self.following or self.written[-1]


@dataclass(frozen=True)
class NextWordView:
    """What each model wrote of one text, by the same settings.

    Attributes:
        chosen: places and tokens chosen by hand.
        step: words that the visitor asked for.
    """

    text: str
    settings: Settings
    chosen: Mapping[int, int]
    step: int
    continuations: tuple[Continuation, ...]
    theme: Theme

    @property
    def over(self) -> bool:
        return all(continuation.over for continuation in self.continuations)

    @property
    def done(self) -> bool:
        """Whether a run has come to its end: no next word, or as many as are written at most."""
        return self.over or self.step >= LONGEST

    @property
    def written(self) -> int:
        """Words of the longest continuation."""
        return max(len(continuation.written) for continuation in self.continuations)


def next_word_view(text: str, theme: Theme) -> NextWordView:
    """Let the visitor choose models and settings, and write as many words as they asked for."""
    _begin_anew_with(text)
    ids = offered(link.MODELS.options({}))
    first = str(link.MODELS.default if link.MODELS.default in ids else ids[0])
    settings_row = controls("settings")
    with settings_row:
        models = st.pills(
            _("Models"),
            ids,
            default=[first],
            selection_mode="multi",
            key=link.MODELS.key,
            bind="query-params",
        )
    with controls("writing"):
        buttons = st.container(horizontal=True, vertical_alignment="bottom", width="content")
        step, by_hand = _place()
    try:
        with settings_row:
            settings = _settings()
            grown = [model for model in ids if model in models] or [first]
            age = training_step(grown)
        chosen = read_choices(by_hand)
        tell_reader(text, grown, link.MODELS)
        show_loss(grown, age, theme)
        wanted = [at_step(model, age) for model in grown]
        written = tuple(_continued(model, text, settings, chosen, step) for model in wanted)
    except VizError as error:
        stop_running()
        show_error(error)
        st.stop()
    view = NextWordView(text, settings, chosen, step, written, theme)
    remember_branch(wanted[0], settings, chosen, view.written)
    with buttons:
        running.show_buttons(min(step, view.written), view.over)
    return view


def _begin_anew_with(text: str) -> None:
    """Another text begins with nothing written; a link's first text keeps the link's steps."""
    running.begin_step()
    if st.session_state.get("written_of", text) != text:
        st.session_state["step"] = 0
        st.session_state["chosen"] = ""
        forget_branches()
        stop_running()
    st.session_state["written_of"] = text


def _settings() -> Settings:
    """The widgets that say how a word is chosen."""
    strategy = choose(
        link.STRATEGY,
        _("Choose"),
        _("greedy: always the likeliest word. sample: draw one by its probability."),
    )
    if strategy == "greedy":
        return Settings()
    temperature = number(
        link.TEMPERATURE,
        _("Temperature"),
        step=0.1,
        help_text=_("Scores are divided by it: below 1 the likely gets likelier, above 1 rarer."),
        width=120,
        slider=True,
        persist=True,
    )
    top_k = number(link.TOP_K, "top-k", help_text=_("0: all"), width=121, persist=True)
    top_p = number(link.TOP_P, _("top-p"), step=0.05, width=110, slider=True, persist=True)
    seed = number(link.SEED, _("Seed"), width=121, persist=True)
    return Settings(strategy, float(temperature), int(top_k), float(top_p), int(seed))


def _continued(
    model: str, text: str, settings: Settings, chosen: Mapping[int, int], step: int
) -> Continuation:
    """What a model wrote, from this session's own generations."""
    loaded(model)
    with turn(model):  # the text is read
        writing = writing_of(model, text, settings, chosen)
    steps = _steps(model, writing, step + 1)
    return Continuation(
        model,
        writing.writer.card.kind,
        writing.prompt,
        tuple(steps[:step]),
        steps[step] if len(steps) > step else None,
    )


def _steps(model: str, writing: Writing, n: int) -> Sequence[Step]:
    """The first n steps; of a large model word by word, each in a turn of its own."""
    if not is_large(model):
        with progress(n, _("Writing")) as each:
            return writing.steps(n, each)
    line = st.empty()
    while writing.n_made < n and not writing.over:
        with turn(model):
            made = writing.steps(writing.n_made + 1)
        if writing.n_made < n:  # here Stop is heard
            line.code("".join(step.string for step in made), language=None, wrap_lines=True)
    line.empty()
    return writing.steps(n)


def writing_of(model: str, text: str, settings: Settings, chosen: Mapping[int, int]) -> Writing:
    """A generation of this session; nothing of it is shared with other visitors."""
    return kept(
        (model, text, settings, tuple(chosen.items())),
        lambda: Writing(registry.writer(model), text, settings, dict(chosen)),
    )


def _place() -> tuple[int, str]:
    """How many words are written, and which of them were chosen by hand; both stand in the link."""
    step = number(link.STEP, _("Words written"))
    by_hand = st.text_input(
        _("Chosen by hand"),
        key=link.CHOSEN.key,
        bind="query-params",
        width=190,
        placeholder="3:412",
        help=_("Place and token number of each word that you chose, as they stand in a link."),
    )
    return int(step), by_hand or ""
