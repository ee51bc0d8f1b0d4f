"""A text as a line of tiles, each shaded by a number: plain HTML, repainted at the cost of text."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from viz_core.figures.numbers import percent
from viz_core.figures.theme import Theme, visible
from viz_core.generate import Step


@dataclass(frozen=True)
class Tile:
    """A token and its number.

    Attributes:
        amount: 0 to 1; None leaves the tile unshaded.
        number: the amount as it is written under the token.
        marked: framed, such as a word that was chosen by hand.
        ahead: set off from what stands before, such as the first word that was written.
    """

    token: str
    amount: float | None = None
    number: str = ""
    marked: bool = False
    ahead: bool = False


def written_tiles(steps: Sequence[Step]) -> list[Tile]:
    """Written words as tiles; the first is set off from the prompt."""
    return [
        Tile(
            step.string, step.prob, percent(step.prob, short=True), marked=step.forced, ahead=n == 0
        )
        for n, step in enumerate(steps)
    ]


def tile_line(tiles: Sequence[Tile], theme: Theme, name: str) -> None:
    """Show tiles one after another, wrapped; `name` tells one line from the others of a page."""
    with st.container(key=f"tiles_{name}"):
        st.html(tiles_html(tiles, theme))


def tiles_html(tiles: Sequence[Tile], theme: Theme) -> str:
    """The tiles as HTML, every token escaped, in a frame that keys can scroll."""
    return (
        '<div tabindex="0" style="display:flex;flex-wrap:wrap;gap:6px 3px;align-items:flex-start;'
        'font-size:20px;line-height:1.3;max-height:280px;overflow-y:auto">'
        + "".join(_tile(tile, theme) for tile in tiles)
        + "</div>"
    )


def _tile(tile: Tile, theme: Theme) -> str:
    shade = ""
    if tile.amount is not None:
        paper, ink = theme.shade(tile.amount)
        shade = f"background:{paper};color:{ink};"
    edge = theme.mark if tile.marked else "transparent"
    before = f"margin-left:10px;box-shadow:-5px 0 0 -3px {theme.muted};" if tile.ahead else ""
    return (
        f'<span style="display:inline-flex;flex-direction:column;align-items:center;'
        f"white-space:pre;padding:3px 6px 1px;border-radius:6px;border:2px solid {edge};"
        f'{shade}{before}"><span>{html.escape(visible(tile.token))}</span>'
        f'<small style="font-size:14px;min-height:1.2em">{html.escape(tile.number)}</small></span>'
    )
