"""A page's tree as HTML: what a page shows, without what only works beside a server."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa
from markdown_it import MarkdownIt

from viz_core.drawing import draw
from viz_core.handout.tree import ASIDE, MAIN, Node

CAPTION = 2  # Markdown.Type.CAPTION
FRAME = "stMainBlockContainer"  # in a style of what stands around the app's pages
FOLDED = ("details_", "fold_")  # keys of what is closed, and sent to those who open it
PASSED_OVER = {  # what needs a server, or is not of the picture
    "popover", "dialog", "button", "download_button", "link_button", "page_link", "checkbox",
    "button_group", "selectbox", "multiselect", "number_input", "slider", "progress", "empty",
    "skeleton", "spinner", "toast", "balloons", "snow", "favicon", "feedback", "space", "iframe",
}  # fmt: skip
VIEWS = ("token_strip", "head_grid", "candidates", "flow")  # canvas views that live on alone
KEYS_LEFT_OUT = ("tour_bar", "share", "stage_bar")
ICON = re.compile(r":material/\w+:\s*")
MARKUP = re.compile(r":(?:blue|red|green|violet|gray|grey|orange|primary|small)\[([^\]]*)\]")


def body(root: Node) -> str:
    """What a page shows, as HTML; everything in it is escaped by now or by the page itself."""
    styles = "".join(
        node.message.body
        for node in root.children.get(ASIDE, Node()).walk()
        if node.kind == "html" and FRAME not in node.message.body
    )
    return styles + _block(root.children.get(MAIN, Node()))


def head(root: Node) -> str:
    """Title, sentence and typed text alone."""
    said = [n for n in root.walk() if n.kind == "heading" and n.message.tag == "h1"]
    below = [n for n in root.walk() if n.key == "sentence"]
    text = [n for n in root.walk() if n.kind == "text_input" and n.key == "text"]
    return "".join(map(_node, [*said, *below, *text]))


def typed(root: Node) -> str:
    """The text that the page reads; empty if it reads none."""
    found = (node for node in root.walk() if node.kind == "text_input" and node.key == "text")
    return next((_typed(node) for node in found), "")


def title(root: Node) -> str:
    """The page's heading, without marks."""
    found = (n.message.body for n in root.walk() if n.kind == "heading" and n.message.tag == "h1")
    return next(found, "")


def pictures(root: Node) -> dict[str, Any]:
    """The figures of a page by their names, as Plotly's JSON; a chart as its Vega-Lite message."""
    found: dict[str, Any] = {}
    for node in root.walk():
        if node.kind == "plotly_chart":
            found[node.key] = json.loads(node.message.spec)
        elif node.kind == "vega_lite_chart":
            found[node.key] = vega(node.message)
    return found


def failures(root: Node) -> list[str]:
    """What went wrong on a page, as Python says it."""
    return [n.message.message for n in root.walk() if n.kind == "exception"]


def _block(node: Node) -> str:
    """What stands in a block; no heading of what is passed over, and no lead of buttons."""
    shown = [(child.kind, _node(child)) for child in node]
    left_out = any(child.kind in PASSED_OVER for child in node)
    if left_out and all(kind == "markdown" for kind, written in shown if written):
        return ""
    written = []
    for n, (kind, text) in enumerate(shown):
        follows = next((k for k, other in shown[n + 1 :] if other), "heading")
        if kind != "heading" or follows != "heading" or "<h1" in text:
            written.append(text)
    return "".join(written)


def _node(node: Node) -> str:
    if node.kind in PASSED_OVER or node.key in KEYS_LEFT_OUT or node.key.startswith(FOLDED):
        return ""
    writer = WRITERS.get(node.kind)
    if writer is not None:
        return writer(node)
    if not node.children:
        return ""
    inside = _block(node)
    name = f' class="st-key-{_class(node.key)}"' if node.key else ""
    if not inside:
        return ""
    if node.kind == "flex_container" and node.message.direction == 2:  # HORIZONTAL
        return f'<div class="row{f" st-key-{_class(node.key)}" if node.key else ""}">{inside}</div>'
    return f"<div{name}>{inside}</div>"


def _class(key: str) -> str:
    """A key as Streamlit makes a class of it."""
    return re.sub(r"[^a-zA-Z0-9_-]", "-", key.strip())


def _column(node: Node) -> str:
    inside = _block(node)
    return f'<div class="column" style="flex:{node.message.weight:g} 1 0">{inside}</div>'


def _expander(node: Node) -> str:
    inside = _block(node)
    if not inside:
        return ""
    opened = " open" if node.message.expanded else ""
    return f"<details{opened}><summary>{_inline(node.message.label)}</summary>{inside}</details>"


def _tab(node: Node) -> str:
    return f"<section><h4>{_inline(node.message.label)}</h4>{_block(node)}</section>"


def _heading(node: Node) -> str:
    tag = node.message.tag if node.message.tag in ("h1", "h2", "h3", "h4") else "h3"
    return f"<{tag}>{_inline(node.message.body)}</{tag}>"


def _markdown(node: Node) -> str:
    message = node.message
    if message.element_type == message.LATEX:
        return _latex(message.body)
    shown = _reader().render(_plain_marks(message.body))
    kind = "caption" if message.element_type == CAPTION else "text"
    return f'<div class="{kind}">{shown}</div>'


def _latex(formula: str) -> str:
    """A formula as MathML; as it was written, where that would be more than MathML."""
    from latex2mathml.converter import convert

    plain = formula.strip().strip("$").replace("{aligned}", "{align*}")
    try:
        made = str(convert(plain, display="block"))
        parts = ElementTree.fromstring(made).iter()
    except Exception:  # its parser has errors of many kinds
        return f"<pre>{html.escape(formula)}</pre>"
    ours = all(re.fullmatch(r"\{[^}]*MathML\}(math|m[a-z]+)", part.tag) for part in parts)
    return made if ours else f"<pre>{html.escape(formula)}</pre>"


def written(text: str) -> str:
    """Markdown of ours as HTML."""
    return f'<div class="text">{_reader().render(_plain_marks(text))}</div>'


def _inline(text: str) -> str:
    return str(_reader().renderInline(_plain_marks(text)))


def _plain_marks(text: str) -> str:
    return MARKUP.sub(r"\1", ICON.sub("", text))


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _html(node: Node) -> str:
    return str(node.message.body)


def _typed(node: Node) -> str:
    message = node.message
    return str(message.value if message.set_value else message.default)


def _text_input(node: Node) -> str:
    return f'<p class="typed">{html.escape(_typed(node))}</p>' if node.key == "text" else ""


def _alert(node: Node) -> str:
    return f'<div class="alert">{_reader().render(_plain_marks(node.message.body))}</div>'


def _code(node: Node) -> str:
    return f"<pre>{html.escape(node.message.code_text)}</pre>"


def _plotly(node: Node) -> str:
    figure = json.loads(node.message.spec)
    drawn = draw(figure, str(getattr(node.message, "alt", "")))
    return f'<div class="picture">{drawn}</div>'


def vega(message: Any) -> dict[str, Any]:
    """A Vega-Lite chart with its numbers in it."""
    spec: dict[str, Any] = json.loads(message.spec)
    named = {one.name: _rows(one.data.data) for one in message.datasets}
    if named:
        spec["datasets"] = named
    elif message.data.data:
        spec["data"] = {"values": _rows(message.data.data)}
    return spec


def _rows(data: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pa.ipc.open_stream(data).read_pandas().to_dict("records")
    return found


def _vega(node: Node) -> str:
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(json.dumps(vega(node.message)))
    return f'<div class="picture">{drawn}</div>'


def _table(node: Node) -> str:
    table = pa.ipc.open_stream(node.message.arrow_data.data).read_pandas()
    return f'<div class="table">{table.to_html(escape=True, border=0)}</div>'


def _view(node: Node) -> str:
    message = node.message
    name = message.component_name.rpartition(".")[2]
    if name not in VIEWS:
        return ""
    kind = message.WhichOneof("data")
    if kind == "bytes":
        data = f'data-bytes="{base64.b64encode(message.bytes).decode()}"'
    else:
        data = f'data-json="{html.escape(message.json, quote=True)}"'
    style = f"<style>{message.css_content}</style>" if message.css_content else ""
    return (
        f'<div class="view" data-view="{name}" {data}>'
        f"<template>{style}{message.html_content}</template></div>"
    )


WRITERS: dict[str, Callable[[Node], str]] = {
    "column": _column,
    "expandable": _expander,
    "tab": _tab,
    "heading": _heading,
    "markdown": _markdown,
    "html": _html,
    "text_input": _text_input,
    "alert": _alert,
    "code": _code,
    "plotly_chart": _plotly,
    "vega_lite_chart": _vega,
    "table": _table,
    "bidi_component": _view,
}
