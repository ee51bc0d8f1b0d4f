"""A translation as the Translate page has it: its words, its trace, and where on the walk it is."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from viz_core import registry
from viz_core.errors import VizError
from viz_core.figures.theme import Theme
from viz_core.generate import LONGEST, Step, Writing
from viz_core.i18n import _
from viz_core.lessons.translate import link
from viz_core.runners.base import Request
from viz_core.runners.checks import check_text
from viz_core.trace import Tokens, Trace
from viz_core.ui.cache import loaded, run, wanted
from viz_core.ui.errors import show_error
from viz_core.ui.inputs import as_read, controls, model_select, number
from viz_core.ui.show import note_cut
from viz_core.ui.steps import kept, progress, walk_select
from viz_core.ui.usable import offered

WANT = (
    "embed",
    "positions",
    "*positions.bias",
    "encoder.0.resid_pre",
    "*.q",
    "*.k",
    "*.scores",
    "*.weights",
    "logits",
)


@dataclass(frozen=True)
class TranslationView:
    """One source, what is written beside it, and the stop of the walk that is looked at.

    Attributes:
        forced: the translation that the visitor typed; empty for the model's own.
        steps: the choice of every word of the translation, the end among them.
        step: words that are written at this point of the walk.
        stop: one of `STOPS`.
    """

    model: str
    text: str
    forced: str
    trace: Trace
    steps: tuple[Step, ...]
    step: int
    stop: str
    theme: Theme

    @property
    def source(self) -> Tokens:
        return self.trace.tokens["source"]

    @property
    def target(self) -> Tokens:
        """What the decoder has read when all is written: [BOS], then the words."""
        return self.trace.tokens["target"]

    @property
    def chosen(self) -> Tokens:
        """The word that each place of the decoder chose: the target, one place on."""
        words = [step.string for step in self.steps[: len(self.target)]]
        words += ["…"] * (len(self.target) - len(words))
        return Tokens(tuple(words), (0,) * len(words), (False,) * len(words))

    @property
    def written(self) -> tuple[Step, ...]:
        return self.steps[: self.step]

    @property
    def choice(self) -> Step:
        """The choice that is looked at: the next one, or the last there was."""
        return self.steps[min(self.step, len(self.steps) - 1)]

    @property
    def own(self) -> bool:
        """Whether the model was trained here, as the paper of 2017 describes it."""
        return registry.MODELS[self.model].own

    @property
    def note(self) -> str:
        """What stands on exported pictures."""
        return f"{self.model} · {self.text}"


def own_translation() -> str:
    """The box for a translation of the visitor's own; empty for the model's."""
    typed = st.text_input(
        _("Your own translation (optional)"),
        key=link.OWN.key,
        bind="query-params",
        placeholder=_("Type one: how likely is each word?"),
    )
    return as_read(typed)


def translation_view(text: str, forced: str, theme: Theme) -> TranslationView:
    """Translate, and let the visitor walk through it."""
    model = _choose_model()
    steps = _steps(model, text, forced)
    if not steps[-1].ended:
        note_cut(len(steps))
    _begin_anew_with(model, text, forced, len(steps))
    with controls("walk"):
        stop = walk_select(link.STOP, _("Walk"), _("The walk from one sentence to the other."))
        step = int(number(link.STEP, _("Words written"), default=len(steps), most=len(steps)))
    trace = run(model, Request(text, target=forced or None, want=wanted(model, *WANT)))
    return TranslationView(model, text, forced, trace, steps, step, stop, theme)


def _choose_model() -> str:
    """The one that there is, or one of several."""
    ids = offered(registry.model_ids(lambda kind: kind.translates))
    if len(ids) == 1:
        return ids[0]
    with controls("translator"):
        return model_select(link.MODEL)


def _steps(model: str, text: str, forced: str) -> tuple[Step, ...]:
    """The choice of every word, from this session's own generations."""

    def write() -> Writing:
        loaded(model)
        writer = registry.writer(model)
        if not forced:
            return Writing(writer, text)
        check_text(forced)
        tokens = [*writer.encode_text(forced), writer.end]
        return Writing(writer, text, forced=dict(enumerate(tokens)), longest=writer.card.n_ctx)

    try:
        writing = kept((model, text, forced), write)
        with progress(LONGEST, _("Translating")) as each:
            return tuple(writing.steps(writing.writer.card.n_ctx, each))
    except VizError as error:
        show_error(error)
        st.stop()


def _begin_anew_with(model: str, text: str, forced: str, n_steps: int) -> None:
    """Another translation is shown whole; a link's first one as far as the link says."""
    now = (model, text, forced)
    other = st.session_state.get("translation_of", now) != now
    if other or st.session_state.get("step", 0) > n_steps:
        st.session_state["step"] = n_steps
    st.session_state["translation_of"] = now
