"""Ways to put things on a page, alike everywhere."""

from __future__ import annotations

import ast
import html
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from functools import cache, partial
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from viz_core.figures.enlarged import enlarged
from viz_core.figures.numbers import percent
from viz_core.figures.theme import legible
from viz_core.i18n import _
from viz_core.places import CODE
from viz_core.ui.cache import cached
from viz_core.ui.cells import cell_cursor
from viz_core.ui.travelling import type_size

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

PICTURES = ("png", "svg")
PICTURE_KEY = "picture"
SLACK = 24  # px, of margin that a picture can do without


@dataclass(frozen=True)
class Details:
    """What stands behind a picture, for whoever asks.

    Attributes:
        formula: in TeX.
        source: where it is from.
        code: file and qualified name of the function that computes what is shown.
        table: makes the same numbers as a table; called only when it is wanted.
        saves: let the visitor choose the format of all saved pictures of the page here.
        name: of the files and of the widgets' keys; by default the picture's.
    """

    formula: str
    source: str
    code: tuple[str, str]
    table: Callable[[], pd.DataFrame]
    saves: bool = False
    name: str = ""


def picture(
    draw: Callable[..., go.Figure | alt.FacetChart],
    name: str,
    how_to_read: str,
    summary: str,
    details: Details | None = None,
    /,
    *,
    aloud: bool = True,
    over: Callable[[], None] | None = None,
    fleeting: bool = False,
    **inputs: Any,
) -> None:
    """Show what a figure function draws, how it is read, what it says, and what is behind it.

    Args:
        draw: the figure function; its figure is drawn once for the same inputs, for all visitors.
        name: file name of the saved picture, without its ending, and key of its widget.
        summary: what the figure says, in words; for screen readers, and below the picture.
        aloud: whether the summary is shown below the picture, too.
        over: puts something over a Plotly picture, such as points that can be moved.
        fleeting: of one moment of something that goes on: it is not kept for others.
        inputs: what `draw` takes.
    """
    figure = draw(**inputs) if fleeting else cached(draw, **inputs)
    summary = legible(summary)
    if (size := type_size()) != 1:
        figure = enlarged(figure, size)
    if isinstance(figure, go.Figure):
        _show_plotly(figure, summary, name, over)
    else:
        _show_altair(figure, summary, name)
    how(how_to_read)
    if aloud and summary:
        say(summary)
    if details is not None:
        show_details(details, name)


def _taken_apart(figure: go.Figure) -> go.Figure:
    """The figure, which is copied once, not each time that it is sent."""
    if "to_dict" not in vars(figure):
        parts = figure.to_dict()
        object.__setattr__(figure, "to_dict", lambda: parts)
    return figure


def _show_plotly(
    figure: go.Figure, summary: str, name: str, over: Callable[[], None] | None
) -> None:
    """A Plotly figure; wider than its column, it scrolls inside its own frame."""
    width = figure.layout.width
    least = width or (figure.layout.meta or {}).get("min_width")
    with st.container(key=f"frame_{name}"), st.container(key=f"sheet_{name}"):
        if least:
            _swipe(name, least)
        st.plotly_chart(
            _taken_apart(figure),
            width="content" if width else "stretch",
            theme=None,
            key=name,
            alt=summary,
            config={
                "displaylogo": False,
                "modeBarButtons": [["toImage"]],
                "toImageButtonOptions": {
                    "format": st.session_state.get(PICTURE_KEY) or PICTURES[0],
                    "filename": name,
                    "scale": 2,
                },
            },
        )
        cell_cursor(figure, summary, name)
        if over is not None:
            over()


def _swipe(name: str, least: float) -> None:
    """What is wider than its frame says that it goes on beside it.

    Args:
        least: px that the picture is wide at least.
    """
    st.html(
        f"<style>.st-key-sheet_{name} {{ min-width: {least:g}px; }}"
        f"@container (width < {least - SLACK:g}px) {{ .st-key-sheet_{name} > "
        ".stElementContainer:has(> .stHtml .swipe) { display: block; } }</style>"
    )
    hint = html.escape(_("Swipe sideways: the picture goes on."))
    st.html(f'<p class="swipe">{hint}</p>')


def _show_altair(chart: alt.FacetChart, summary: str, name: str) -> None:
    """An Altair chart in a frame of its own; its menu saves it as PNG or SVG."""
    with st.container(key=f"frame_{name}"):
        st.altair_chart(chart, width="content", theme=None, key=name, alt=summary)


def how(sentence: str) -> None:
    """The one line under a picture."""
    lead = _("How to read this")
    st.caption(f"**{lead}** · {sentence}")


def say(text: str) -> None:
    """A sentence that may hold what a visitor typed: shown as text, whatever is in it, nothing
    hidden."""
    st.html(f"<p>{html.escape(legible(text))}</p>")


def note_cut(n_tokens: int) -> None:
    """Say that a translation was cut, and where."""
    st.info(
        _("The translation is cut after {n} tokens: the model did not end it by then.").format(
            n=n_tokens
        )
    )


def show_details(details: Details, name: str = "") -> None:
    """Formula, code, numbers and files, folded.

    Args:
        name: of the picture that they belong to, unless the details have one of their own.
    """
    name = details.name or name
    label = _("Formula, code, numbers, files")
    with st.expander(
        label, icon=":material/functions:", key=f"details_{name}", on_change="rerun"
    ) as fold:
        if fold.open:  # what is in it is sent to those who open it, to no others
            _show_behind(details, name)


def _show_behind(details: Details, name: str) -> None:
    st.latex(details.formula)
    st.caption(details.source)
    st.code(source_of(*details.code), language="python")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.toggle(_("Show the numbers as a table"), key=f"table_{name}")
        if details.saves:
            st.segmented_control(
                _("The camera above the picture saves it as"),
                PICTURES,
                default=PICTURES[0],
                required=True,
                key=PICTURE_KEY,
                persist_state="page",
            )
        st.download_button(
            _("Numbers (CSV)"),
            partial(copy_context().run, lambda: details.table().to_csv().encode("utf-8-sig")),
            file_name=f"{name}.csv",
            mime="text/csv",
            icon=":material/download:",
            key=f"csv_{name}",
            on_click="ignore",
        )
    if wanted:
        st.dataframe(_written(details.table()))


def _written(table: pd.DataFrame) -> pd.DataFrame | Styler:
    """A table whose probabilities are written for people; they still sort as numbers."""
    names = (_("Probability"), _("Drawn with"))
    shares: dict[Any, Any] = {name: percent for name in names if name in table.columns}
    return table.style.format(shares) if shares else table


@cache
def source_of(file: str, name: str) -> str:
    """The source of a function or method of this project, as it stands in the file.

    Args:
        file: path from the folder that holds `viz_core`.
        name: `function` or `Class.method`.
    """
    text = (CODE / file).read_text("utf-8")
    node: ast.AST = ast.parse(text)
    for part in name.split("."):
        node = next(
            child
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.FunctionDef | ast.ClassDef) and child.name == part
        )
    return dedent(ast.get_source_segment(text, node, padded=True) or "")
