"""Figures as SVG without a browser: the same numbers in the same places, and all words text."""

import html
import json
import re
from xml.etree import ElementTree

import numpy as np
import plotly.graph_objects as go
import pytest

from viz_core import Request, load
from viz_core.drawing import UndrawnError, draw
from viz_core.drawing.axes import Axis
from viz_core.drawing.heights import levels
from viz_core.drawing.words import Font, plain, words
from viz_core.figures import attention_heatmap
from viz_core.figures.theme import THEMES

SVG = "{http://www.w3.org/2000/svg}"
EVIL = "</text><script>alert(1)</script><img src=x onerror=alert(1)>"


def drawn(figure, **more):
    text = draw(json.loads(figure.to_json()), **more)
    return text, ElementTree.fromstring(text)


def spots(root):
    return json.loads(root.get("data-spots"))


def figure(*traces, **layout):
    return go.Figure(data=traces, layout={"height": 200, "width": 300, **layout})


@pytest.fixture(scope="module")
def trace():
    return load("decoder-stories").run(Request("Tom is a cat. Tom", want=("*.weights", "logits")))


@pytest.mark.parametrize("scheme", THEMES)
def test_a_map_has_the_numbers_of_its_record(trace, scheme):
    record = trace["decoder.1.self_attn.weights"]
    made = attention_heatmap(record, trace.tokens, 2, THEMES[scheme], word=2)
    _text, root = drawn(made)
    (cells,) = spots(root)
    shown = np.array([[np.nan if z is None else z for z in row] for row in cells["z"]])
    causal = np.tril(np.ones_like(shown, bool))
    assert np.allclose(shown[causal], record.values[2][causal], atol=1e-6)
    assert np.isnan(shown[~causal]).all()
    assert len(cells["x"]) == len(cells["y"]) == len(trace.tokens["text"])
    left, right, top, bottom = (np.array(edges) for edges in cells["cells"])
    assert np.allclose(np.diff(left), (right - left)[1:], atol=0.2)  # no gap, none over another
    assert np.allclose(np.diff(top), (bottom - top)[1:], atol=0.2)
    assert top[0] < top[-1]  # read downwards
    assert root.find(f"{SVG}rect").get("fill") == THEMES[scheme].background


def test_bars_are_as_long_as_their_numbers():
    _text, root = drawn(figure(
        go.Bar(x=[0.5, 0.25, 0], y=[0, 1, 2], orientation="h", hovertemplate="<b>%{x:.2f}</b>"),
        xaxis={"range": [0, 1]}, margin={"l": 50, "r": 50, "t": 0, "b": 0},
    ))  # fmt: skip
    (bars,) = spots(root)
    assert [b[2] - b[0] for b in bars["boxes"]] == [100, 50, 0]
    assert bars["says"] == ["0.50", "0.25", "0.00"]


def test_points_stand_where_a_logarithmic_axis_has_them():
    _text, root = drawn(figure(
        go.Scatter(x=[1, 10, 100, 0], y=[0, 1, 2, 3], mode="markers", hovertemplate="%{x}"),
        xaxis={"type": "log", "range": [0, 2]}, margin={"l": 50, "r": 50, "t": 0, "b": 0},
    ))  # fmt: skip
    (points,) = spots(root)
    assert [p[0] for p in points["points"]] == [50, 150, 250]  # nothing has no logarithm


def test_heights_are_painted_with_lines_at_round_numbers():
    x, y = np.linspace(-1, 1, 21), np.linspace(0, 2, 11)
    z = x[None] ** 2 + y[:, None]  # from 0 to 3
    text, root = drawn(figure(
        go.Contour(x=x, y=y, z=z, colorscale=[[0, "#000000"], [1, "#ffffff"]], ncontours=6,
                   contours={"coloring": "heatmap"}, showscale=False,
                   hovertemplate="%{x} %{y} %{z}"),
        xaxis={"range": [-1, 1]}, yaxis={"range": [0, 2]},
        margin={"l": 50, "r": 50, "t": 0, "b": 0},
    ))  # fmt: skip
    assert levels(0, 3, 6) == [0.5, 1, 1.5, 2, 2.5]
    (lines,) = [p.get("d") for p in root.iter(f"{SVG}path") if p.get("fill") == "none"]
    ends = np.array(
        [[float(n) for n in one.split()] for one in re.findall(r"[\d.]+ [\d.]+", lines)]
    )
    across, up = (ends[:, 0] - 50) / 100 - 1, 2 - ends[:, 1] / 100
    height = across**2 + up
    assert np.abs(height - np.round(height * 2) / 2).max() < 0.01
    (heights,) = spots(root)
    assert np.allclose(heights["z"], z, atol=1e-3)
    assert 'href="data:image/png' in text


def test_a_constraint_is_the_area_that_it_keeps_out():
    x = np.arange(11.0)
    z = np.tile((x >= 4).astype(int), (3, 1))
    _text, root = drawn(figure(
        go.Contour(x=x, y=[0, 1, 2], z=z, fillcolor="rgba(0,0,0,0.2)", line={"width": 0},
                   contours={"type": "constraint", "operation": "<", "value": 0.5}),
        xaxis={"range": [0, 10]}, margin={"l": 50, "r": 50, "t": 0, "b": 0},
    ))  # fmt: skip
    (area,) = root.iter(f"{SVG}path")
    left = [float(n) for n in re.findall(r"[ML]([\d.]+)", area.get("d"))]
    assert (min(left), max(left)) == (50 + 3.5 * 20, 250)


def test_a_legend_shows_the_symbols_of_its_traces():
    def points(symbol):
        return go.Scatter(x=[0], y=[0], mode="markers", name=symbol, marker={"symbol": symbol})

    made = figure(points("star"), points("x-thin"), showlegend=True, legend={"orientation": "h"})
    _text, root = drawn(made)
    assert len(list(root.iter(f"{SVG}polygon"))) == 2  # in the plot and beside its name
    assert len(list(root.iter(f"{SVG}path"))) == 2


def test_ticks_are_round_numbers_or_those_that_a_figure_names():
    assert [label for _v, label in Axis("x", {}, low=0, high=9.7).ticks()] == [
        "0",
        "2",
        "4",
        "6",
        "8",
    ]
    named = Axis("y", {"tickvals": [0, 1, 9], "ticktext": ["a", "b", "c"]}, low=-0.5, high=1.5)
    assert named.ticks() == [(0.0, "a"), (1.0, "b")]
    power = Axis("y", {"type": "log", "exponentformat": "power"}, low=-2, high=0.5)
    assert [label for _v, label in power.ticks()] == [
        "10<sup>-2</sup>",
        "10<sup>-1</sup>",
        "10<sup>0</sup>",
    ]


def test_words_keep_their_tags_and_escape_all_else():
    text = words("<b>Tom</b> &lt;b&gt; x<sub>2</sub><br>z", (0, 0), Font())
    assert text.count("<tspan") == 4  # two lines, two runs
    assert "&lt;b&gt;" in text
    assert plain("<b>a</b><br>&lt;i&gt;<extra>z</extra>") == "a\n<i>"


def test_what_is_typed_is_text():
    made = figure(
        go.Heatmap(z=[[0.5]], zmin=0, zmax=1, colorscale=[[0, "#000000"], [1, "#ffffff"]],
                   hovertemplate="%{x}", text=[[html.escape(EVIL)]], texttemplate="%{text}",
                   showscale=False),
        xaxis={"tickvals": [0], "ticktext": [html.escape(EVIL)]},
        annotations=[{"text": html.escape(EVIL), "x": 0, "y": 0, "showarrow": False}],
    )  # fmt: skip
    text, root = drawn(made, alt=EVIL)
    assert not [e for e in root.iter() if e.tag.removeprefix(SVG) in ("script", "img")]
    assert "<script" not in text
    trace = {"x": [0], "y": [0], "mode": "markers+text", "text": [EVIL], "hovertemplate": EVIL}
    trace |= {"name": EVIL, "marker": {"color": '"><script>'}, "textfont": {"color": '"><script>'}}
    assert "<script" not in draw({"data": [trace], "layout": {"height": 9, "width": 9}})


@pytest.mark.parametrize(
    "made",
    [
        figure(go.Pie(values=[1])),
        figure(go.Scatter(x=[0, 1], y=[0, 1], fill="tozeroy")),
        figure(go.Scatter(x=[0], y=[0], mode="markers", marker={"symbol": "hexagram"})),
        figure(go.Contour(z=[[0, 1], [1, 2]])),  # with a scale of its own
        figure(shapes=[{"type": "path", "path": "M0 0", "x0": 0, "x1": 1, "y0": 0, "y1": 1}]),
    ],
)
def test_what_is_not_drawn_is_refused(made):
    with pytest.raises(UndrawnError):
        drawn(made)


def test_an_empty_figure_is_drawn(trace):
    empty = figure(annotations=[{"text": "nothing", "x": 0.5, "y": 0.5, "showarrow": False}])
    assert "nothing" in drawn(empty)[0]


def test_two_pictures_on_a_page_share_no_names():
    made = figure(go.Scatter(
        x=[0, 1, 1], y=[0, 0, 1], fill="toself", line={"width": 0},
        fillpattern={"shape": "/", "size": 7, "solidity": 0.1, "fgcolor": "#000"},
    ))  # fmt: skip
    names = [set(re.findall(r' id="([^"]+)"', drawn(made)[0])) for _n in range(2)]
    assert names[0]
    assert not names[0] & names[1]
