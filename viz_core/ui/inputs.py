"""Widgets that stand in the link: each has a key, which is its name in the address."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import streamlit as st

from viz_core import registry
from viz_core.i18n import _
from viz_core.kinds import Kind
from viz_core.trace import Tokens

MEAN = "mean"


def text_input(
    default: str,
    examples: Mapping[str, str],
    on_picked: Callable[[str], None] | None = None,
) -> str:
    """The box in which the visitor types, and sentences to pick.

    Args:
        examples: sentence -> what it shows, in the visitor's language.
        on_picked: what else happens when a sentence is picked.
    """

    def take() -> None:
        picked = st.session_state["example"]
        if picked is not None:
            st.session_state["text"] = picked
            st.session_state["example"] = None
            if on_picked is not None:
                on_picked(picked)

    box, picker = st.columns([3, 1], vertical_alignment="bottom")
    picker.selectbox(
        _("Examples"),
        list(examples),
        index=None,
        key="example",
        on_change=take,
        placeholder=_("Pick a sentence"),
        format_func=lambda sentence: f"{sentence}  ({examples[sentence]})",
    )
    return box.text_input(
        _("Your text"),
        default,
        key="text",
        bind="query-params",
        placeholder=_("Type a sentence"),
    )


def model_select(can: Callable[[Kind], bool] = lambda kind: True, first: str = "") -> str:
    """One of the registered models whose kind can do something.

    Args:
        first: the model that is chosen at first; by default the first there is.
    """
    ids = registry.model_ids(can)
    default = first or ids[0]
    chosen = st.segmented_control(
        _("Model"), ids, default=default, required=True, key="model", bind="query-params"
    )
    return chosen or default


def any_model_select(default: str) -> str:
    """One of all registered models, those of a single lesson among them."""
    ids = list(registry.MODELS)
    chosen = st.selectbox(
        _("Model"),
        ids,
        index=ids.index(default),
        key="model",
        bind="query-params",  # a shown name would stand in the address instead of the id
        width=220,
    )
    return chosen or default


def layer_select(n_layer: int, default: int = 0) -> int:
    """One of a model's layers."""
    options = list(range(n_layer))
    if st.session_state.get("layer") not in options:
        st.session_state.pop("layer", None)
    chosen = st.segmented_control(
        _("Layer"), options, default=default, required=True, key="layer", bind="query-params"
    )
    return default if chosen is None else int(chosen)


def choose(label: str, key: str, options: Sequence[str], help_text: str = "") -> str:
    """One of a few; the words of the options stand in the address and so are not translated."""
    if st.session_state.get(key) not in options:
        st.session_state.pop(key, None)
    chosen = st.segmented_control(
        label,
        list(options),
        default=options[0],
        required=True,
        key=key,
        bind="query-params",
        help=help_text or None,
    )
    return chosen or options[0]


def attention_select(stacks: Collection[str]) -> str:
    """Which of a model's attentions; the only one of a model that has one stack."""
    if len(stacks) == 1:
        return next(iter(stacks))
    return choose(
        _("Attention of"),
        "stack",
        ("cross", "encoder", "decoder"),
        _(
            "encoder: the source looks at itself. decoder: the translation looks at what "
            "is already written. cross: the translation looks at the source."
        ),
    )


def unit_select(n: int, default: int) -> int:
    """One of a layer's hidden units, by its number."""
    if st.session_state.get("unit", default) >= n:
        st.session_state.pop("unit", None)
    return int(
        st.number_input(_("Unit"), 0, n - 1, default, 1, key="unit", bind="query-params", width=130)
    )


def head_select(n_head: int, with_mean: bool = True, default: int = 0) -> int | None:
    """A head, or None for the mean of all where that can be chosen."""
    options = [*map(str, range(n_head)), *([MEAN] if with_mean else [])]
    if st.session_state.get("head") not in options:
        st.session_state.pop("head", None)
    chosen = st.segmented_control(
        _("Head"), options, default=str(default), required=True, key="head", bind="query-params"
    )
    return None if chosen == MEAN else int(chosen or default)


def toggle(label: str, key: str, help_text: str) -> bool:
    """A switch, off at first."""
    return st.toggle(label, key=key, bind="query-params", help=help_text)


def word_select(tokens: Tokens, key: str = "word", label: str = "", default: int = -1) -> int:
    """The picked word, by its place; a click in the token strip sets it too.

    Another text has other words: then the default is picked again, or else the last one.

    Args:
        key: of the widget and in the link.
        default: place of the word that is picked at first, if the text has it.
    """
    first = default if 0 <= default < len(tokens) else last_word(tokens)
    other_text = st.session_state.get(f"{key}_of", tokens.ids) != tokens.ids
    if other_text or st.session_state.get(key, first) >= len(tokens):
        st.session_state[key] = first
    st.session_state[f"{key}_of"] = tokens.ids
    return int(
        st.number_input(
            label or _("Word"),
            0,
            len(tokens) - 1,
            first,
            1,
            key=key,
            bind="query-params",
            width=130,
        )
    )


def last_word(tokens: Tokens) -> int:
    """The place of the last token that is a word, or else of the last one."""
    words = [n for n in range(len(tokens)) if not tokens.special[n]] or [len(tokens) - 1]
    return max((n for n in words if any(map(str.isalnum, tokens.strings[n]))), default=words[-1])
