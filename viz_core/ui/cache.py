"""Results that all visitors share: read-only, bounded, computed once however many ask at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from viz_core import registry
from viz_core.content import content_key
from viz_core.errors import VizError
from viz_core.i18n import _, language
from viz_core.runners.base import Alternatives, Card, Request, Runner
from viz_core.runners.question import question
from viz_core.trace import Trace
from viz_core.ui.errors import show_error
from viz_core.ui.turns import turn

T = TypeVar("T")

N_TRACES = 64  # at most some 16 MB each, at n_ctx 256
N_CARDS = 512  # of shipped models and of steps of runs, a kilobyte each
N_MADE = 256  # figures and payloads, at most some 2 MB each, at n_ctx 256


def run(model_id: str, request: Request, trained: bool = True) -> Trace:
    """The trace of a request, or the sentence that says why there is none and the page's end."""
    try:
        loaded(model_id, trained)
        return cached_trace(model_id, request, trained)
    except VizError as error:
        show_error(error)
        st.stop()


def wanted(model_id: str, *patterns: str) -> tuple[str, ...]:
    """Those of some patterns that a model has records for; if it can't be loaded the page ends."""
    try:
        return loaded(model_id).recorded(*patterns)
    except VizError as error:
        show_error(error)
        st.stop()


def loaded(model_id: str, trained: bool = True) -> Runner:
    """What runs a model; the first who asks for one of other people sees that it is loaded.

    Raises:
        VizError: it can't be used.
    """
    if registry.is_loaded(model_id, trained) or registry.MODELS[model_id].own:
        return registry.load(model_id, trained)
    with st.spinner(_("Loading {model} …").format(model=model_id)):
        return registry.load(model_id, trained)


def cached_trace(model_id: str, request: Request, trained: bool = True) -> Trace:
    """One forward pass for all who ask for the same; that of a large model waits for its turn."""
    with turn(model_id):
        return traced(model_id, request, trained)


@st.cache_resource(max_entries=N_TRACES, show_spinner=False)
def traced(model_id: str, request: Request, trained: bool = True) -> Trace:
    """The pass itself."""
    return registry.load(model_id, trained).run(request)


def alternatives(model_id: str, text: str) -> tuple[Alternatives, ...]:
    """What the measure `counterfactual` tries in a typed text, for one model.

    One set serves all models that cut texts alike; nothing for a model that has no proposer, which
    then looks among its own words.

    Raises:
        InputError: the text is too long to be varied, or can't be read.
    """
    proposer = registry.proposer(model_id)
    if proposer is None:
        return ()
    return _alternatives(proposer, question(card(proposer).traits, text))


@st.cache_resource(max_entries=N_TRACES, show_spinner=False)
def _alternatives(model_id: str, text: str) -> tuple[Alternatives, ...]:
    return registry.load(model_id).alternatives(text)


@st.cache_resource(max_entries=N_CARDS, show_spinner=False)
def card(model_id: str) -> Card:
    """What can be said of a model without loading it."""
    return registry.card(model_id)


def cached(make: Callable[..., T], /, **inputs: Any) -> T:
    """What a pure function makes (a figure, a payload, an analysis), once for the same inputs.

    Args:
        make: the function; what it makes may depend on its inputs and the language, on no more.
        inputs: what `make` takes; their content is the key.
    """
    key = content_key(make.__module__, make.__qualname__, language(), inputs)
    made: T = _made(key, make, inputs)
    return made


@st.cache_resource(max_entries=N_MADE, show_spinner=False)
def _made(key: str, _make: Callable[..., Any], _inputs: dict[str, Any]) -> Any:
    return _make(**_inputs)
