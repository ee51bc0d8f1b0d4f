"""Handouts: a view's page as HTML, made once however many ask for it, and as one file."""

from __future__ import annotations

import base64
import hashlib
import html
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from viz_core.handout import page
from viz_core.handout.bundle import scripts
from viz_core.handout.run import SCHEMES, NotShownError, run_page
from viz_core.handout.tree import tree
from viz_core.i18n import _, speaking
from viz_core.views import View

N_KEPT = 64  # handouts in memory, of some 50 kB each
STYLES = (
    Path(__file__).parents[1] / "web" / "static" / "stage.css",
    Path(__file__).parent / "frontend" / "handout.css",
)


@dataclass(frozen=True)
class Handout:
    """A page's view as HTML.

    Attributes:
        body: the page, for an element of the class `handout`.
        views: names of the canvas views in it.
    """

    title: str
    body: str
    views: tuple[str, ...]


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
    root = tree(run_page(view, scheme))
    with speaking(view.language):
        if failed := page.failures(root):
            raise NotShownError(
                _("This page can't be shown to others: {reason}").format(reason=failed[0][:200])
            )
        body = page.body(root)
        views = tuple(name for name in page.VIEWS if f'data-view="{name}"' in body)
        return Handout(page.title(root), body, views)


START = """
const root = document.querySelector(".handouts")
const { startViews, tellWherePointed } = modules["viz_core.handout/handout.js"]
const dark = matchMedia("(prefers-color-scheme: dark)")
function paint(scheme) {
  document.documentElement.style.colorScheme = scheme
  for (const one of root.children) one.hidden = one.dataset.scheme !== scheme
  startViews(root.querySelector(":scope > :not([hidden])"), (name) => views[name])
}
let scheme = dark.matches ? "dark" : "light"
paint(scheme)
dark.addEventListener("change", () => paint((scheme = dark.matches ? "dark" : "light")))
document.querySelector(".turn").onclick = () => paint((scheme = scheme === "dark" ? "light" : "dark"))
tellWherePointed(document.body)
"""


def one_file(view: View, address: str = "") -> str:
    """A view as one HTML file: light and dark, alive without a network, and nothing but itself.

    Args:
        address: where the view is live.

    Raises:
        NotShownError: the page fails.
    """
    both = {scheme: handout(view, scheme) for scheme in SCHEMES}
    first = both[SCHEMES[0]]
    script = f'"use strict"\n{{\n{scripts(first.views)}{START}}}\n'
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    style = "".join(path.read_text("utf-8") for path in STYLES)
    bodies = "".join(
        f'<main class="handout" data-scheme="{scheme}" hidden>{one.body}</main>'
        for scheme, one in both.items()
    )
    with speaking(view.language):
        live = _("Made by Attention Atlas")
        turn = _("Light or dark")
    link = f'<a href="{html.escape(address, quote=True)}">{html.escape(live)}</a>'
    return (
        f'<!doctype html>\n<html lang="{view.language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(first.title)}</title><style>{style}</style></head><body>"
        f'<div class="handouts">{bodies}</div>'
        f'<footer class="words">{link if address else html.escape(live)} · '
        f'<button type="button" class="turn">{html.escape(turn)}</button></footer>'
        f"<script>{script}</script></body></html>\n"
    )


