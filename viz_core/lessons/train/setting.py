"""What the visitor lets be trained: a preset, and all that can be changed about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from viz_core.errors import InputError
from viz_core.i18n import _
from viz_core.lessons.train import link
from viz_core.lessons.train.presets import PRESETS, Preset
from viz_core.links import Choice, Number
from viz_core.ui.inputs import choose, controls, number
from viz_core.workshop.setup import LEFT_OUT, MOST_CHARS, OWN, Setup

PASTED = "pasted"  # the widget of a corpus of the visitor's own; no link says it
BEFORE = "train_preset"  # the preset that the page was shown with last
TALL = 130  # px, of the box to paste in


@dataclass(frozen=True)
class Setting:
    """What would be trained now.

    Attributes:
        setup: None if it can't be trained; `fault` says why.
        pasted: the visitor's own corpus.
    """

    preset: Preset
    setup: Setup | None
    fault: InputError | None
    pasted: str = ""


def choose_setting(offer: Callable[[Setting], None]) -> Setting:
    """Let the visitor choose; another preset sets all of it.

    Args:
        offer: puts the button that trains what is set beside the presets.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="presets"):
        code = choose(link.PRESET, _("What to see"))
        place = st.container(width="content")
    setting = _choose_all(code)
    with place:
        offer(setting)
    return setting


def _choose_all(code: str) -> Setting:
    """All that can be changed about a preset."""
    preset = PRESETS[code]
    _begin_with(code)
    st.markdown(_(preset.teaches))
    usual = preset.setup
    with controls("data", _("Corpus and model")):
        corpus = _one_of(link.CORPUS, _("Corpus"), usual.corpus)
        kind = _one_of(link.KIND, _("Kind"), usual.kind)
        n_layer = _whole(link.N_LAYER, _("Layers"), usual.n_layer)
        n_head = _whole(link.N_HEAD, _("Heads"), usual.n_head)
        width = _whole(link.WIDTH, _("Width"), usual.width)
        n_steps = _whole(link.STEPS, _("Steps"), usual.n_steps, step=50)
        with st.popover(_("More"), icon=":material/tune:"):
            more = _more(usual)
    pasted = _paste() if corpus == OWN else ""
    try:
        setup = Setup(
            corpus=corpus,
            kind=kind,
            n_layer=n_layer,
            n_head=n_head,
            width=width,
            n_steps=n_steps,
            **more,
        )
    except InputError as error:
        return Setting(preset, None, error, pasted)
    return Setting(preset, setup, None, pasted)


def _more(usual: Setup) -> dict[str, Any]:
    """What is seldom changed."""
    positions = _one_of(link.POSITION, _("Positions of the GPT-2 style decoder"), usual.positions)
    left_out = st.pills(
        _("Left out of the GPT-2 style decoder"),
        list(link.PART.names),
        default=list(usual.without),
        format_func=link.PART.name,
        selection_mode="multi",
        key=link.WITHOUT.key,
        bind="query-params",
    )
    optimiser = _one_of(link.OPTIMISER, _("Optimiser"), usual.optimiser)
    rate = number(link.RATE, _("Learning rate"), default=usual.rate, step=0.001, form="%.6g")
    seed = _whole(link.SEED, _("Seed"), usual.seed)
    has = {name: part not in left_out for name, part in LEFT_OUT.items()}
    return {
        "positions": positions,
        "optimiser": optimiser,
        "rate": rate,
        "seed": seed,
        **has,
    }


def _begin_with(code: str) -> None:
    """Another preset brings its own values; those of a link stay."""
    if st.session_state.get(BEFORE, code) != code:
        setup = PRESETS[code].setup
        values: dict[str, object] = {
            link.CORPUS.key: setup.corpus,
            link.KIND.key: setup.kind,
            link.N_LAYER.key: setup.n_layer,
            link.N_HEAD.key: setup.n_head,
            link.WIDTH.key: setup.width,
            link.STEPS.key: setup.n_steps,
            link.POSITION.key: setup.positions,
            link.WITHOUT.key: list(setup.without),
            link.OPTIMISER.key: setup.optimiser,
            link.RATE.key: setup.rate,
            link.SEED.key: setup.seed,
            link.TEXT.key: "",
            link.WATCH.key: PRESETS[code].watch,
        }
        for key, held in values.items():
            st.session_state[key] = held
    st.session_state[BEFORE] = code


def _paste() -> str:
    """The visitor's own corpus."""
    return st.text_area(
        _("Your text"),
        key=PASTED,
        height=TALL,
        max_chars=None,
        placeholder=_("Paste a text of up to {n} characters: a story, letters, a song.").format(
            n=f"{MOST_CHARS:,}"
        ),
        help=_("It stays in this server's memory, with the run. No link holds it."),
        persist_state="page",
    )


def _one_of(value: Choice, label: str, usual: str) -> str:
    """One of a few, the preset's own at first."""
    return choose(replace(value, usual=usual), label, listed=True)


def _whole(value: Number, label: str, usual: int, step: int = 1) -> int:
    return int(number(value, label, default=usual, step=step, width=100))
