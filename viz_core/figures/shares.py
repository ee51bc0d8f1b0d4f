"""Panels of shares against a number: who is right how often, model beside model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from viz_core.figures.numbers import percent
from viz_core.figures.theme import FONT, LIGHT, TEXT_SIZE, Theme, kind_colour
from viz_core.i18n import _

SHARES = ("accuracy", "low", "high")  # as the pointer learns them
PANEL = (300, 240)  # px of one panel
COLUMNS = 3  # panels beside each other


def share_panels(
    rows: Sequence[Mapping[str, Any]],
    x_name: str,
    y_name: str,
    theme: Theme = LIGHT,
    *,
    told: Mapping[str, str] | None = None,
    note: str = "",
) -> alt.FacetChart:
    """Draw shares and their intervals against a number, one panel a title, all models in each.

    A click on a model's name lets it stand out in every panel.

    Args:
        rows: `model`, `kind`, `panel`, `at`, `accuracy`, `low`, `high`, `chance` and `n`, one for
            each point; panels stand in the order in which they come.
        x_name, y_name: of the axes.
        told: what the pointer learns besides: a field of the rows, a share, and its name.
        note: where the figures come from, to stand on the exported picture.
    """
    kinds = {row["model"]: row["kind"] for row in rows}
    models = alt.Scale(domain=list(kinds), range=[kind_colour(kind) for kind in kinds.values()])
    x = alt.X(
        "at:Q",
        title=x_name,
        axis=alt.Axis(values=sorted({row["at"] for row in rows}), grid=False),
    )
    panel = alt.Facet(
        "panel:N",
        title=None,
        sort=list(dict.fromkeys(row["panel"] for row in rows)),
        header=alt.Header(labelFontSize=TEXT_SIZE + 1),
    )
    also = told or {}
    pointer = _tooltip(x_name, also)
    panels: alt.FacetChart = (
        _layers(alt.Chart(_table(rows, also)), x, y_name, models, pointer, theme)
        .properties(width=PANEL[0], height=PANEL[1])
        .facet(panel, columns=COLUMNS)
    )
    return _styled(panels, theme, note)


def _table(rows: Sequence[Mapping[str, Any]], told: Mapping[str, str]) -> alt.InlineData:
    """The points, each with its shares in words."""
    names = (*SHARES, *told)
    return alt.InlineData(
        values=[{**row, "said": {name: percent(row[name]) for name in names}} for row in rows]
    )


def _layers(
    base: alt.Chart,
    x: alt.X,
    y_name: str,
    models: alt.Scale,
    pointer: list[alt.Tooltip],
    theme: Theme,
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
        title=y_name,
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
        .encode(x=x, y=y, color=color, shape=shape, opacity=strength, tooltip=pointer)
        .add_params(chosen)
    )
    return alt.layer(chance, spread, line, points)


def _tooltip(x_name: str, told: Mapping[str, str]) -> list[alt.Tooltip]:
    """What the mouse learns of a point."""
    return [
        alt.Tooltip("model:N", title=_("Model")),
        alt.Tooltip("at:Q", title=x_name),
        alt.Tooltip("said.accuracy:N", title=_("right")),
        alt.Tooltip("said.low:N", title=_("95 % interval, from")),
        alt.Tooltip("said.high:N", title=_("to")),
        *(alt.Tooltip(f"said.{field}:N", title=name) for field, name in told.items()),
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
