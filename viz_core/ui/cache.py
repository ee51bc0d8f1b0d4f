"""Results that all visitors share: read-only, bounded, computed once however many ask at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import streamlit as st

from viz_core import registry
from viz_core.errors import VizError
from viz_core.i18n import language
from viz_core.runners.base import Card, Request
from viz_core.trace import Trace
from viz_core.ui.show import show_error

T = TypeVar("T")

N_TRACES = 64  # at most some 16 MB each, at n_ctx 256
N_MADE = 256  # figures and payloads, at most some 2 MB each, at n_ctx 256


def run(model_id: str, request: Request, trained: bool = True) -> Trace:
    """The trace of a request, or the sentence that says why there is none and the page's end."""
    try:
        return cached_trace(model_id, request, trained)
    except VizError as error:
        show_error(error)
        st.stop()


@st.cache_resource(max_entries=N_TRACES, show_spinner=False)
def cached_trace(model_id: str, request: Request, trained: bool = True) -> Trace:
    """One forward pass for all who ask for the same."""
    return registry.load(model_id, trained).run(request)


@st.cache_resource(show_spinner=False)
def card(model_id: str) -> Card:
    """What can be said of a model without loading it."""
    return registry.card(model_id)


def cached(make: Callable[..., T], key: Hashable, /, **inputs: Any) -> T:
    """What a pure function makes (a figure, a payload, an analysis), once for each key.

    Args:
        make: the function.
        key: everything that decides its result but language and note, cheap to hash.
        inputs: what `make` takes.
    """
    made: T = _cached(make.__qualname__, (key, inputs.get("note"), language()), make, inputs)
    return made


@st.cache_resource(max_entries=N_MADE, show_spinner=False)
def _cached(name: str, key: Hashable, _make: Callable[..., Any], _inputs: dict[str, Any]) -> Any:
    return _make(**_inputs)
