"""Picture of a beam search: a tree that grows to the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from viz_core.analysis.beam import Beam, rows, way
from viz_core.figures.grid import empty_figure, note_line
from viz_core.figures.numbers import exactly, percent
from viz_core.figures.theme import LABEL_SIZE, LIGHT, Theme, escape, layout, tick_labels
from viz_core.i18n import _

ROUND = 132  # px between two rounds
ROW = (17, 25)  # px between two rows, where there are many and where there are few
MANY = 40  # rows
LEFT, RIGHT, TOP, BOTTOM = 40, 120, 30, 50


def beam_tree(beam: Beam, color: str, theme: Theme = LIGHT, *, note: str = "") -> go.Figure:
    """Draw every hypothesis of a beam search, token by token from left to right.

    The way to the best one is thick, pruned ones are grey. Hover has probabilities and scores.

    Args:
        color: of the hypotheses that are kept.
        note: model, text and settings, to stand on the exported picture.
    """
    nodes = beam.nodes
    if len(nodes) < 2:
        return empty_figure(_("There is nothing to search: the text leaves no room."), theme)
    heights = rows(beam).tolist()
    n_rows = int(max(heights)) + 1
    n_rounds = max(node.round for node in nodes)
    lines = [
        _branches(beam, heights, [not node.kept for node in nodes], theme.faint, 1),
        _branches(beam, heights, [node.kept and not node.best for node in nodes], color, 1.5),
        _branches(beam, heights, [node.best for node in nodes], color, 5),
    ]
    return go.Figure(
        data=[*lines, _words(beam, heights, color, theme)],
        layout=layout(
            theme,
            width=LEFT + RIGHT + ROUND * n_rounds,
            height=TOP + BOTTOM + ROW[n_rows <= MANY] * n_rows,
            margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM},
            xaxis={"visible": False, "range": [0, n_rounds], "fixedrange": True},
            yaxis={"visible": False, "range": [max(heights) + 0.5, -0.5], "fixedrange": True},
            annotations=note_line(note, theme, yshift=-34, xshift=-LEFT + 8),
        ),
    )


def _branches(
    beam: Beam, heights: Sequence[float], drawn: Sequence[bool], color: str, width: float
) -> dict[str, Any]:
    """Lines from some of the hypotheses back to those that they go on from.

    Args:
        heights: row of each hypothesis.
        drawn: for each hypothesis, whether its line is one of them.
    """
    x: list[float | None] = []
    y: list[float | None] = []
    for number, node in enumerate(beam.nodes):
        if node.parent is not None and drawn[number]:
            x += [node.round - 1, node.round, None]
            y += [heights[node.parent], heights[number], None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": color, "width": width},
        "hoverinfo": "skip",
    }


def _words(beam: Beam, heights: Sequence[float], color: str, theme: Theme) -> dict[str, Any]:
    """Each hypothesis' last token at its place, with its probability."""
    nodes = beam.nodes[1:]
    labels = tick_labels([node.string for node in nodes])
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [node.round for node in nodes],
        "y": list(heights[1:]),
        "text": [
            f"{f'<b>{label}</b>' if node.best else label} {percent(node.prob, short=True)}"
            for label, node in zip(labels, nodes, strict=True)
        ],
        "textposition": "top center",
        "textfont": {
            "size": LABEL_SIZE - 1,
            "color": [theme.text if node.kept else theme.muted for node in nodes],
        },
        "marker": {
            "size": [9 if node.ended else 6 for node in nodes],
            "symbol": ["square" if node.ended else "circle" for node in nodes],
            "color": [color if node.kept else theme.faint for node in nodes],
        },
        "customdata": [_hover(beam, number) for number in range(1, len(beam.nodes))],
        "hovertemplate": "<b>%{customdata[0]}</b><br>"
        + _("probability of its last word {p}, log-probability {logprob}, score {score}").format(
            p="%{customdata[1]}", logprob="%{customdata[2]:.3f}", score="%{customdata[3]:.3f}"
        )
        + "<br>%{customdata[4]}<extra></extra>",
        "cliponaxis": False,
    }


def _hover(beam: Beam, number: int) -> list[Any]:
    """What the mouse learns of a hypothesis: its text, its numbers, what became of it."""
    node = beam.nodes[number]
    text = "".join(beam.nodes[n].string for n in way(beam.nodes, number)[-2::-1])
    fate = _("kept") if node.kept else _("pruned")
    return [escape(text.strip()), exactly(node.prob), node.logprob, node.score, fate]
