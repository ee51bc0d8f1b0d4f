"""Plotly's few tags in a text (bold, small, a line break, a colour), as SVG and as plain words."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from viz_core.figures.theme import TEXT_SIZE, label_width

TAG = re.compile(r"<(/?)(b|i|sub|sup|span|br|extra)\s*(?:style=['\"]([^'\"]*)['\"])?\s*/?>")
LINE = 1.3  # times the size, from line to line
MIDDLE = 0.34  # of the size, from the middle of a letter to its foot
SMALL = 0.72  # of the size: what stands lower or higher
SHIFT = {"sub": 0.3, "sup": -0.4}  # of the size
STYLE = re.compile(r"(color|font-size)\s*:\s*([#\w.(),% -]+)")


@dataclass(frozen=True)
class Font:
    """Size in px and colour."""

    size: float = TEXT_SIZE
    color: str = "#000"

    def but(self, given: dict[str, object] | None) -> Font:
        """The same, but for what is given."""
        given = given or {}
        return Font(float(str(given.get("size", self.size))), str(given.get("color", self.color)))


def plain(text: str) -> str:
    """A text without its tags, its lines parted by line feeds."""
    text = re.sub(r"<extra>.*?(</extra>|$)", "", text)
    return html.unescape(TAG.sub(lambda tag: "\n" if tag[2] == "br" else "", text))


def width(text: str, font: Font) -> float:
    """px that the longest line of a text takes, about."""
    lines = plain(text).split("\n")
    return max(map(label_width, lines), default=0.0) * font.size / TEXT_SIZE


def height(text: str, font: Font) -> float:
    """px from the top of the first line to the foot of the last."""
    return font.size * LINE * len(plain(text).split("\n"))


def words(
    text: object,
    at: tuple[float, float],
    font: Font,
    *,
    anchor: str = "middle",
    upright: str = "middle",
    angle: float = 0,
) -> str:
    """A text as SVG; nothing for an empty one.

    Args:
        at: px of the point that it stands at.
        anchor: which part of it is there: start, middle or end.
        upright: likewise: top, middle or bottom.
        angle: degrees that it is turned about that point, clockwise.
    """
    lines = re.split(r"<br\s*/?>", str(text))
    if not any(map(plain, lines)):
        return ""
    tall, step = font.size * LINE * len(lines), font.size * LINE
    first = {"top": 0.0, "middle": -tall / 2, "bottom": -tall}[upright]
    x, y = at
    foot = y + first + step / 2 + font.size * MIDDLE
    parts = []
    for number, line in enumerate(lines):
        parts.append(f'<tspan x="{x:.1f}" y="{foot + number * step:.1f}">{_spans(line)}</tspan>')
    turned = f' transform="rotate({angle:g} {x:.1f} {y:.1f})"' if angle else ""
    return (
        f'<text text-anchor="{anchor}" font-size="{font.size:g}" '
        f'fill="{_safe(font.color)}"{turned}>'
        f"{''.join(parts)}</text>"
    )


def _spans(line: str) -> str:
    """A line's runs, each in its own style; a tag that is not closed ends with the line."""
    out: list[str] = []
    open_tags: list[tuple[str, str]] = []
    at, lowered = 0, 0.0
    for tag in [*TAG.finditer(line), None]:
        run = html.unescape(line[at : tag.start() if tag else None])
        if run:
            out.append(_run(run, open_tags, lowered))
            lowered = _lowered(open_tags)
        if tag is None:
            break
        at = tag.end()
        closing, name, style = tag[1], tag[2], tag[3]
        if not closing:
            open_tags.append((name, style or ""))
        else:
            known = [n for n, one in enumerate(open_tags) if one[0] == name]
            del open_tags[known[-1] : known[-1] + 1 if known else 0]
    return "".join(out)


def _run(text: str, tags: list[tuple[str, str]], lowered: float) -> str:
    """One run of a line; moved up or down from where the last one stood."""
    named = [name for name, _style in tags]
    said = []
    if "b" in named:
        said.append('font-weight="600"')
    if "i" in named:
        said.append('font-style="italic"')
    if any(name in SHIFT for name in named):
        said.append(f'font-size="{SMALL:.0%}"')
    for _name, style in tags:
        for key, value in STYLE.findall(style):
            said.append(f'{"fill" if key == "color" else key}="{_safe(value.strip())}"')
    move = _lowered(tags) - lowered
    if move:
        said.append(f'dy="{move:g}em"')
    return f"<tspan {' '.join(said)}>{_xml(text)}</tspan>" if said else _xml(text)


def _lowered(tags: list[tuple[str, str]]) -> float:
    return sum(SHIFT.get(name, 0.0) for name, _style in tags)


def _xml(text: str) -> str:
    return html.escape(text, quote=False)


def _safe(value: str) -> str:
    return html.escape(value, quote=True)
