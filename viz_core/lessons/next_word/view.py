"""A text that goes on: what each model wrote, and how the visitor lets it go on."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from viz_core import registry
from viz_core.errors import InputError, VizError
from viz_core.figures.theme import Theme
from viz_core.generate import (
    LONGEST,
    Settings,
    Step,
    Writing,
)
from viz_core.i18n import _
from viz_core.lessons.next_word import link
from viz_core.trace import Tokens
from viz_core.ui.errors import show_error
from viz_core.ui.inputs import choose, number
from viz_core.ui.steps import Button, button_row, go_to, kept, stop_running

PACE = 0.15  # seconds between two words of a run


@dataclass(frozen=True)
class Continuation:
    """What one model wrote.

    Attributes:
        written: the words chosen so far.
        following: the choice of the next one; None if there is none.
        over: there is none because the text is over, not because time ran out.
    """

    model: str
    kind: str
    prompt: Tokens
    written: tuple[Step, ...]
    following: Step | None
    over: bool

    @property
    def at(self) -> Step:
        """The choice that is looked at: the next one, or the last there was."""
        return self.following or self.written[-1]


@dataclass(frozen=True)
class NextWord:
    """Everything that the page shows."""

    text: str
    settings: Settings
    chosen: Mapping[int, int]
    step: int
    continuations: tuple[Continuation, ...]
    theme: Theme

    @property
    def over(self) -> bool:
        return all(one.over for one in self.continuations)

    @property
    def written(self) -> int:
        """Words of the longest continuation."""
        return max(len(one.written) for one in self.continuations)


def next_word_view(text: str, theme: Theme) -> NextWord:
    """Let the visitor choose models and settings, and write as many words as they asked for."""
    _begin_anew_with(text)
    ids = registry.model_ids(lambda kind: kind.continues)
    settings_row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    with settings_row:
        models = st.pills(
            _("Models"),
            ids,
            default=["decoder-stories"],
            selection_mode="multi",
            key=link.MODELS.key,
            bind="query-params",
        )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        buttons = st.container(horizontal=True, vertical_alignment="bottom", width="content")
        step, by_hand = _place()
    try:
        with settings_row:
            settings = _settings()
        chosen = read_choices(by_hand)
        wanted = [model for model in ids if model in models] or ["decoder-stories"]
        found = tuple(_continued(model, text, settings, chosen, step) for model in wanted)
    except VizError as error:
        stop_running()
        show_error(error)
        st.stop()
    seen = NextWord(text, settings, chosen, step, found, theme)
    _remember_branch(seen)
    with buttons:
        _buttons(seen)
    return seen


def _begin_anew_with(text: str) -> None:
    """Another text begins with nothing written; a link's first text keeps the link's steps."""
    if "step" not in st.session_state:  # the visitor was on another page
        stop_running()
    if "next_step" in st.session_state:  # a run goes on
        st.session_state["step"] = st.session_state.pop("next_step")
    if st.session_state.get("written_of", text) != text:
        st.session_state["step"] = 0
        st.session_state["chosen"] = ""
        st.session_state.pop("branches", None)
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
        width=150,
        slider=True,
        persist=True,
    )
    top_k = number(link.TOP_K, _("top-k (0: all)"), persist=True)
    top_p = number(link.TOP_P, _("top-p"), step=0.05, width=150, slider=True, persist=True)
    seed = number(link.SEED, _("Seed"), persist=True)
    return Settings(strategy, float(temperature), int(top_k), float(top_p), int(seed))


def _continued(
    model: str, text: str, settings: Settings, chosen: Mapping[int, int], step: int
) -> Continuation:
    """What a model wrote, from this session's own generations."""
    writing = writing_of(model, text, settings, chosen)
    steps = writing.steps(step + 1)
    return Continuation(
        model,
        writing.writer.card.kind,
        writing.prompt,
        tuple(steps[:step]),
        steps[step] if len(steps) > step else None,
        writing.over and len(steps) <= step,
    )


def writing_of(model: str, text: str, settings: Settings, chosen: Mapping[int, int]) -> Writing:
    """A generation of this session; nothing of it is shared with other visitors."""
    return kept(
        (model, text, settings, tuple(chosen.items())),
        lambda: Writing(registry.writer(model), text, settings, dict(chosen)),
    )


def read_choices(text: str) -> dict[int, int]:
    """Places and tokens chosen by hand, as they stand in a link: `3:412 7:99`.

    Raises:
        InputError: it is not of that form.
    """
    if not re.fullmatch(r"\s*(\d{1,4}:\d{1,6}(\s+|$))*", text):
        raise InputError(
            _(
                "“{text}” is not a list of choices. Write `place:token`, such as 3:412, parted by "
                "spaces, or nothing."
            ).format(text=text[:40])
        )
    pairs = (part.split(":") for part in text.split())
    return {int(place): int(token) for place, token in pairs}


def write_choices(chosen: Mapping[int, int]) -> str:
    """The form that `read_choices` reads."""
    return " ".join(f"{place}:{token}" for place, token in sorted(chosen.items()))


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


def _buttons(seen: NextWord) -> None:
    """Back, step, run or stop, to the start; the arrow keys do the first two."""
    over, step = seen.over, min(seen.step, seen.written)
    running = bool(st.session_state.get("running")) and not over
    st.session_state["running"] = running

    def run() -> None:
        st.session_state["running"] = not running

    button_row(
        (
            Button("back", _("Back"), "chevron_left", lambda: go_to(step - 1), not step, "Left"),
            Button(
                "forth", _("Step"), "chevron_right", lambda: go_to(step + 1), over, "Right", True
            ),
            Button("run", _("Stop"), "stop", run)
            if running
            else Button("run", _("Run"), "play_arrow", run, over),
            Button("again", _("To the start"), "first_page", lambda: go_to(0), not step),
        )
    )


def branches_of(seen: NextWord) -> dict[str, int]:
    """The ways that the story went with this model and these settings: choices -> words."""
    branches: dict[object, dict[str, int]] = st.session_state.setdefault("branches", {})
    return branches.setdefault((seen.continuations[0].model, seen.settings), {})


def _remember_branch(seen: NextWord) -> None:
    """Keep every way that the story went in this session, as far as it went."""
    branches, name = branches_of(seen), write_choices(seen.chosen)
    branches[name] = max(seen.written, branches.get(name, 0))


def keep_running(seen: NextWord) -> None:
    """While a run goes on, let the next word come; the length of a text ends it."""
    if not st.session_state.get("running"):
        return
    if seen.over or seen.step >= LONGEST:
        stop_running()
        return
    time.sleep(PACE)
    st.session_state["next_step"] = seen.step + 1
    st.rerun()
