"""The canvas views: bytes in, clicks out."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

import numpy as np
import streamlit as st

from viz_core.figures.theme import FONT, Theme, visible
from viz_core.figures.tokens import byte_groups
from viz_core.i18n import _
from viz_core.trace import Tokens, Trace
from viz_core.ui.cache import cached
from viz_core.ui.payload import head_grid_numbers, head_grid_payload, token_strip_payload

_FRONTEND = Path(__file__).parent / "frontend"


def _script(name: str) -> str:
    return (_FRONTEND / "shared.js").read_text() + (_FRONTEND / f"{name}.js").read_text()


_head_grid = st.components.v2.component(
    "head_grid",
    html='<div class="grid"><div class="sheet"><canvas tabindex="0" role="img"></canvas></div>\n'
    '<div class="tip" role="tooltip" hidden></div></div>',
    css=(_FRONTEND / "head_grid.css").read_text(),
    js=_script("head_grid"),
)
_token_strip = st.components.v2.component(
    "token_strip",
    html='<div class="strip" tabindex="0" role="listbox"></div>\n'
    '<div class="said" aria-live="polite"></div>',
    css=(_FRONTEND / "token_strip.css").read_text(),
    js=_script("token_strip"),
)


def head_grid(
    trace: Trace, key: tuple[str, ...], layer: int, head: int | None, theme: Theme
) -> None:
    """Every head of every layer at a glance; a click opens one in the big map.

    Args:
        key: what decides the trace.
    """
    labels = {
        "amounts": theme.amounts,
        "muted": theme.muted,
        "faint": theme.faint,
        "mark": theme.mark,
        "font": FONT,
        "name": _("layer {layer}, head {head}"),
        "measures": measure_names(),
        "label": _("All heads: choose one with the arrow keys, open it with Enter."),
    }

    def opened() -> None:
        spot = st.session_state["heads"].opened
        st.session_state["layer"] = int(spot["layer"])
        st.session_state["head"] = str(spot["head"])

    selected = (layer, -1 if head is None else head)
    tokens = trace.tokens[trace.attentions[0].streams["key"]]
    numbers = cached(head_grid_numbers, key, attentions=trace.attentions, tokens=tokens)
    payload = head_grid_payload(trace.attentions, numbers, selected, labels)
    _head_grid(key="heads", data=payload, on_opened_change=opened)


def measure_names() -> list[str]:
    """The names of `HeadMeasures`, in its order."""
    return [
        _("entropy (bits)"),
        _("mean distance (tokens)"),
        _("on the previous token"),
        _("on the first token"),
        _("on the same word"),
    ]


def token_strip(
    tokens: Tokens,
    weights: np.ndarray,
    key: Hashable,
    word: int,
    reverse: bool,
    theme: Theme,
) -> None:
    """The sentence, each word shaded by how much the picked one looks at it, or it at that one.

    Args:
        weights: (query, key), both axes counting the tokens.
        key: what decides the weights.
    """

    def picked() -> None:
        st.session_state["word"] = int(st.session_state["strip"].picked)

    payload = cached(
        token_strip_payload,
        (key, word, reverse, theme.name),
        weights=weights,
        tokens=[visible(token) for token in tokens.strings],
        groups=byte_groups(tokens.strings),
        word=word,
        reverse=reverse,
        labels={
            "amounts": theme.amounts,
            "mark": theme.mark,
            "label": _("The sentence: move along the words with the left and right arrow keys."),
        },
    )
    _token_strip(key="strip", data=payload, on_picked_change=picked)
