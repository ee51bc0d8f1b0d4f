"""The canvas views: bytes in, clicks out."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from viz_core.figures.theme import FONT, KINDS, Theme, visible
from viz_core.figures.tokens import byte_groups
from viz_core.generate import Step
from viz_core.i18n import _
from viz_core.trace import Record, Tokens
from viz_core.ui.cache import cached
from viz_core.ui.payload import head_grid_numbers, head_grid_payload, token_strip_payload

_FRONTEND = Path(__file__).parent / "frontend"


def _script(*names: str) -> str:
    return "".join((_FRONTEND / f"{name}.js").read_text() for name in ("shared", *names))


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
_candidates = st.components.v2.component(
    "candidates",
    html='<div class="candidates" role="group"></div>',
    css=(_FRONTEND / "candidates.css").read_text(),
    js=_script("candidates"),
)

_kind_cards = st.components.v2.component(
    "kind_cards",
    html='<div class="cards" role="group"></div>',
    css=(_FRONTEND / "kind_cards.css").read_text(),
    js=_script("kind_cards"),
)
_flow = st.components.v2.component(
    "flow",
    html=(_FRONTEND / "flow.html").read_text(),
    css=(_FRONTEND / "flow.css").read_text(),
    js=_script("flow_plan", "flow_scene", "flow_paint", "flow_beats", "flow"),
)


def head_grid(
    attentions: Sequence[Record],
    tokens: Tokens,
    key: Hashable,
    layer: int,
    head: int | None,
    theme: Theme,
) -> None:
    """Every head of every layer at a glance; a click opens one in the big map.

    Args:
        attentions: weights layer by layer, axes (head, query, key).
        tokens: of the keys.
        key: what decides the weights.
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
    numbers = cached(head_grid_numbers, key, attentions=attentions, tokens=tokens)
    payload = head_grid_payload(attentions, numbers, selected, labels)
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
    queries: Tokens | None = None,
) -> None:
    """The sentence, each word shaded by how much the picked one looks at it, or it at that one.

    Args:
        tokens: of the keys; of the queries too, unless those are given.
        weights: (query, key).
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
        queries=[visible(token) for token in queries.strings] if queries else None,
        word=word,
        reverse=reverse,
        labels={
            "amounts": theme.amounts,
            "mark": theme.mark,
            "label": _("The sentence: move along the words with the left and right arrow keys."),
        },
    )
    _token_strip(key="strip", data=payload, on_picked_change=picked)


def candidate_list(
    step: Step,
    name: str,
    color: str,
    theme: Theme,
    *,
    drawn: bool,
    on_forced: Callable[[int], None] | None = None,
) -> None:
    """The likeliest tokens of a step as bars; a click takes one of them instead of the chosen one.

    Args:
        name: of the widget; its own for each list on a page.
        color: of the bars.
        drawn: show what temperature, top-k and top-p make of each probability, too.
        on_forced: takes the token that was clicked; without it nothing can be clicked.
    """

    def forced() -> None:
        if on_forced is not None:
            on_forced(int(st.session_state[name].forced))

    rest = max(0.0, 1 - sum(one.prob for one in step.candidates))
    others = _("and {n} others, {share}").format(n=f"{step.n_others:,}", share=f"{rest:.1%}")
    if drawn:
        others += ". " + _("{n} can be drawn").format(n=f"{step.n_kept:,}")
    data = {
        "rows": [
            {
                "token": one.token,
                "label": visible(one.string),
                "prob": one.prob,
                "drawn": one.drawn if drawn else None,
                "chosen": one.token == step.token,
            }
            for one in step.candidates
        ],
        "place": step.place,
        "words": {"cut": _("cut"), "rest": others},
        "label": _("The likeliest next words"),
        "clickable": on_forced is not None,
        "colours": {
            "bar": color,
            "faint": theme.faint,
            "mark": theme.mark,
            "muted": theme.muted,
        },
    }
    _candidates(key=name, data=data, on_forced_change=forced)


def kind_cards(
    cards: Sequence[tuple[str, str, str]],
    own: str,
    size: float,
    on_taken: Callable[[str], None],
) -> None:
    """The kinds of model as cards, each with its promise and its colour; a click takes one.

    Args:
        cards: kind, name and promise of each.
        own: the kind that is shown.
        size: of the type, 1 being the usual one.
    """

    def taken() -> None:
        on_taken(str(st.session_state["kinds"].taken))

    data = {
        "cards": [
            {"kind": kind, "name": name, "promise": promise, "colour": KINDS[kind]}
            for kind, name, promise in cards
        ],
        "own": own,
        "size": size,
        "label": _("Kinds of model"),
    }
    _kind_cards(key="kinds", data=data, on_taken_change=taken)


def flow_canvas(payload: bytes) -> None:
    """The flow; a click on a word picks it, one on a closed layer opens that.

    Args:
        payload: what `flow_payload` made.
    """

    def picked() -> None:
        st.session_state["word"] = int(st.session_state["flow"].picked)

    def chosen() -> None:
        st.session_state["layer"] = int(st.session_state["flow"].chosen["layer"])

    _flow(key="flow", data=payload, on_picked_change=picked, on_chosen_change=chosen)
