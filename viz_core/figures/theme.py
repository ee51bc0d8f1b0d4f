"""Colours, sizes and labels that every figure shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import category, east_asian_width

from viz_core.kinds import kind_of

FONT = (
    "'Source Sans', 'Source Sans 3', 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', "
    "'Microsoft YaHei', sans-serif"
)
LABEL_SIZE = 15  # px, of tokens
TEXT_SIZE = 15
LONGEST_LABEL = 12  # characters of a token on an axis
LETTER = 7.5  # px that a letter takes in a label

# Okabe and Ito 2008: can be told apart whichever colours one sees
COLOURS = {
    "orange": "#E69F00",
    "sky blue": "#56B4E9",
    "bluish green": "#009E73",
    "blue": "#0072B2",
    "vermilion": "#D55E00",
    "reddish purple": "#CC79A7",
    "grey": "#878787",
}
ROLES = {
    "query": COLOURS["blue"],
    "key": COLOURS["vermilion"],
    "value": COLOURS["bluish green"],
    "output": COLOURS["reddish purple"],
}
GATE_COLORS = {
    "i": COLOURS["sky blue"],
    "f": COLOURS["orange"],
    "g": COLOURS["bluish green"],
    "o": COLOURS["reddish purple"],
    "r": COLOURS["reddish purple"],
    "z": COLOURS["orange"],
    "n": COLOURS["bluish green"],
}


def kind_colour(kind: str) -> str:
    """The colour of a kind of model, alike on every page."""
    return COLOURS[kind_of(kind).colour]


# Perceptually even from the background's side to the far end of lightness, single path of hue
# (after seaborn's "mako", Waskom 2021), so that 0 fades into the page in both themes.
_DEEP = ("#2E1E3B", "#413D7B", "#37659E", "#348FA7", "#40B7AD", "#8BDAB2")


@dataclass(frozen=True)
class Theme:
    """The colours of one appearance of the page.

    Attributes:
        amounts: sequential scale for 0..1, first colour for 0.
        signed: diverging scale, the middle colour for 0.
    """

    name: str
    text: str
    muted: str
    faint: str
    background: str
    mark: str
    amounts: tuple[str, ...]
    signed: tuple[str, ...]

    @property
    def colorscale(self) -> list[list[float | str]]:
        """`amounts` as Plotly wants it."""
        return _evenly(self.amounts)

    @property
    def signed_scale(self) -> list[list[float | str]]:
        """`signed` as Plotly wants it."""
        return _evenly(self.signed)

    def shade(self, amount: float) -> tuple[str, str]:
        """The colour of an amount from 0 to 1, and black or white, whichever reads better on it.

        Source: relative luminance, WCAG 2.
        """
        at = min(1.0, max(0.0, amount)) * (len(self.amounts) - 1)
        low = min(int(at), len(self.amounts) - 2)
        ends = [[int(self.amounts[n][i : i + 2], 16) for i in (1, 3, 5)] for n in (low, low + 1)]
        mixed = [round(a + (b - a) * (at - low)) for a, b in zip(*ends, strict=True)]
        linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in mixed]
        luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        return f"rgb({mixed[0]},{mixed[1]},{mixed[2]})", (
            "#000000" if luminance > 0.179 else "#ffffff"
        )


def _evenly(colours: Sequence[str]) -> list[list[float | str]]:
    """Colours at even steps from 0 to 1."""
    return [[n / (len(colours) - 1), colour] for n, colour in enumerate(colours)]


LIGHT = Theme(
    "light",
    text="#1B1B26",
    muted="#5A5A6B",
    faint="#D9D9E3",
    background="#FFFFFF",
    mark="#B4450A",
    amounts=("#F4FAF7", "#C3E9D3", *reversed(_DEEP)),
    # purple for less, brown for more (after "PuOr", Brewer 2013), neutral in the middle
    signed=("#482273", "#7F6BB3", "#BDB4DA", "#F6F5F3", "#F3CE9C", "#CE852D", "#7F3B08"),
)
DARK = Theme(
    "dark",
    text="#F2F2F7",
    muted="#A9A9BC",
    faint="#3A3A48",
    background="#14141C",
    mark="#FFB37A",
    amounts=("#1A1822", *_DEEP, "#DEF5E5"),
    signed=("#D9CCFF", "#9C87DE", "#544788", "#1E1C28", "#76460F", "#CC8124", "#FFD59A"),
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def legible(text: str) -> str:
    """Text in which nothing is hidden: every label, caption and file goes through here.

    Control characters become their pictures (`␀`), and what can't be seen or would turn its
    neighbours around (direction marks, zero-width characters, half pairs, what is no character)
    its number: `⟨U+202E⟩`. No picture that holds such a text is torn, no SVG is invalid. Spaces
    of any width stay.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or category(c) == "Zs" else _picture(c) for c in text)


def _picture(char: str) -> str:
    """What stands for a character that can't be shown."""
    known = {"\n": "↵", "\t": "⇥", "\x7f": "␡"}.get(char)
    return known or (chr(0x2400 + ord(char)) if char < " " else f"⟨U+{ord(char):04X}⟩")


def visible(token: str) -> str:
    """A token's string, legible, with its spaces made visible: a raised dot."""
    shown = legible(token).replace(" ", "·")
    return "".join(c if c.isprintable() else f"⟨U+{ord(c):04X}⟩" for c in shown)


def bare(token: str) -> str:
    """A token as a word in a sentence: without the space before it, white space named."""
    return visible(token.removeprefix(" ") or token)


def numbered(tokens: Sequence[str]) -> list[str]:
    """Names for the rows of a table: each token with its position, so that twins differ."""
    return [f"{n} {visible(token)}" for n, token in enumerate(tokens)]


def escape(text: str) -> str:
    """Text that Plotly shows as it is: no tag, no entity, no line of its own, nothing hidden."""
    return legible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def tick_labels(tokens: Sequence[str]) -> list[str]:
    """Token labels for an axis, cut at `LONGEST_LABEL`, escaped."""
    shown = (visible(token) for token in tokens)
    return [escape(s if len(s) <= LONGEST_LABEL else s[: LONGEST_LABEL - 1] + "…") for s in shown]


def label_width(text: str) -> float:
    """How many px a label takes, about; a Chinese character takes as many as two letters."""
    return LETTER * sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def layout(theme: Theme, **more: Any) -> dict[str, Any]:
    """The layout that every figure starts from."""
    return {
        "template": None,
        "font": {"family": FONT, "size": TEXT_SIZE, "color": theme.text},
        "paper_bgcolor": theme.background,
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hoverlabel": {
            "font": {"family": FONT, "size": TEXT_SIZE, "color": theme.text},
            "bgcolor": theme.background,
            "bordercolor": theme.faint,
            "align": "left",
        },
        "showlegend": False,
        "dragmode": False,
    } | more
