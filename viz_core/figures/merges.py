"""Picture of a text's way from its smallest pieces to its tokens: a tree for each word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from viz_core.figures.grid import empty_figure, note_line
from viz_core.figures.theme import LABEL_SIZE, LIGHT, Theme, escape, label_width, layout, visible
from viz_core.figures.tokens import byte_groups
from viz_core.foundations.merges import Merging, Piece
from viz_core.i18n import _

CELL = 30  # px, width of a smallest piece
LEVEL = 34  # px, from a piece to the one that it becomes part of
LINE = 15  # px, from the middle of a label to its edge
ROW = 1230  # px, width of a row of words
GAP = 14  # px between words
CHARACTER = 24  # px, of the line with the characters that bytes spell
TOKEN = 58  # px, of the line of tokens with their numbers, and the room below it


@dataclass(frozen=True)
class Spot:
    """Where a piece stands, in px from the upper left corner."""

    x: float
    y: float


def merge_tree(merging: Merging, step: int, theme: Theme = LIGHT, *, note: str = "") -> go.Figure:
    """Draw how the smallest pieces of a text are joined: letters on top, tokens at the bottom.

    Args:
        step: rules that are applied: what the last of them made stands out, until all are; what
            comes later is pale.
        note: model and text, to stand on the exported picture.
    """
    if not merging.pieces:
        return empty_figure(_("There is no piece."), theme)
    spots, floors, size = _places(merging)
    tokens = merging.at(merging.n_steps)
    return go.Figure(
        data=[
            *_branches(merging, spots, floors, step, theme),
            _labels(merging, spots, step, theme),
            _characters(merging, spots, theme),
            _tokens(tokens, merging, floors, step, theme),
        ],
        layout=layout(
            theme,
            width=size[0] + 20,
            height=size[1] + 40,
            margin={"l": 10, "r": 10, "t": 5, "b": 35},
            xaxis={"visible": False, "range": [0, size[0]], "fixedrange": True},
            yaxis={"visible": False, "range": [size[1], 0], "fixedrange": True},
            shapes=_floors(tokens, merging, floors, theme),
            annotations=note_line(note, theme, yshift=-30, xshift=0),
        ),
    )


def _levels(merging: Merging) -> list[int]:
    """How many pieces lie one above the other, up to each."""
    levels: list[int] = []
    for piece in merging.pieces:
        levels.append(1 + max(levels[part] for part in piece.parts) if piece.parts else 0)
    return levels


def _places(merging: Merging) -> tuple[list[Spot], list[Spot], tuple[float, float]]:
    """Where each piece stands, where the tokens of each word stand, and how large it all is.

    Words stand beside each other as far as there is room, and then below.
    """
    levels, leaves = _levels(merging), _leaves(merging)
    spelled = {
        n for first, after, _c in byte_groups(_strings(merging)) for n in range(first, after)
    }
    starts: list[tuple[float, int]] = []  # of each word: px from the left, and its row
    depths, bytes_in = [0], [False]
    left = 0.0
    for own in leaves:
        wide = CELL * len(own)
        if left and left + wide > ROW:
            left = 0.0
            depths.append(0)
            bytes_in.append(False)
        starts.append((left, len(depths) - 1))
        left += wide + GAP
        deep = max((levels[n] for n, p in enumerate(merging.pieces) if p.first in own), default=0)
        depths[-1] = max(depths[-1], deep)
        bytes_in[-1] |= any(n in spelled for n in own)
    tops, at = [], 0.0
    for depth, spells in zip(depths, bytes_in, strict=True):
        at += CHARACTER * spells + LINE
        tops.append(at)
        at += LEVEL * (depth + 1) + TOKEN
    spots = []
    for piece, level in zip(merging.pieces, levels, strict=True):
        start, row = starts[piece.word]
        middle = (piece.first + piece.after) / 2 - leaves[piece.word][0]
        spots.append(Spot(start + CELL * middle, tops[row] + LEVEL * level))
    floors = [Spot(start, tops[row] + LEVEL * (depths[row] + 1)) for start, row in starts]
    ends = [start + CELL * len(own) for (start, _row), own in zip(starts, leaves, strict=True)]
    return spots, floors, (max(300.0, *ends), at)


def _leaves(merging: Merging) -> list[range]:
    """The smallest pieces of each word."""
    counts = [0] * len(merging.words)
    for piece in merging.pieces:
        counts[piece.word] += piece.parts is None
    ends = [sum(counts[: n + 1]) for n in range(len(counts))]
    return [range(end - count, end) for end, count in zip(ends, counts, strict=True)]


def _strings(merging: Merging) -> list[str]:
    """What the smallest pieces stand for, in the order of the text."""
    return [piece.string for piece in merging.at(0)]


def _branches(
    merging: Merging,
    spots: Sequence[Spot],
    floors: Sequence[Spot],
    step: int,
    theme: Theme,
) -> list[dict[str, Any]]:
    """Lines from the parts down to what they make, and from each token to the line of tokens."""
    later: list[tuple[float | None, float | None]] = []
    done, last = [*later], [*later]
    finished = step == merging.n_steps
    for n, piece in enumerate(merging.pieces):
        if piece.parts is not None:
            newest = piece.step == step and not finished
            lines = last if newest else done if piece.step <= step else later
            left, right = (spots[part] for part in piece.parts)
            here = spots[n]
            lines += [(left.x, left.y + LINE), (left.x, here.y - LINE), (right.x, here.y - LINE)]
            lines += [(right.x, right.y + LINE), (None, None)]
        if piece.within is None:
            lines = done if finished else later
            lines += [(spots[n].x, spots[n].y + LINE), (spots[n].x, floors[piece.word].y - LINE)]
            lines.append((None, None))
    looks = ((later, theme.faint, 1.5), (done, theme.muted, 1.5), (last, theme.mark, 3.5))
    return [_line(points, color, width) for points, color, width in looks]


def _line(
    points: Iterable[tuple[float | None, float | None]], color: str, width: float
) -> dict[str, Any]:
    points = list(points)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x for x, _y in points],
        "y": [y for _x, y in points],
        "line": {"color": color, "width": width},
        "hoverinfo": "skip",
    }


def _labels(merging: Merging, spots: Sequence[Spot], step: int, theme: Theme) -> dict[str, Any]:
    """What each piece stands for; those that there are after the step stand out."""
    there = {(p.first, p.after) for p in merging.at(step)}
    labels = [_shown(piece) for piece in merging.pieces]
    now = [(piece.first, piece.after) in there for piece in merging.pieces]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [spot.x for spot in spots],
        "y": [spot.y for spot in spots],
        "text": [f"<b>{s}</b>" if on else s for s, on in zip(labels, now, strict=True)],
        "textfont": {
            "size": [LABEL_SIZE - 3 if _is_byte(p) else LABEL_SIZE for p in merging.pieces],
            "color": [
                theme.text if on else theme.muted if piece.step <= step else _pale(theme)
                for piece, on in zip(merging.pieces, now, strict=True)
            ],
        },
        "customdata": [_hover(piece, merging) for piece in merging.pieces],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _pale(theme: Theme) -> str:
    """Of what is still to come."""
    return f"rgba({','.join(str(int(theme.muted[at : at + 2], 16)) for at in (1, 3, 5))},0.5)"


def _shown(piece: Piece) -> str:
    """A piece as a label: a byte as two digits, a space as a dot."""
    string = piece.string[1:3] if _is_byte(piece) else visible(piece.string)
    return escape(string)


def _is_byte(piece: Piece) -> bool:
    return piece.parts is None and len(piece.string) == 4 and piece.string[0] == "<"


def _hover(piece: Piece, merging: Merging) -> str:
    """What the pointer learns of a piece."""
    name = f"<b>{escape(visible(piece.string))}</b>"
    number = _("number {n}").format(n=piece.id)
    if piece.parts is None or piece.rule is None:
        return f"{name}<br>{number}"
    left, right = (escape(visible(merging.pieces[part].string)) for part in piece.parts)
    rule = _("rule {n} of {all}, step {step}").format(
        n=f"{piece.rule + 1:,}", all=f"{merging.n_rules:,}", step=piece.step
    )
    return f"{left} + {right} → {name}<br>{number}<br>{rule}"


def _characters(merging: Merging, spots: Sequence[Spot], theme: Theme) -> dict[str, Any]:
    """Above bytes, the character that they spell."""
    groups = byte_groups(_strings(merging))
    leaves = {piece.first: n for n, piece in enumerate(merging.pieces) if piece.parts is None}
    ends = [(leaves[first], leaves[after - 1]) for first, after, _char in groups]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [(spots[first].x + spots[last].x) / 2 for first, last in ends],
        "y": [spots[first].y - CHARACTER for first, _last in ends],
        "text": [escape(visible(char)) for _first, _after, char in groups],
        "textfont": {"size": LABEL_SIZE + 2, "color": theme.text},
        "hoverinfo": "skip",
    }


def _tokens(
    tokens: Sequence[Piece],
    merging: Merging,
    floors: Sequence[Spot],
    step: int,
    theme: Theme,
) -> dict[str, Any]:
    """The tokens in a line, each with its number."""
    done = step == merging.n_steps
    spans = _spans(tokens, merging, floors)
    return {
        "type": "scatter",
        "mode": "text",
        "x": [(left + right) / 2 for left, right, _y in spans],
        "y": [y + 10 for _left, _right, y in spans],
        "text": [
            f"{_shown(token)}<br><span style='font-size:{_fitting(token)}px'>{token.id}</span>"
            for token in tokens
        ],
        "textfont": {"size": LABEL_SIZE, "color": theme.text if done else _pale(theme)},
        "customdata": [_hover(token, merging) for token in tokens],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _fitting(token: Piece) -> int:
    """px of type at which a token's number fits its place."""
    room = CELL * (token.after - token.first)
    return 13 if label_width(str(token.id)) < 1.1 * room else 11


def _spans(
    tokens: Sequence[Piece], merging: Merging, floors: Sequence[Spot]
) -> list[tuple[float, float, float]]:
    """Left and right edge of each token's place, and its height."""
    leaves = _leaves(merging)
    return [
        (
            floors[token.word].x + CELL * (token.first - leaves[token.word][0]),
            floors[token.word].x + CELL * (token.after - leaves[token.word][0]),
            floors[token.word].y,
        )
        for token in tokens
    ]


def _floors(
    tokens: Sequence[Piece], merging: Merging, floors: Sequence[Spot], theme: Theme
) -> list[dict[str, Any]]:
    """A tile for each token."""
    return [
        {
            "type": "rect",
            "x0": left + 1,
            "x1": right - 1,
            "y0": y - LINE,
            "y1": y + 2.4 * LINE,
            "line": {"color": theme.faint, "width": 1},
            "layer": "below",
        }
        for left, right, y in _spans(tokens, merging, floors)
    ]
