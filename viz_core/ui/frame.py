"""What stands around every page: language, theme and title."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from viz_core import registry
from viz_core.errors import VizError
from viz_core.figures.theme import LIGHT, THEMES, Theme
from viz_core.i18n import LANGUAGES, nearest_language, set_language
from viz_core.links import Link
from viz_core.ui.browser import KIT
from viz_core.ui.errors import show_error
from viz_core.ui.guests import offer_held
from viz_core.ui.keys import key_buttons
from viz_core.ui.parts import leave_out
from viz_core.ui.share import arrive_by_short_link, tell_changed_weights
from viz_core.ui.spoken import follow_language
from viz_core.ui.stage import show_alone
from viz_core.ui.tour import tour_bar, touring
from viz_core.ui.travelling import LANGUAGE_KEY, arrive, presenting
from viz_core.ui.usable import tell_asked

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

ICON = str(KIT / "icon.svg")
PACE = 1.5  # seconds between two moments of what goes on
log = logging.getLogger(__name__)


def speak(link: Link | None = None) -> None:
    """Speak the visitor's language: the chosen one, else the link's, else the browser's.

    Every page begins with it, so that it needs nothing of what ran before.

    Args:
        link: of the page, whose values follow the language where nobody chose others.
    """
    arrive_by_short_link()
    asked = st.session_state.get(LANGUAGE_KEY) or st.query_params.get(LANGUAGE_KEY)
    set_language(asked if asked in LANGUAGES else nearest_language(st.context.locale))
    offer_held()
    if link is not None:
        follow_language(link)
        tell_changed_weights(link.page)


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Load and prove the models of all pages once a process, before the first visitor asks for one.

    Of those of a single lesson the files are compared with what was written; other people's are
    loaded when somebody asks for them. A model that can't be used is told on the server's standard
    error, and offered nowhere.
    """
    for error in registry.refused().values():
        log.warning("%s", error)
    for model_id, entry in registry.MODELS.items():
        try:
            if entry.waits:
                registry.check_files(model_id)
            else:
                registry.load(model_id)
        except VizError as error:
            log.warning("%s", error)


def show_page(page: StreamlitPage) -> None:
    """Run a page."""
    with _kept_up():
        page.run()


@contextmanager
def _kept_up() -> Iterator[None]:
    """Tell what a person can mend in a sentence, and let go of the address at the end.

    Streamlit takes values that are bound to widgets of the page that is left out of the address
    before the next page can read them; those that nothing holds stay, and go along.
    """
    try:
        yield
    except VizError as error:
        show_error(error)
    finally:
        context = get_script_run_ctx()
        if context is not None:
            with context.session_state.query_params() as address:
                for widget in list(address._bindings_by_widget):
                    address.unbind_widget(widget)


@st.fragment
def run_alone(lesson: Callable[[], None]) -> None:
    """Run what stands below a page's text: a click there runs it again, and nothing around it.

    Args:
        lesson: reads its widgets itself; what stands around it is as the last run of the page
            had it.
    """
    speak()
    with _kept_up():
        lesson()


def run_live(moment: Callable[[], None], going_on: Callable[[], bool]) -> None:
    """Run what changes by itself again and again, as long as it does; then the whole page once.

    Args:
        moment: shows what there is at a moment.
        going_on: whether it will change.
    """
    going = going_on()

    @st.fragment(run_every=PACE if going else None)
    def live() -> None:
        speak()
        with _kept_up():
            moment()
        if going and not going_on():
            st.rerun()

    live()


def theme() -> Theme:
    """The colours of the appearance that the visitor sees."""
    return THEMES.get(st.context.theme.type or "light", LIGHT)


def title(heading: str, sentence: str = "") -> DeltaGenerator:
    """A page's title, and the sentence that says what it is about; above it a tour's stop.

    Returns:
        The row of the title, for what else stands there.
    """
    arrive()
    st.html(KIT / "frame.css")
    leave_out()
    if presenting():
        st.html(KIT / "presenter.css")
    show_alone()
    tour_bar()
    row = st.container(horizontal=True, vertical_alignment="center", key="title_row")
    with row:
        st.title(heading, anchor=False, width="stretch")
        st.segmented_control(
            "Language · 语言",
            list(LANGUAGES),
            default=nearest_language(st.context.locale),
            required=True,
            key=LANGUAGE_KEY,
            bind="query-params",
            label_visibility="collapsed",
            width="content",
        )
        key_buttons()
    if sentence and not presenting() and not touring():
        with st.container(key="sentence"):
            st.markdown(sentence)
    tell_asked()
    return row
