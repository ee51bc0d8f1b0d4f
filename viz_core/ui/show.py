"""Ways to put things on a page, alike everywhere."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Callable
from contextvars import copy_context
from functools import cache, partial
from textwrap import dedent

import altair as alt
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from viz_core.errors import VizError
from viz_core.i18n import _
from viz_core.places import CODE

PICTURES = ("png", "svg")
PICTURE_KEY = "picture"


def show(figure: go.Figure, how_to_read: str, summary: str, name: str) -> None:
    """A figure, the sentence that says how to read it, and its summary for screen readers.

    Args:
        summary: what the figure says, in words.
        name: file name of the picture, without its ending.
    """
    picture = st.session_state.get(PICTURE_KEY) or PICTURES[0]
    width = figure.layout.width
    least = width or (figure.layout.meta or {}).get("min_width")
    with st.container(key=f"frame_{name}"), st.container(key=f"sheet_{name}"):
        if least:  # wider than its column, it scrolls inside its own frame
            st.html(
                f"<style>.st-key-frame_{name} {{ overflow-x: auto; }}"
                f".st-key-sheet_{name} {{ min-width: {least}px; }}</style>"
            )
        st.plotly_chart(
            figure,
            width="content" if width else "stretch",
            theme=None,
            key=name,
            alt=summary,
            config={
                "displaylogo": False,
                "modeBarButtons": [["toImage"]],
                "toImageButtonOptions": {"format": picture, "filename": name, "scale": 2},
            },
        )
    how(how_to_read)


def show_altair(chart: alt.FacetChart, how_to_read: str, summary: str, name: str) -> None:
    """An Altair chart in a frame of its own, with the sentence that says how to read it.

    Its menu saves it as PNG or SVG.
    """
    with st.container(key=f"frame_{name}"):
        st.html(f"<style>.st-key-frame_{name} {{ overflow-x: auto; }}</style>")
        st.altair_chart(chart, width="content", theme=None, key=name, alt=summary)
    how(how_to_read)


def how(sentence: str) -> None:
    """The one line under a picture."""
    lead = _("How to read this")
    st.caption(f"**{lead}** · {sentence}")


def say(text: str) -> None:
    """A sentence that may hold what a visitor typed: shown as text, whatever is in it."""
    st.html(f"<p>{html.escape(text)}</p>")


def show_error(error: VizError) -> None:
    """The sentence of an error, where the result would be."""
    st.error(escape_markdown(str(error)), icon=":material/error:")


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|~<>$:&@])", r"\\\1", text)


def details(
    formula: str,
    source: str,
    code: tuple[str, str],
    table: Callable[[], pd.DataFrame],
    name: str,
    picture: bool = False,
) -> None:
    """Formula, code, numbers and files, for whoever asks.

    Args:
        formula: in TeX.
        code: file and qualified name of the function that computes what is shown.
        table: makes the same numbers as a table; called only when it is wanted.
        name: of the files and of the widgets' keys.
        picture: let the visitor choose the format of all saved pictures here.
    """
    with st.expander(_("Formula, code, numbers, files"), icon=":material/functions:"):
        st.latex(formula)
        st.caption(source)
        st.code(source_of(*code), language="python")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            wanted = st.toggle(_("Show the numbers as a table"), key=f"table_{name}")
            if picture:
                st.segmented_control(
                    _("The camera above the picture saves it as"),
                    PICTURES,
                    default=PICTURES[0],
                    required=True,
                    key=PICTURE_KEY,
                )
            st.download_button(
                _("Numbers (CSV)"),
                partial(copy_context().run, lambda: table().to_csv().encode("utf-8-sig")),
                file_name=f"{name}.csv",
                mime="text/csv",
                icon=":material/download:",
                key=f"csv_{name}",
                on_click="ignore",
            )
        if wanted:
            st.dataframe(table())


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
