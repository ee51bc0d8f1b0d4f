"""Pictures and formulas that fit: labels of any script, long sentences, larger type."""

import re

import numpy as np
import plotly.graph_objects as go
import pytest

from viz_core import Request, load
from viz_core.analysis.states import unit_step
from viz_core.figures import alignment_ribbon, labelled_map
from viz_core.figures.enlarged import enlarged
from viz_core.figures.theme import label_width
from viz_core.lessons.memory.equation import equation_of

LONGEST_LINE = 36  # signs that the column beside the states has room for at 1440 px


def test_a_row_named_in_chinese_has_the_room_it_takes():
    assert label_width("层") == 2 * label_width("a")
    name = "1 · 编码器-解码器注意力"
    figure = labelled_map(np.ones((1, 2)), [name], ["a", "b"])
    assert figure.layout.margin.l >= label_width(name) > 10 * 15


@pytest.mark.parametrize("n", [3, 13, 16, 21])
def test_the_ribbons_of_a_long_translation_fit_a_page(n):
    words = [f" word{i}" for i in range(n)]
    figure = alignment_ribbon(np.eye(n), words, words, probs=[0.5] * n)
    assert figure.layout.width <= 1250
    pitch = (figure.layout.width - 40) / n
    source, target = figure.data[-2:]
    for place in range(n):
        moved = pitch < 76 and place % 2 == 1
        assert source.text[place].endswith("<br> ") == moved
        assert target.text[place].startswith(" <br>") == moved


def test_type_inside_labels_is_enlarged_and_typed_text_is_not():
    labels = ["a<br><span style='font-size:14px'>0.50</span>", "font-size:14px"]
    figure = go.Figure(go.Scatter(x=[0, 1], y=[0, 0], text=labels))
    assert list(enlarged(figure, 1.5).data[0].text) == [
        labels[0].replace("14px", "21px"),
        labels[1],
    ]
    drawn = alignment_ribbon(np.eye(2), ["我", "吃"], ["I", " eat"], probs=[0.5, 0.5])
    assert all("font-size:21px" in label for label in enlarged(drawn, 1.5).data[-1].text)


@pytest.mark.parametrize("model", ["lstm-stories", "gru-stories"])
def test_no_line_of_an_equation_is_wider_than_its_column(model):
    trace = load(model).run(Request("Tom is a cat.", want=("*",), everywhere=True))
    written = equation_of(trace.traits).numbers(unit_step(trace, 0, 3, 2))
    for line in written.replace(r"\tanh", "tanh").split(r"\\"):
        assert len(re.sub(r"\\(begin|end)\{aligned\}|\\[a-z]+|[{}&\\ ]", "", line)) <= LONGEST_LINE
