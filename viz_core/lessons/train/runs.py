"""The visitor's runs: which there are, what each is at, and the buttons that change that."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextvars import copy_context
from functools import partial

import streamlit as st

from viz_core.errors import InputError, VizError
from viz_core.i18n import _
from viz_core.lessons.train import link, presets
from viz_core.lessons.train.setting import Setting
from viz_core.ui.errors import escape_markdown, show_error
from viz_core.ui.steps import Button, button_row
from viz_core.workshop.hall import HALL
from viz_core.workshop.run import (
    BROKEN,
    DONE,
    PAUSED,
    REFUSED,
    RESUMABLE,
    STOPPED,
    WAITING,
    WORKING,
    Run,
)
from viz_core.workshop.setup import Setup

OWNER = "workshop_owner"  # where the session keeps its word
REFUSAL = "workshop_refusal"  # why the last click on Train did nothing
LOOKED = "run"  # the widget that says which run is looked at
SIGNS = {
    WAITING: "⏳",
    WORKING: "▶",
    PAUSED: "⏸",
    STOPPED: "⏹",
    DONE: "✓",
    REFUSED: "✕",
    BROKEN: "✕",
}


def owner() -> str:
    """The word by which the workshop knows this session."""
    word: str = st.session_state.setdefault(OWNER, secrets.token_hex(16))
    return word


def show_button(setting: Setting) -> None:
    """Train what is set."""

    def train() -> None:
        try:
            _start(setting)
        except InputError as error:
            st.session_state[REFUSAL] = error

    button_row(
        (
            Button(
                "train",
                _("Train"),
                "play_arrow",
                partial(copy_context().run, train),  # it speaks the page's language
                disabled=not setting.setup,
                first=True,
            ),
        )
    )


def show_refusal(setting: Setting) -> None:
    """Why what is set can't be trained, or why the last click on Train did nothing."""
    refusal: VizError | None = st.session_state.pop(REFUSAL, None) or setting.fault
    if refusal is not None:
        show_error(refusal)


def going_on() -> bool:
    """Whether something happens to a run that is shown."""
    return any(run.active for run in own_runs() or (example(),))


def example() -> Run:
    """The run that all visitors share, until they train one of their own."""
    return HALL.example(presets.EXAMPLE)


def _start(setting: Setting) -> None:
    """Let all that a preset compares be trained."""
    assert setting.setup is not None
    setups = setting.preset.setups(setting.setup)
    names = _names(setups, setting)
    ids = [
        HALL.start(owner(), name, setup, setting.pasted)
        for setup, name in zip(setups, names, strict=True)
    ]
    st.session_state[link.RUNS.key] = [*_own_ids(), *ids]
    st.session_state[LOOKED] = ids[-1] if len(ids) > 1 else ids[0]
    st.session_state.pop(link.AT.key, None)


def _names(setups: Sequence[Setup], setting: Setting) -> list[str]:
    """What the runs are called: what sets each apart, and a number where that is not enough."""
    taken = {run.name for run in own_runs()}
    names = []
    for setup in setups:
        name = _name(setup, with_corpus=len(setups) == 1)
        n = 1
        while (name if n == 1 else f"{name} {n}") in taken:
            n += 1
        names.append(name if n == 1 else f"{name} {n}")
        taken.add(names[-1])
    return names


def _name(setup: Setup, with_corpus: bool) -> str:
    """A run's name: its kind, and what is unusual about it."""
    parts = [setup.kind]
    if setup.without:
        lacks = ", ".join(link.PART.name(part) for part in setup.without)
        parts.append(_("without {parts}").format(parts=lacks))
    if with_corpus:
        parts.append(link.CORPUS.name(setup.corpus))
    return " · ".join(parts)


def _own_ids() -> list[str]:
    """The ids of the runs that this page shows."""
    return list(st.session_state.get(link.RUNS.key) or st.query_params.get_all(link.RUNS.key))


def own_runs() -> tuple[Run, ...]:
    """The runs that this page shows, in the order in which they were started."""
    return tuple(run for run in map(HALL.get, _own_ids()) if run is not None)


def named(run: Run) -> str:
    """What a run is called; the example, in the language of whoever sees it."""
    return _("example") if HALL.is_example(run.id) else run.name


def choose_runs() -> tuple[tuple[Run, ...], Run]:
    """The runs that are drawn, and the one that is looked at.

    Without any, the workshop's example is shown, which all visitors share.
    """
    _hold_ids()
    known = own_runs()
    if not known:
        shared = example()
        return (shared,), shared
    by_id = {run.id: run for run in known}
    if st.session_state.get(LOOKED) not in by_id:
        st.session_state[LOOKED] = known[-1].id
    looked = known[0]
    if len(known) > 1:
        chosen = st.segmented_control(
            _("Run that is looked at"),
            list(by_id),
            required=True,
            key=LOOKED,
            format_func=lambda i: f"{SIGNS[by_id[i].status]} {by_id[i].name}",
        )
        looked = by_id[chosen or known[-1].id]
    return known, looked


def _hold_ids() -> None:
    """Let the link hold the ids of the runs that there are; a link may bring some."""
    there = [i for i in dict.fromkeys(_own_ids()) if HALL.get(i) is not None]
    gone = len(_own_ids()) - len(there)
    st.session_state[link.RUNS.key] = there
    with st.container(key="code_runs"):
        st.multiselect(
            link.RUNS.key,
            there,
            key=link.RUNS.key,
            bind="query-params",
            label_visibility="collapsed",
        )
    if gone:
        st.info(
            _(
                "{n} runs of this link are gone: the server was started again, or made room for "
                "others. Train anew."
            ).format(n=gone)
        )


def show_states(drawn: Sequence[Run], looked: Run) -> None:
    """What each run is at, and what can be done about the one that is looked at."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("  \n".join(_state(run) for run in drawn), width="stretch")
        if not HALL.is_example(looked.id):
            button_row(tuple(_buttons(looked, HALL.owns(owner(), looked.id))))


def _state(run: Run) -> str:
    """One sentence on a run."""
    name = escape_markdown(named(run))
    said = {
        "step": f"{run.step:,}",
        "n": f"{run.setup.n_steps:,}",
        "place": run.place,
        "params": f"{run.about.get('n_params', 0):,}",
        "kept": f"{max(0, run.state_step):,}",
        "why": escape_markdown(run.why),
    }
    if run.status == WAITING:
        sentence = _("waits: place {place} in the queue")
    elif run.status == WORKING and not run.points:
        sentence = _("a worker starts")
    elif run.status == WORKING:
        sentence = _("step {step} of {n}, {params} parameters")
    elif run.status == PAUSED:
        sentence = _("paused at step {step} of {n}")
    elif run.status == STOPPED:
        sentence = _("stopped at step {step} of {n}")
    elif run.status == DONE:
        sentence = _("trained for {n} steps, {params} parameters")
    elif run.status == REFUSED:
        sentence = "{why}"
    elif run.status == BROKEN:
        sentence = _(
            "its worker was ended from outside (status {why}); what it had learned until step "
            "{kept} is kept, and it can go on from there"
        )
    else:
        raise ValueError(f"status {run.status!r} is unknown")
    return f"**{name}** · {sentence.format(**said)}"


def _buttons(run: Run, mine: bool) -> list[Button]:
    """What can be done about a run: whoever has its link may let it rest and go on."""
    found = []
    if run.status in (WORKING, WAITING):
        found.append(Button("pause", _("Pause"), "pause", partial(HALL.pause, run.id)))
        if mine:
            found.append(Button("stop", _("Stop"), "stop", partial(HALL.stop, run.id)))
    if run.status in RESUMABLE:
        found.append(Button("resume", _("Resume"), "play_arrow", partial(HALL.resume, run.id)))
    if mine:
        found.append(Button("remove", _("Remove"), "delete", partial(HALL.remove, run.id)))
    return found
