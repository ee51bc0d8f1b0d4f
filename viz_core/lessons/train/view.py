"""What is looked at on the Train page: runs beside each other, one of them at one of its steps."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from viz_core.figures.theme import Theme
from viz_core.i18n import _
from viz_core.lessons.train import link, runs
from viz_core.lessons.train.setting import Setting
from viz_core.ui.guests import hold
from viz_core.ui.inputs import choose, controls, unseen
from viz_core.workshop.entry import model_id
from viz_core.workshop.run import Run

SLIDER = "step_shown"  # the widget; the link has the step only once somebody chose one
N_WORDS = 6  # of an own text that its model is asked to go on with


@dataclass(frozen=True)
class TrainView:
    """Runs, and what is looked at of them.

    Attributes:
        runs: that are drawn, in the order in which they were started.
        looked: the one of which a model is shown.
        step: at which it is shown; one of which there are weights.
        watch: what the second picture draws, a name of `link.MEASURES`.
        text: what the model is asked to read.
    """

    runs: tuple[Run, ...]
    looked: Run
    step: int
    watch: str
    text: str
    theme: Theme

    @property
    def model(self) -> str:
        """The id of the model that is looked at; empty if there is none yet."""
        return model_id(self.looked, self.step) if self.looked.snapshots else ""

    @property
    def note(self) -> str:
        """What stands on exported pictures."""
        setup = self.looked.setup
        return _("{name} · {layers} layers × {width} · {optimiser} {rate} · seed {seed}").format(
            name=self.looked.name,
            layers=setup.n_layer,
            width=setup.width,
            optimiser=setup.optimiser,
            rate=f"{setup.rate:g}",
            seed=setup.seed,
        )


def train_view(setting: Setting, theme: Theme) -> TrainView:
    """Let the visitor choose a run, one of its steps, and what it shall read."""
    drawn, looked = runs.choose_runs()
    runs.show_states(drawn, looked)
    with controls("looked", _("Step and pictures")):
        step = _choose_step(looked)
        watch = choose(replace(link.WATCH, usual=setting.preset.watch), _("Second picture"))
        text = _choose_text(looked)
    if not looked.active and looked.steps:
        hold(model_id(looked, step))
    return TrainView(drawn, looked, step, watch, text, theme)


def _choose_step(run: Run) -> int:
    """The kept step that is looked at; the newest one until the visitor takes another."""
    with unseen(link.AT.key):
        asked = st.text_input(
            link.AT.key, "", key=link.AT.key, bind="query-params", label_visibility="collapsed"
        )
    steps = run.steps
    if not steps:
        return 0
    chosen = run.at(int(asked)) if asked.isdecimal() and len(asked) < 9 else steps[-1]
    if len(steps) == 1:
        return chosen

    def look() -> None:
        at = st.session_state[SLIDER]
        st.session_state[link.AT.key] = "" if at == steps[-1] else str(at)

    st.session_state[SLIDER] = chosen
    st.select_slider(_("Step that is looked at"), steps, key=SLIDER, on_change=look, width=260)
    return chosen


def _choose_text(run: Run) -> str:
    """What the model reads; by default what its corpus is about."""
    usual = link.SENTENCES.get(run.setup.corpus) or " ".join(run.text.split()[:N_WORDS])
    typed: str = st.text_input(
        _("Your text"),
        "",
        key=link.TEXT.key,
        bind="query-params",
        placeholder=usual[:100],
        width=320,
    )
    return typed.strip() or usual[:100]
