"""Widgets that stand in the link: each has a key, which is its name in the address."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitAPIException

from viz_core.i18n import _
from viz_core.links import HEAD, LAYER, MEAN, STACK, WORD, Choice, Flag, Number, Text
from viz_core.trace import Tokens
from viz_core.ui.raised import tell_what_is_new
from viz_core.ui.usable import offered

CONTROLS = "controls_"  # what the key of a row of controls begins with
LONGEST_ROW = 64  # letters of names that stand beside each other; more are a list to open
LISTED = 190  # px, width of such a list
MOST_LAYERS, NARROW = 16, 110  # layers that stand beside each other; px of a list of more
SHOWN = "_shown"  # what the key of a widget ends with that shows a link's code in words


def controls(name: str, label: str = "") -> DeltaGenerator:
    """A quiet row of widgets on one line; on a phone it is folded behind a switch.

    Args:
        name: its own for each row on a page.
        label: of the switch, where a page has several.
    """
    row = st.container(
        key=f"{CONTROLS}{name}", horizontal=True, vertical_alignment="bottom", gap="small"
    )
    row.toggle(label or _("Controls"), key=f"fold_{name}", on_change="ignore")
    return row


def unseen(key: str) -> DeltaGenerator:
    """Where a widget stands that only holds a value of the link."""
    return st.container(key=f"code_{key}")


def text_input(
    value: Text,
    examples: Mapping[str, str],
    on_picked: Callable[[str], None] | None = None,
    *,
    stories: bool = True,
) -> str:
    """The box in which the visitor types, and sentences to pick.

    Args:
        value: of the link.
        examples: sentence -> what it shows, in the visitor's language.
        on_picked: what else happens when a sentence is picked.
        stories: whether story models read it; what is new to them is told.

    Returns:
        the text as it is read: without white space at its ends.
    """

    def take() -> None:
        picked = st.session_state["example"]
        if picked is not None:
            st.session_state[value.key] = picked
            st.session_state["example"] = None
            if on_picked is not None:
                on_picked(picked)

    with st.container(key="text_row"):
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
    typed = box.text_input(
        _("Your text"),
        value.default or "",
        key=value.key,
        bind="query-params",
        placeholder=_("Type a sentence"),
    )
    text = as_read(typed)
    if stories:
        tell_what_is_new(text)
    return text


def as_read(typed: str) -> str:
    """A typed text without the white space at its ends; the page says so where there was some."""
    text = typed.strip()
    if text != typed:
        st.caption(_("White space at the ends of the text is not read."))
    return text


def model_select(value: Choice, options: Sequence[str] | None = None) -> str:
    """One of the models of a page."""
    ids = value.options({}) if options is None else options
    return choose(value, _("Model"), options=offered(ids))


def layer_select(n_layer: int, default: int = 0) -> int:
    """One of a model's layers; many of them are a list to open."""
    options = list(range(n_layer))
    if st.session_state.get(LAYER.key) not in options:
        st.session_state.pop(LAYER.key, None)
    given: dict[str, Any] = {"key": LAYER.key, "bind": "query-params"}
    label = _("Layer, from 0")
    if n_layer > MOST_LAYERS:
        chosen = st.selectbox(label, options, default, width=NARROW, **given)
    else:
        chosen = st.segmented_control(label, options, default=default, required=True, **given)
    return default if chosen is None else int(chosen)


def choose(
    value: Choice,
    label: str,
    help_text: str = "",
    options: Sequence[str] | None = None,
    *,
    listed: bool = False,
) -> str:
    """One of a few; their codes stand in the address.

    Names longer than a row of controls are a list to open, others stand beside each other.

    Args:
        options: the codes that there are on this view, the default one first; by default all that
            the lesson declares.
        listed: a list to open in any case.
    """
    codes = list(value.options({}) if options is None else options)
    default = str(value.default if value.default in codes else codes[0])
    if not value.names:
        return _choose_plain(value.key, label, codes, default, help_text)
    code = _code_of(value.key, codes, default)
    shown = f"{value.key}{SHOWN}"

    def take() -> None:
        st.session_state[value.key] = st.session_state[shown]

    st.session_state[shown] = code
    given: dict[str, Any] = {"key": shown, "help": help_text or None, "on_change": take}
    if listed or _long(codes):
        st.selectbox(label, codes, format_func=value.name, width=LISTED, **given)
    else:
        st.segmented_control(label, codes, required=True, format_func=value.name, **given)
    return code


def _long(codes: Sequence[str]) -> bool:
    """Whether names stand better in a list that opens than beside each other."""
    return sum(map(len, codes)) > LONGEST_ROW


def _choose_plain(key: str, label: str, codes: list[str], default: str, help_text: str) -> str:
    """One of a few codes that are the same in every language."""
    if st.session_state.get(key) not in codes:
        st.session_state.pop(key, None)
    given: dict[str, Any] = {"key": key, "bind": "query-params", "help": help_text or None}
    if _long(codes):
        return st.selectbox(label, codes, codes.index(default), width=LISTED, **given) or default
    return st.segmented_control(label, codes, default=default, required=True, **given) or default


def _code_of(key: str, codes: list[str], default: str) -> str:
    """The code that stands in the link, held by a widget that nobody sees.

    A widget that is bound to the link stands there by what it shows, which depends on the language.
    """
    if st.session_state.get(key, default) not in codes:
        st.session_state.pop(key)
    with unseen(key):
        code = st.text_input(
            key, default, key=key, bind="query-params", label_visibility="collapsed"
        )
    return code if code in codes else default


def number(
    value: Number,
    label: str,
    *,
    default: float | None = None,
    most: float | None = None,
    step: float = 1,
    help_text: str = "",
    width: int = 130,
    slider: bool = False,
    persist: bool = False,
    form: str | None = None,
) -> float:
    """A number of the link, to type or to slide; whole where its step is.

    Args:
        default, most: where they depend on the view; else as the lesson declares.
        form: how it is written, as printf has it; by default with two digits behind the point.
        persist: keep it while the widget is not shown.
    """
    of = int if isinstance(step, int) else float
    first = of(float(value.default or value.least) if default is None else default)
    last = most if most is not None else None if callable(value.most) else value.most
    box = st.slider if slider else st.number_input
    given: dict[str, Any] = {"persist_state": "page"} if persist else {}
    if _can_be_read(value):
        given["bind"] = "query-params"
    chosen = box(
        label,
        of(value.least),
        None if last is None else of(last),
        first,
        of(step),
        form,
        key=value.key,
        help=help_text or None,
        width=width,
        **given,
    )
    return first if chosen is None else chosen


def _can_be_read(value: Number) -> bool:
    """Whether the address has a number for a widget, or nothing; what is neither is taken out.

    A widget that is not bound to it yet gets the page anew, without; one that is bound since an
    earlier view of the session (the browser's way back) has it taken out by being unbound.
    """
    given = st.query_params.get_all(value.key)
    if not given or value.read(given) is not None:
        return True
    with suppress(StreamlitAPIException):
        del st.query_params[value.key]
        st.rerun()
    return False


def attention_select(stacks: Collection[str]) -> str:
    """Which of a model's attentions; the only one of a model that has one stack."""
    if len(stacks) == 1:
        return next(iter(stacks))
    return choose(
        STACK,
        _("Attention of"),
        _(
            "encoder: the source looks at itself. decoder: the translation looks at what "
            "is already written. cross: the translation looks at the source."
        ),
    )


def unit_select(n: int, default: int) -> int:
    """One of a layer's hidden units, by its number."""
    if st.session_state.get("unit", default) >= n:
        st.session_state.pop("unit", None)
    return int(number(Number("unit"), _("Unit"), default=default, most=n - 1))


def head_select(n_head: int, with_mean: bool = True, default: int = 0) -> int | None:
    """A head, or None for the mean of all where that can be chosen."""
    options = [*map(str, range(n_head)), *([MEAN] if with_mean else [])]
    chosen = choose(replace(HEAD, usual=str(default)), _("Head, from 0"), options=options)
    return None if chosen == MEAN else int(chosen)


def toggle(value: Flag, label: str, help_text: str) -> bool:
    """A switch, off at first."""
    return st.toggle(label, key=value.key, bind="query-params", help=help_text)


def word_select(tokens: Tokens, value: Number = WORD, label: str = "", default: int = -1) -> int:
    """The picked word, by its place; a click in the token strip sets it too.

    Another text has other words: then the default is picked again, or else the last one.

    Args:
        value: of the link.
        default: place of the word that is picked at first, if the text has it.
    """
    first = default if 0 <= default < len(tokens) else last_word(tokens)
    key = value.key
    other_text = st.session_state.get(f"{key}_of", tokens.ids) != tokens.ids
    if other_text or st.session_state.get(key, first) >= len(tokens):
        st.session_state[key] = first
    st.session_state[f"{key}_of"] = tokens.ids
    return int(number(value, label or _("Word"), default=first, most=len(tokens) - 1))


def last_word(tokens: Tokens) -> int:
    """The place of the last token that is a word, or else of the last one."""
    words = [n for n in range(len(tokens)) if not tokens.special[n]] or [len(tokens) - 1]
    return max((n for n in words if any(map(str.isalnum, tokens.strings[n]))), default=words[-1])
