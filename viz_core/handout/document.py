"""Handouts: a view's page as HTML, made once however many ask for it, and as one file."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from viz_core.figures.theme import legible
from viz_core.handout import page
from viz_core.handout.bundle import scripts, style_of
from viz_core.handout.explorer import VIEWS as EXPLORER_VIEWS
from viz_core.handout.explorer import explorer
from viz_core.handout.run import SCHEMES, NotShownError, run_page
from viz_core.handout.tree import tree
from viz_core.i18n import _, language, speaking
from viz_core.tour import read_tour
from viz_core.trace import Trace
from viz_core.views import Values, View, view_at

N_KEPT = 64  # handouts in memory, of some 50 kB each
STYLES = (
    Path(__file__).parents[1] / "web" / "static" / "stage.css",
    Path(__file__).parent / "alive" / "handout.css",
)


@dataclass(frozen=True)
class Handout:
    """A page's view as HTML.

    Attributes:
        body: the page, for an element of the class `handout`.
        views: names of the canvas views in it.
        head: the title, the sentence below it and the typed text alone.
        explored: the trace whose heads can all be walked through, if there is one.
        values: of the page's link, as the page had them.
    """

    title: str
    body: str
    views: tuple[str, ...]
    head: str
    explored: Trace | None
    values: Values = field(default_factory=dict)


_kept: OrderedDict[tuple[str, str], Handout] = OrderedDict()
_making: dict[tuple[str, str], Lock] = {}
_lock = Lock()


def handout(view: View, scheme: str = SCHEMES[0]) -> Handout:
    """The handout of a view; who asks while it is made waits for it.

    Raises:
        NotShownError: the page fails.
    """
    name = (view.key, scheme)
    with _lock:
        making = _making.setdefault(name, Lock())
    with making:
        with _lock:
            if name in _kept:
                _kept.move_to_end(name)
                return _kept[name]
        made = _made(view, scheme)
        with _lock:
            _kept[name] = made
            _making.pop(name, None)
            while len(_kept) > N_KEPT:
                _kept.popitem(last=False)
    return made


def _made(view: View, scheme: str) -> Handout:
    run = run_page(view, scheme)
    root = tree(run.sent)
    with speaking(view.language):
        if failed := page.failures(root):
            raise NotShownError(
                _("This page can't be shown to others: {reason}").format(reason=failed[0][:200])
            )
        body = page.body(root)
        views = tuple(name for name in page.VIEWS if f'data-view="{name}"' in body)
        return Handout(page.title(root), body, views, page.head(root), run.explored, run.values)


START = """
const { startViews, tellWherePointed } = modules["viz_core.alive/handout.js"]
const root = document.querySelector(".handouts")
const dark = matchMedia("(prefers-color-scheme: dark)")
let scheme = dark.matches ? "dark" : "light"
let paintExplorers = () => {}
function paint() {
  document.documentElement.style.colorScheme = scheme
  for (const one of root.children) one.hidden = one.dataset.scheme !== scheme
  const shown = root.querySelectorAll(":scope > :not([hidden])")
  shown.forEach((one) => startViews(one, (name) => views[name]))
  paintExplorers(scheme)
}
paint()
dark.addEventListener("change", () => paint((scheme = dark.matches ? "dark" : "light")))
document.querySelector(".turn").onclick = () =>
  paint((scheme = scheme === "dark" ? "light" : "dark"))
tellWherePointed(document.body)
"""
EXPLORE = """
modules["viz_core.alive/explorer.js"].startExplorers(document, styles)
  .then((again) => (paintExplorers = again)(scheme))
"""


def one_file(view: View, address: str = "") -> str:
    """A view as one HTML file: light and dark, alive without a network, and nothing but itself.

    Where the page has a trace whose heads can all be walked through, that takes the place of the
    pictures of one head.

    Args:
        address: where the view is live.

    Raises:
        NotShownError: the page fails.
    """
    both = {scheme: handout(view, scheme) for scheme in SCHEMES}
    first = both[SCHEMES[0]]
    with speaking(view.language):
        if first.explored is not None:
            layer, head, word = (_number(first.values, key) for key in ("layer", "head", "word"))
            walk = explorer(first.explored, layer or 0, head or 0, word)
            return _whole(first.title, first.head + walk, {}, EXPLORER_VIEWS, address)
        bodies = {scheme: one.body for scheme, one in both.items()}
        return _whole(first.title, "", bodies, first.views, address)


def tour_file(name: str, spoken: str) -> str:
    """A tour as one HTML file with all its stops, one below the other.

    Raises:
        VizError: there is no such tour, or the page of a stop fails.
    """
    tour = read_tour(name, spoken)
    with speaking(spoken):
        views: set[str] = set()
        bodies = {}
        for scheme in SCHEMES:
            made = [handout(view_at(stop.link(), spoken), scheme) for stop in tour.stops]
            views |= {view for one in made for view in one.views}
            bodies[scheme] = "".join(
                f'<section class="stop"><h2>{n} / {len(made)} · {html.escape(stop.title)}</h2>'
                f"{page.written(stop.text)}{one.body}</section>"
                for n, (stop, one) in enumerate(zip(tour.stops, made, strict=True), start=1)
            )
        head = f"<h1>{html.escape(tour.title)}</h1>{page.written(tour.intro)}"
        return _whole(tour.title, head, bodies, tuple(sorted(views)), "")


def trace_file(trace: Trace) -> str:
    """A trace as one HTML file: every head of every layer.

    Raises:
        InputError: it has no attention weights.
    """
    title = f"{trace.model_id} · {''.join(trace.tokens[trace.stream].strings).strip()}"
    head = f"<h1>{html.escape(legible(title))}</h1>"
    return _whole(title, head + explorer(trace), {}, EXPLORER_VIEWS, "")


def _number(values: Values, key: str) -> int | None:
    """A whole number among the values of a view."""
    said = next(iter(values.get(key, ())), "")
    return int(said) if said.isascii() and said.isdecimal() else None


def _whole(
    title: str, body: str, bodies: Mapping[str, str], views: tuple[str, ...], address: str
) -> str:
    """A file that allows nothing but its own script.

    Args:
        body: for both schemes; `bodies` are for one each.
        views: the canvas views in it.
    """
    explores = 'class="explorer"' in body
    styles = json.dumps({name: style_of(name) for name in views} if explores else {})
    script = scripts(views, explores) + f"const styles = {styles}\n" + START
    script = f'"use strict"\n{{\n{script}{EXPLORE if explores else ""}}}\n'.replace("</", "<\\/")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    style = "".join(path.read_text("utf-8") for path in STYLES)
    mains = "".join(
        f'<main class="handout" data-scheme="{scheme}" hidden>{one}</main>'
        for scheme, one in bodies.items()
    )
    made, turn = html.escape(_("Made by Attention Atlas")), html.escape(_("Light or dark"))
    link = f'<a href="{html.escape(address, quote=True)}">{made}</a>' if address else made
    return (
        f'<!doctype html>\n<html lang="{language()}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{style}</style></head><body>"
        f'<div class="handout">{body}</div><div class="handouts">{mains}</div>'
        f'<footer class="words">{link} · '
        f'<button type="button" class="turn">{turn}</button></footer>'
        f"<script>{script}</script></body></html>\n"
    )
