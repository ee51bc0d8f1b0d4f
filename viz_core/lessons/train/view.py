"""What is looked at on the Train page: runs beside each other, one of them at one of its steps."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from viz_core.figures.theme import Theme
from viz_core.i18n import _
from viz_core.lessons.train import link, runs
from viz_core.lessons.train.setting import Setting
from viz_core.ui.guests import hold
from viz_core.ui.inputs import choose, controls
from viz_core.workshop.entry import model_id
from viz_core.workshop.run import Run
from viz_core.workshop.told import marks

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
        above: where the courses of the runs stand, above what is chosen of them.
    """

    runs: tuple[Run, ...]
    looked: Run
    step: int
    watch: str
    text: str
    theme: Theme
    above: DeltaGenerator

    @property
    def model(self) -> str:
        """The id of the model that is looked at; empty if there is none yet."""
        return model_id(self.looked, self.step) if self.looked.snapshots else ""

    @property
    def note(self) -> str:
        """What stands on exported pictures."""
        setup = self.looked.setup
        return _("{name} · {layers} layers × {width} · {optimiser} {rate} · seed {seed}").format(
            name=runs.named(self.looked),
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
    above = st.container()
    with controls("looked", _("Step and pictures")):
        step = _choose_step(looked)
        watch = choose(replace(link.WATCH, usual=setting.preset.watch), _("Second picture"))
        text = _choose_text(looked)
    if not looked.active and looked.steps:
        hold(model_id(looked, step))
    return TrainView(drawn, looked, step, watch, text, theme, above)


def _choose_step(run: Run) -> int:
    """The kept step that is looked at; the newest one until the visitor takes another.

    All steps that will be kept can be chosen from the beginning: of those that are still to come,
    the newest one is shown.
    """
    steps = sorted({0, *marks(run.setup.n_steps)})
    key = link.AT.key
    if st.session_state.get(key, steps[-1]) not in steps:
        st.session_state.pop(key)
    chosen = st.select_slider(
        _("Step that is looked at"),
        steps,
        steps[-1],
        key=key,
        bind="query-params",
        width=260,
    )
    return run.at(int(chosen)) if run.steps else 0


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
