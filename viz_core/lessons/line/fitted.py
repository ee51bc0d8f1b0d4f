"""The points, the line, and how far it is from each of them."""

from __future__ import annotations

from functools import partial

from viz_core.figures.line import fitted_line, grips
from viz_core.figures.numbers import plain
from viz_core.foundations.points import keyed
from viz_core.i18n import _
from viz_core.lessons.line import editing
from viz_core.lessons.line.view import LineView, place_by_hand, written
from viz_core.ui.handles import Handle, Moves, handles
from viz_core.ui.show import picture


def show(view: LineView) -> None:
    """The line through the points; points and both ends of the line can be moved."""
    picture(
        fitted_line,
        "line-points",
        _(
            "Solid: the line. Dashed: least squares. The thin uprights are the errors; the loss is "
            "the mean of their squares. Drag a point, or a square of the line; double-click to "
            "add a point."
        ),
        _("{n} points; the line {line} has the loss {loss}.").format(
            n=len(view.points), line=written(view.line), loss=plain(view.descent.losses[-1])
        ),
        aloud=False,
        over=partial(_show_handles, view),
        points=view.points,
        line=view.line,
        best=view.best,
        ends=view.ends,
        theme=view.theme,
        chosen=view.chosen,
        note=view.note,
    )


def _show_handles(view: LineView) -> None:
    n, ends = len(view.points), grips(view.line, view.ends[0])

    def moved(at: int, x: float, y: float) -> None:
        if at < n:
            editing.move(view.points, at, x, y)
        else:
            ends[at - n, 1] = y
            slope = (ends[1, 1] - ends[0, 1]) / (ends[1, 0] - ends[0, 0])
            place_by_hand(slope, ends[0, 1] - slope * ends[0, 0])

    def chosen(at: int) -> None:
        if at < n:
            editing.choose(at)

    points = [
        Handle(_("point {n}").format(n=at), float(x), float(y), goes=n > 1)
        for at, (x, y) in enumerate(view.points)
    ]
    names = (_("left end of the line"), _("right end of the line"))
    points += [
        Handle(name, float(x), float(y), upright=True)
        for name, (x, y) in zip(names, ends, strict=True)
    ]
    handles(
        "line-points",
        points,
        Moves(
            moved, chosen, partial(editing.add, view.points), partial(editing.remove, view.points)
        ),
        (keyed(view.ends[0]), keyed(view.ends[1])),
        view.theme,
        view.chosen,
    )
