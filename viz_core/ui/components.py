"""The canvas views: bytes in, clicks out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import streamlit as st

from viz_core.figures.numbers import percent
from viz_core.figures.theme import FONT, Theme, visible
from viz_core.figures.tokens import byte_groups
from viz_core.generate import Step
from viz_core.i18n import _
from viz_core.trace import Record, Tokens
from viz_core.ui.browser import view
from viz_core.ui.cache import cached
from viz_core.ui.payload import head_grid_numbers, head_grid_payload, token_strip_payload

_head_grid = view(
    "head_grid",
    '<div class="grid"><div class="scroller"><canvas tabindex="0"></canvas></div>\n'
    '<div class="tip" role="tooltip" hidden></div></div>',
)
_token_strip = view(
    "token_strip",
    '<div class="strip" tabindex="0" role="listbox"></div>\n'
    '<div class="said" aria-live="polite"></div>',
)
_candidates = view("candidates", '<div class="candidates" role="group"></div>')
_cards = view("cards", '<div class="cards" role="group"></div>')
_tour_links = view("tour_links", "<nav></nav>")


def head_grid(
    attentions: Sequence[Record],
    tokens: Tokens,
    layer: int,
    head: int | None,
    theme: Theme,
) -> None:
    """Every head of every layer at a glance; a click opens one in the big map.

    Args:
        attentions: weights layer by layer, axes (head, query, key).
        tokens: of the keys.
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
    numbers = cached(head_grid_numbers, attentions=attentions, tokens=tokens)
    payload = head_grid_payload(attentions, numbers, selected, labels)
    _head_grid("heads", data=payload, on_opened_change=opened)


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
    word: int,
    reverse: bool,
    theme: Theme,
    queries: Tokens | None = None,
) -> None:
    """The sentence, each word shaded by how much the picked one looks at it, or it at that one.

    Args:
        tokens: of the keys; of the queries too, unless those are given.
        weights: (query, key).
    """

    def picked() -> None:
        st.session_state["word"] = int(st.session_state["strip"].picked)

    payload = cached(
        token_strip_payload,
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
    _token_strip("strip", data=payload, on_picked_change=picked)


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
    others = _("and {n} others, {share}").format(
        n=f"{step.n_others:,}", share=percent(rest, short=True)
    )
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
    _candidates(name, data=data, on_forced_change=forced)


@dataclass(frozen=True)
class ChoiceCard:
    """A card to choose: its name for the app, and what a person reads; the colour of its edge."""

    name: str
    title: str
    line: str
    colour: str


def cards(
    key: str,
    label: str,
    choices: Sequence[ChoiceCard],
    own: str,
    on_taken: Callable[[str], None],
    *,
    columns: int,
    leads: str = "",
) -> None:
    """Cards to choose from; a click takes one.

    Args:
        label: what is chosen.
        own: name of the card that is marked.
        on_taken: gets the name of the card that was taken.
        columns: beside each other, where there is room.
        leads: a CSS selector of what the page shows after a click.
    """

    def taken() -> None:
        on_taken(str(st.session_state[key].taken))

    data = {
        "cards": [asdict(choice) for choice in choices],
        "own": own,
        "columns": columns,
        "label": label,
        "leads": leads,
    }
    _cards(key, data=data, on_taken_change=taken)


def tour_links(name: str, title: str, links: Sequence[Mapping[str, Any]]) -> None:
    """Links beside each other, each with an arrow key that follows it.

    Args:
        name: of the widget; its own for each list on a page.
        title: what the links lead through.
        links: `label`, `href`, `key`, what it is `about`, and whether it comes `first`; instead
            of `href` the values `without` which a link leads to this very view.
    """
    _tour_links(name, data={"label": title, "links": list(links)}, width="content")
