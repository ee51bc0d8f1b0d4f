"""Picture of recall: what is left of a fact after other sentences, model beside model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from viz_core.figures.numbers import percent
from viz_core.figures.theme import FONT, LIGHT, TEXT_SIZE, Theme, kind_colour
from viz_core.i18n import _

SHARES = ("accuracy", "low", "high", "any_food_of_the_story")  # as the pointer learns them
PANEL = (300, 240)  # px of one number of facts


def recall_chart(
    rows: Sequence[Mapping[str, Any]], theme: Theme = LIGHT, *, note: str = ""
) -> alt.FacetChart:
    """Draw accuracy against distance, one panel for each number of facts, all models in each.

    A click on a model's name lets it stand out in every panel.

    Args:
        rows: `model`, `kind` and the fields of `viz_core.recall.measure.Cell`, one for each cell.
        note: where the figures come from, to stand on the exported picture.
    """
    kinds = {row["model"]: row["kind"] for row in rows}
    models = alt.Scale(domain=list(kinds), range=[kind_colour(kind) for kind in kinds.values()])
    x = alt.X(
        "n_between:Q",
        title=_("sentences between fact and question"),
        axis=alt.Axis(values=sorted({row["n_between"] for row in rows}), grid=False),
    )
    panel = alt.Facet("panel:N", title=None, header=alt.Header(labelFontSize=TEXT_SIZE + 1))
    panels: alt.FacetChart = (
        _layers(alt.Chart(_table(rows)), x, models, theme)
        .properties(width=PANEL[0], height=PANEL[1])
        .facet(panel, columns=3)
    )
    return _styled(panels, theme, note)


def _table(rows: Sequence[Mapping[str, Any]]) -> alt.InlineData:
    """The cells, each with the title of its panel and its shares in words."""
    panels = [
        _("1 fact") if row["n_facts"] == 1 else _("{n} facts").format(n=row["n_facts"])
        for row in rows
    ]
    return alt.InlineData(
        values=[
            {**row, "panel": panel, "said": {name: percent(row[name]) for name in SHARES}}
            for row, panel in zip(rows, panels, strict=True)
        ]
    )


def _layers(
    base: alt.Chart, x: alt.X, models: alt.Scale, theme: Theme
) -> alt.LayerChart | alt.FacetChart:
    """What is drawn in each panel: chance, intervals, lines and points.

    Args:
        models: their names and colours.
    """
    chosen = alt.selection_point(fields=["model"], bind="legend")
    strength = alt.condition(chosen, alt.value(1.0), alt.value(0.12))
    color = alt.Color(
        "model:N",
        title=None,
        scale=models,
        legend=alt.Legend(orient="top", labelLimit=0, symbolSize=120),
    )
    shape = alt.Shape("model:N", legend=None, scale=alt.Scale(domain=models.domain))
    y = alt.Y(
        "accuracy:Q",
        title=_("right food word"),
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%", tickCount=5),
    )
    chance = base.mark_rule(strokeDash=[5, 4], color=theme.muted).encode(y="chance:Q")
    spread = base.mark_rule(strokeWidth=2).encode(
        x=x, y=alt.Y("low:Q"), y2="high:Q", color=color, opacity=strength
    )
    dash = alt.StrokeDash("model:N", legend=None, scale=alt.Scale(domain=models.domain))
    line = base.mark_line(strokeWidth=2).encode(
        x=x, y=y, color=color, opacity=strength, strokeDash=dash
    )
    points = (
        base.mark_point(size=90, filled=True)
        .encode(x=x, y=y, color=color, shape=shape, opacity=strength, tooltip=_tooltip())
        .add_params(chosen)
    )
    return alt.layer(chance, spread, line, points)


def _tooltip() -> list[alt.Tooltip]:
    """What the mouse learns of a point."""
    return [
        alt.Tooltip("model:N", title=_("Model")),
        alt.Tooltip("n_facts:Q", title=_("facts")),
        alt.Tooltip("n_between:Q", title=_("sentences between")),
        alt.Tooltip("said.accuracy:N", title=_("right")),
        alt.Tooltip("said.low:N", title=_("95 % interval, from")),
        alt.Tooltip("said.high:N", title=_("to")),
        alt.Tooltip("said.any_food_of_the_story:N", title=_("any food of the story")),
        alt.Tooltip("n:Q", title=_("prompts")),
    ]


def _styled(chart: alt.FacetChart, theme: Theme, note: str) -> alt.FacetChart:
    """A chart in the theme's colours and sizes, with a note under it."""
    styled: alt.FacetChart = (
        chart.properties(
            background=theme.background,
            title=alt.TitleParams(
                note, orient="bottom", anchor="start", fontSize=12, color=theme.muted, dy=10
            ),
        )
        .configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=theme.text,
            titleColor=theme.text,
            gridColor=theme.faint,
            domain=False,
            ticks=False,
            labelFontSize=TEXT_SIZE - 1,
            titleFontSize=TEXT_SIZE - 1,
            titleFontWeight="normal",
        )
        .configure_legend(labelColor=theme.text, labelFontSize=TEXT_SIZE)
        .configure_header(labelColor=theme.text)
        .configure_title(color=theme.text, fontSize=TEXT_SIZE, fontWeight="normal")
    )
    return styled
