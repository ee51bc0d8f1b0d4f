"""The view that is on the screen, for others: short link, code to scan, caption, long link."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode, urlsplit

import segno
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from viz_core import rates
from viz_core.addresses import LOOPBACK, WILDCARDS, own_addresses
from viz_core.errors import InputError, VizError
from viz_core.i18n import _, language
from viz_core.links import Link
from viz_core.store import links, store
from viz_core.trace import Trace
from viz_core.ui.errors import escape_markdown, show_error
from viz_core.ui.stage import Asks, leading, show_stage
from viz_core.ui.take_away import show_take_away
from viz_core.ui.travelling import LANGUAGE_KEY
from viz_core.views import View, weights_of

KEPT_LINK = "s"  # in an address: the id of a view that is kept
CHANGED = "weights_changed"  # in the session: models that were others when the view was kept
EXPLORED, SEEN = "explored", "seen"  # in the session of a page that runs for a file
HEADLESS = "handout"  # the name of such a session
SCALE = 6  # px of a code's smallest square
CAPTIONED = ("model", "models", "text")


def view_of(link: Link) -> View:
    """What is on the screen: every value of the page's link written out, defaults too."""
    values = {key: _as_said(st.session_state[key]) for key in link.keys if key in st.session_state}
    return View(link.page, values, language(), weights_of(link.page, values))


def share(link: Link, asks: Asks | None = None, explored: Trace | None = None) -> None:
    """Ways to show others what is on the screen; nothing is kept before they are opened.

    Args:
        asks: makes the question that a lecturer may ask about it.
        explored: a trace whose heads can all be walked through in a file of this view.
    """
    if headless():
        st.session_state[EXPLORED], st.session_state[SEEN] = explored, view_of(link).values
        return
    with st.container(key="stage_bar"):
        if leading():
            show_stage(view_of(link), asks)
    with (
        st.container(key="share"),
        st.popover(
            _("Share"), icon=":material/share:", on_change="rerun", key="share_open"
        ) as fold,
    ):
        if not fold.open:
            return
        try:
            _show_ways(link, view_of(link))
        except VizError as error:
            show_error(error)


def headless() -> bool:
    """Whether the page runs for a file or for followers, and not for a browser."""
    context = get_script_run_ctx()
    return context is not None and context.session_id == HEADLESS


def _show_ways(link: Link, view: View) -> None:
    if not rates.take(rates.NEW_LINKS, "link", st.context.ip_address):
        raise InputError(
            _("Many links were made from your network in this minute. Try again in a minute.")
        )
    short = f"{origin()}/s/{links.keep(store(), view)}"
    st.markdown(
        _("Whoever opens this link sees what you see now, for as long as this site is there.")
    )
    st.code(short, wrap_lines=True)
    st.html(code_image(short))
    st.link_button(_("Show the code large"), f"{short}/code", icon=":material/qr_code_2:")
    st.caption(_("Caption for a slide"))
    st.code(caption(view, short), language=None, wrap_lines=True)
    st.caption(_("The same as one long address, which needs no store"))
    st.code(f"{origin()}{view.address()}", wrap_lines=True)
    show_take_away(view, short)
    st.link_button(
        _("Open a room for a class"),
        f"{origin()}/r/new?{urlencode({'at': view.address(), LANGUAGE_KEY: language()})}",
        icon=":material/co_present:",
    )
    st.caption(_("What is kept: the view, and nothing of you. [More](/privacy)"))


def caption(view: View, short: str) -> str:
    """What a slide says below a picture of this view."""
    said = [", ".join(view.values[key]) for key in CAPTIONED if any(view.values.get(key, ()))]
    return " · ".join(["Attention Atlas", view.page.replace("_", " "), *said, short])


def code_image(address: str, scale: int = SCALE) -> str:
    """An address as a code to scan, black on white in both themes.

    An image, for `st.html` takes no SVG as such.
    """
    drawn = segno.make(address, micro=False, error="m")
    source = drawn.svg_data_uri(light="#fff", border=3, omitsize=True)
    side = drawn.symbol_size(scale, border=3)[0]
    return f'<img src="{escape(source)}" alt="{escape(address)}" width="{side}" height="{side}">'


def origin() -> str:
    """The beginning of the app's addresses, so that others can open them.

    Where the app listens to other machines and was opened by the one that it runs on, that is this
    machine's address in its network.
    """
    parts = urlsplit(st.context.url or "")
    listens = st.get_option("server.address")
    if parts.hostname in LOOPBACK and listens in WILDCARDS:
        own = own_addresses()
        if own:
            return f"{parts.scheme}://{own[0]}:{parts.port or 80}"
    return f"{parts.scheme}://{parts.netloc}"


def arrive_by_short_link() -> None:
    """Open the view that an address names by its id: the page runs anew with its values.

    Call it before the widgets. The address is the long one from then on.
    """
    asked = st.query_params.get(KEPT_LINK)
    if asked is None:
        return
    others = {k: st.query_params.get_all(k) for k in st.query_params if k != KEPT_LINK}
    try:
        view = links.find(store(), asked)
    except VizError as error:
        del st.query_params[KEPT_LINK]
        show_error(error)
        return
    st.session_state[CHANGED] = (view.page, view.changed())
    said = {LANGUAGE_KEY: [view.language], **{k: list(v) for k, v in view.values.items()}, **others}
    st.query_params.from_dict(said)
    st.rerun()


def tell_changed_weights(page: str) -> None:
    """Say that a kept view was made with other weights than those of today."""
    of, models = st.session_state.get(CHANGED, ("", ()))
    if of == page and models:
        st.warning(
            _(
                "This link was made when the weights of {models} were others: its numbers are "
                "those of today, not those of then."
            ).format(models=escape_markdown(", ".join(models))),
            icon=":material/history:",
        )


def _as_said(value: object) -> tuple[str, ...]:
    """A widget's value as an address says it."""
    if isinstance(value, bool):
        return (str(value).lower(),)
    if isinstance(value, list | tuple):
        return tuple(map(str, value))
    return (str(value),)
