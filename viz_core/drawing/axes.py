"""The axes of a figure: where a value stands in px, which ticks there are, how they are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, floor, log10
from typing import Any

import numpy as np

from viz_core.drawing.arrays import values
from viz_core.drawing.words import Font, height, width, words

GAP = 6  # px between an axis and its labels
PADDING = 0.06  # of the span, beside what is drawn, where a figure names no range
N_TICKS = 5  # about so many, where a figure names none
GRID, LINE = "#ebebf0", "#444"  # Plotly's own, where a figure names no colour


@dataclass
class Axis:
    """One axis.

    Attributes:
        name: `x`, `x2`, `y` ...
        given: what the figure says of it.
        start, end: px of its first and its last value; of a vertical one, from the bottom up.
        low, high: the values there; logarithms where it is logarithmic.
        categories: names that it counts from 0, instead of numbers.
    """

    name: str
    given: Mapping[str, Any]
    start: float = 0
    end: float = 1
    low: float = 0
    high: float = 1
    categories: dict[str, int] = field(default_factory=dict)

    @property
    def across(self) -> bool:
        """Whether it is horizontal."""
        return self.name.startswith("x")

    @property
    def logarithmic(self) -> bool:
        return self.given.get("type") == "log"

    @property
    def top(self) -> bool:
        """Whether its labels stand on the far side: above, or on the right."""
        return self.given.get("side") in ("top", "right")

    @property
    def seen(self) -> bool:
        return bool(self.given.get("visible", True))

    def numbers(self, found: Any) -> np.ndarray:
        """Values as the axis counts them; nan for what has no place on it."""
        row = values(found)
        if row.dtype.kind in "US":
            return np.array([self.categories.get(str(one), np.nan) for one in row], float)
        row = row.astype(float)
        if not self.logarithmic:
            return row
        return np.log10(np.where(row > 0, row, np.nan))

    def px(self, counted: Any) -> Any:
        """Where values stand that the axis has counted."""
        span = (self.high - self.low) or 1.0
        return self.start + (np.asarray(counted) - self.low) / span * (self.end - self.start)

    def fit(self, low: float, high: float, bars: bool) -> None:
        """Choose the range, where the figure names none, so that all that is drawn has room.

        Args:
            bars: they stand on 0, which is at the edge.
        """
        if "range" in self.given:
            self.low, self.high = map(float, self.given["range"])
            return
        if not np.isfinite([low, high]).all():
            low, high = 0.0, 1.0
        pad = (high - low or 1.0) * PADDING
        self.low = 0.0 if bars and low >= 0 else low - pad
        self.high = high + pad

    def ticks(self) -> list[tuple[float, str]]:
        """Counted value and label of every tick within the range."""
        given = self.given
        if "tickvals" in given:
            at = self.numbers(given["tickvals"]).tolist()
            texts = given.get("ticktext")
            labels = list(texts) if texts is not None else [f"{v:g}" for v in at]
        elif self.categories:
            at, labels = list(map(float, self.categories.values())), list(self.categories)
        elif self.logarithmic:
            at = list(range(ceil(min(self.low, self.high)), floor(max(self.low, self.high)) + 1))
            power = given.get("exponentformat") == "power"
            labels = [f"10<sup>{n}</sup>" if power else _short(10.0**n) for n in at]
        else:
            at = _round_numbers(
                min(self.low, self.high), max(self.low, self.high), given.get("dtick")
            )
            labels = [_short(value) for value in at]
        ends = sorted((self.low, self.high))
        slack = 1e-6 * (ends[1] - ends[0])
        return [
            (value, label)
            for value, label in zip(at, labels, strict=False)
            if ends[0] - slack <= value <= ends[1] + slack
        ]

    def label_of(self, counted: float) -> str:
        """What stands at a value, for whoever points at it."""
        known = {round(value, 6): label for value, label in self.ticks()}
        label = known.get(round(counted, 6))
        return label if label is not None else _short(10**counted if self.logarithmic else counted)

    def room(self, font: Font) -> float:
        """px that its labels and its title take beside the plot."""
        if not self.seen:
            return 0
        small = font.but(self.given.get("tickfont"))
        labels = [label for _value, label in self.ticks()]
        title = str((self.given.get("title") or {}).get("text") or "")
        measure = (lambda text: height(text, small)) if self.across else (
            lambda text: width(text, small))  # fmt: skip
        space = max(map(measure, labels), default=0) + GAP
        return space + (height(title, font) + GAP if title else 0)


def _round_numbers(low: float, high: float, step: Any) -> list[float]:
    """Round numbers from low to high."""
    if not step:
        rough = (high - low) / N_TICKS or 1.0
        size = 10 ** floor(log10(rough))
        step = next((size * n for n in (1, 2, 5) if size * n >= rough), size * 10)
    first = ceil(low / step - 1e-9)
    return [n * step for n in range(first, floor(high / step + 1e-9) + 1)]


def _short(value: float) -> str:
    """A number as an axis has it: thousands and more with their letter."""
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.4g}{letter}"
    return f"{round(value, 10):.4g}".replace("-", "−")


def drawn(axis: Axis, other: Axis, font: Font, frame: tuple[float, float, float, float]) -> str:
    """An axis: lines, labels, title.

    Args:
        other: the one that it is drawn with, which says how far its lines go.
        frame: px of the whole picture's plot: left, top, right, bottom.
    """
    if not axis.seen:
        return ""
    given, small = axis.given, font.but(axis.given.get("tickfont"))
    ends = sorted((other.start, other.end))
    edge = other.end if axis.top else other.start
    if axis.across:
        edge = ends[0] if axis.top else ends[1]
    out = []
    for value, label in axis.ticks():
        at = float(axis.px(value))
        if given.get("showgrid", True):
            out.append(_line(axis, at, ends, str(given.get("gridcolor", GRID)), 1))
        out.append(_tick(axis, label, at, edge, small))
    zero = axis.low < 0 < axis.high or axis.high < 0 < axis.low
    if given.get("zeroline", True) and zero and not axis.logarithmic:
        color = str(given.get("zerolinecolor", LINE))
        out.insert(0, _line(axis, float(axis.px(0)), ends, color, 1))
    if given.get("showline"):
        color = str(given.get("linecolor", LINE))
        out.append(_line(other, edge, sorted((axis.start, axis.end)), color, 1))
    title = str((given.get("title") or {}).get("text") or "")
    if title:
        out.append(_title(axis, title, edge, font, small))
    return "".join(out)


def _line(axis: Axis, at: float, ends: list[float], color: str, thick: float) -> str:
    """A line across the plot at a place of an axis."""
    x1, y1, x2, y2 = (at, ends[0], at, ends[1]) if axis.across else (ends[0], at, ends[1], at)
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}" '
        f'stroke-width="{thick:g}"/>'
    )


def _tick(axis: Axis, label: str, at: float, edge: float, font: Font) -> str:
    angle = float(axis.given.get("tickangle") or 0)
    if not axis.across:
        place = (edge + GAP, at) if axis.top else (edge - GAP, at)
        return words(label, place, font, anchor="start" if axis.top else "end")
    place = (at, edge - GAP) if axis.top else (at, edge + GAP)
    if angle:
        ahead = (angle < 0) == axis.top
        return words(label, place, font, anchor="start" if ahead else "end", angle=angle)
    return words(label, place, font, upright="bottom" if axis.top else "top")


def _title(axis: Axis, title: str, edge: float, font: Font, small: Font) -> str:
    middle = (axis.start + axis.end) / 2
    own = font.but((axis.given.get("title") or {}).get("font"))
    labels = [label for _value, label in axis.ticks()]
    if axis.across:
        away = max((height(label, small) for label in labels), default=0) + 2 * GAP
        place = (middle, edge - away) if axis.top else (middle, edge + away)
        return words(title, place, own, upright="bottom" if axis.top else "top")
    away = max((width(label, small) for label in labels), default=0) + 2 * GAP
    return words(title, (edge - away, middle), own, upright="bottom", angle=-90)
