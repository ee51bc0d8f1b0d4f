"""The pages of the foundations: what is painted is what was computed, and links hold all of it."""

import json

import numpy as np
import pytest
from opened import chart, long_link, numbers, open_page, said
from tokenizers import Regex, Tokenizer, models, pre_tokenizers

from viz_core import registry
from viz_core.foundations.fitting import draw, errors, fit
from viz_core.foundations.line import descend, fastest_rate, least_squares, loss
from viz_core.foundations.merges import merging
from viz_core.foundations.neighbours import flowers, leave_one_out, vote
from viz_core.foundations.points import ANSCOMBE, read_points, write_points
from viz_core.lessons.line import link as line_link
from viz_core.lessons.tokens import link as tokens_link
from viz_core.tokenizers import TranslationTokenizer

POINTS = read_points(str(line_link.POINTS.default))


def link_of(app):
    return long_link(app)


def trace(app, index, name):
    """The only trace of a chart whose marker has this symbol."""
    (found,) = [
        one for one in chart(app, index)["data"] if one.get("marker", {}).get("symbol") == name
    ]
    return found


def test_the_line_is_where_gradient_descent_comes_to():
    app = open_page("pages/line.py", rate="0.05", momentum="0.5", a="-1", b="2", step="7")
    way = descend(POINTS, (-1, 2), 0.05, 0.5, 7)
    ends = trace(app, 0, "square")
    x, y = numbers(ends["x"]), numbers(ends["y"])
    np.testing.assert_allclose(y, way.lines[-1][0] * x + way.lines[-1][1])
    path = chart(app, 1)["data"][1]
    np.testing.assert_allclose(numbers(path["x"]), way.lines[:, 0])
    np.testing.assert_allclose(numbers(path["y"]), way.lines[:, 1])
    np.testing.assert_allclose(numbers(chart(app, 2)["data"][0]["y"]), way.losses, rtol=1e-6)
    assert f"loss {way.losses[-1]:.4g}" in app.subheader[0].value
    best = least_squares(POINTS)
    assert f"loss {loss(POINTS, best):.4g}" in said(app)
    (formula,) = [one.value for one in app.latex if r"\leftarrow" in one.value]
    after = descend(POINTS, (-1, 2), 0.05, 0.5, 8).lines[-1]
    assert all(rf"\mathbf{{{value:.4g}}}" in formula for value in after)
    for part in ("rate=0.05", "momentum=0.5", "a=-1.0", "b=2.0", "step=7", "points=0.5%2C1.4"):
        assert part in link_of(app)


def test_steps_go_on_back_and_begin_anew_with_another_line():
    app = open_page("pages/line.py")
    app.button(key="forth").click().run()
    assert app.number_input(key="step").value == 21
    app.button(key="back").click().run()
    app.button(key="back").click().run()
    assert app.number_input(key="step").value == 19
    app.number_input(key="a").set_value(2.0).run()
    assert app.number_input(key="step").value == 0
    assert app.subheader[0].value.startswith("Placed by hand: y = 2 x + 0")
    app.button(key="forth").click().run()
    app.button(key="again").click().run()
    assert app.button(key="back").disabled


def test_a_run_of_steps_ends_at_the_last(monkeypatch):
    monkeypatch.setattr("viz_core.ui.running.PACE", 0.0)
    app = open_page("pages/line.py", step=str(line_link.MOST_STEPS - 3))
    app.button(key="run").click().run()
    assert app.number_input(key="step").value == line_link.MOST_STEPS
    assert not app.session_state["running"]


def test_points_are_typed_added_taken_away_and_pasted():
    app = open_page("pages/line.py")
    app.number_input(key="point").set_value(3).run()
    app.number_input(key="point_y").set_value(9.5).run()
    moved = POINTS.copy()
    moved[3, 1] = 9.5
    assert app.text_input(key="points").value == write_points(moved)
    np.testing.assert_allclose(numbers(chart(app)["data"][-1]["y"]), moved[:, 1])
    app.button(key="remove_point").click().run()
    assert len(read_points(app.text_input(key="points").value)) == 7
    app.button(key="add_point").click().run()
    assert app.number_input(key="point").value == 7
    app.text_area(key="points_table").set_value("x;y\n1,5;2\n3;4\n").run()
    assert app.text_input(key="points").value == "1.5,2 3,4"
    assert app.number_input(key="point").value == 1
    app.selectbox(key="points_set").set_value("Anscombe IV: one point makes the line").run()
    assert app.text_input(key="points").value == write_points(ANSCOMBE[3])
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("", "has no point"),
        ("1,2\n3", "Line 2"),
        ("nan,1", "can't be drawn"),
        ("1,1e400", "can't be drawn"),
        ("0,0\n" * 61, "at most 60"),
        ("1,2\n" * 2_500_000, "at most 20,000 are read"),
    ],
)
def test_a_table_that_cannot_be_read_is_told_and_changes_nothing(table, says):
    app = open_page("pages/line.py")
    app.text_area(key="points_table").set_value(table).run()
    assert says in app.error[0].value.replace("\\", "")
    assert app.text_input(key="points").value == line_link.POINTS.default
    if len(table) < 20_000:
        assert app.text_area(key="points_table").value == table  # nothing that was typed is lost
    app.number_input(key="point_x").set_value(0.7).run()
    assert not app.error


@pytest.mark.parametrize(
    ("points", "says"),
    [
        ("", "There is no point"),
        ("1,2 x", "is no point"),
        ("1,NaN", "can't be drawn"),
        ("1,2 " * 61, "at most 60"),
        ("<img src=x onerror=alert(1)>", "is no point"),
    ],
)
def test_a_link_with_no_points_is_told_and_leaves_a_way_out(points, says):
    app = open_page("pages/line.py", points=points)
    assert not app.exception
    assert says in app.error[0].value.replace("\\", "")
    app.button(key="add_point").click().run()
    assert not app.error
    assert len(read_points(app.text_input(key="points").value)) == 1


@pytest.mark.parametrize("points", ["2,3", "2,3 2,5", "1000000,-1000000 -1000000,1000000"])
def test_points_without_one_best_line_and_large_ones_are_drawn(points):
    app = open_page("pages/line.py", points=points)
    assert not app.exception
    assert bool(app.info) == ("2,3" in points)


def test_too_large_a_rate_is_told():
    limit = fastest_rate(POINTS, 0)
    app = open_page("pages/line.py", rate=f"{1.1 * limit:.3g}")
    assert f"Below {limit:.3g}" in app.warning[0].value
    app.number_input(key="rate").set_value(5.0).run()
    assert "ran away" in app.warning[0].value
    assert app.button(key="forth").disabled
    app.number_input(key="rate").set_value(0.9 * limit).run()
    assert not app.warning


def shown_pieces(app):
    """The pieces that the tree has in bold: those that there are."""
    (labels,) = [one for one in chart(app)["data"] if any("<b>" in t for t in one.get("text", []))]
    return [text[3:-4] for text in labels["text"] if text.startswith("<b>")]


@pytest.mark.parametrize("model", ["decoder-stories", "positions-alibi", "transformer-zh-en"])
def test_the_tokens_are_those_of_the_model(model):
    text = "Tom and Nguyen eat. 我吃饭"
    app = open_page("pages/tokens.py", model=model, text=text)
    assert not app.exception
    ids = registry.tokenizers()[model].encode(text)
    assert app.subheader[0].value.endswith(f"become {len(ids)} tokens")
    floor = chart(app)["data"][-1]["text"]
    assert [int(label.split(">")[-2].split("<")[0]) for label in floor] == ids
    tiles = said(app)
    assert all(f">{i}</small>" in tiles for i in ids)
    assert f"model={model}" in link_of(app)


def test_rules_are_applied_one_by_one():
    app = open_page("pages/tokens.py", text="and and", step="0")
    found = merging(registry.tokenizers()["decoder-stories"], "and and")
    assert len(shown_pieces(app)) == 8
    assert "No rule is applied yet" in said(app)
    app.button(key="forth").click().run()
    assert len(shown_pieces(app)) == len(found.at(1)) == 6
    rule = found.made(1)[0].rule + 1
    assert f"Step 1, rule {rule} of 1,787: · + a → ·a. Places: 2." in said(app)
    assert app.subheader[0].value == "1 of 3 rules: 6 pieces"
    app.text_input(key="text").set_value("Tom").run()
    assert app.number_input(key="step").value == 3  # another text has all of its rules applied
    app.button(key="again").click().run()
    assert app.number_input(key="step").value == 0
    assert "step=0" in link_of(app)


def test_tokenizers_stand_beside_each_other_with_what_each_word_costs():
    app = open_page("pages/tokens.py")
    text = app.text_input(key="text").value
    distinct = {id(one): one for one in registry.tokenizers().values()}.values()
    counts = [len(one.encode(text)) for one in distinct]
    told = [one.value.replace("\\", "") for one in app.markdown]
    for n in counts:
        assert any(f"{n} tokens, " in line for line in told)
    cells = chart(app, 1)["data"][0]
    np.testing.assert_array_equal(numbers(cells["z"]).sum(1), counts)
    assert any("·Nguyen: 5 tokens, ·N | g | u | y | en. No rule says ·N + g" in t for t in told)


def test_too_long_a_text_is_told():
    app = open_page("pages/tokens.py", text="a" * (tokens_link.LONGEST + 1))
    assert "at most 240 are read. Shorten it." in app.error[0].value.replace("\\", "")


def test_a_tokenizer_without_rules_is_told_so(monkeypatch):
    class Unigram(TranslationTokenizer):
        special = ()

    pieces = [("<unk>", -9.0), (" ", -3.0), ("Tom", -2.5), ("T", -4.0), ("o", -4.0), ("m", -4.0)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"\s"), "isolated")
    ours = Unigram(tokenizer)
    monkeypatch.setattr(registry, "tokenizers", lambda: {"decoder-stories": ours})
    app = open_page("pages/tokens.py", text="Tom Tom")
    assert not app.exception
    assert not app.button
    assert app.subheader[0].value == "4 tokens"
    captions = " ".join(one.value for one in app.caption)
    assert "is a Unigram" in captions
    assert "logarithms add to -11.0" in captions
    assert "-2.5</small>" in said(app)
    assert json.loads(app.get("plotly_chart")[0].proto.spec)["data"]


@pytest.mark.parametrize(
    ("across", "up", "metric", "k"),
    [
        ("petal_length", "petal_width", "euclidean", 5),
        ("sepal_width", "petal_length", "manhattan", 12),
        ("petal_width", "petal_length", "euclidean", 1),
    ],
)
def test_the_neighbours_of_a_flower_vote(across, up, metric, k):
    links = {"across": across, "up": up, "metric": metric, "k": str(k)}
    app = open_page("pages/iris.py", petal_length="4.4", petal_width="1.2", **links)
    assert not app.exception
    own = {"petal_length": 4.4, "petal_width": 1.2, "sepal_width": 2.8}
    known = flowers()
    points = known.measures(across, up)
    found = vote(np.array([own[across], own[up]]), points, known.species, k, metric)
    star = trace(app, 0, "star")
    assert (star["x"], star["y"]) == ([own[across]], [own[up]])
    rings = trace(app, 0, "circle-open")
    np.testing.assert_array_equal(numbers(rings["x"]), points[found.neighbours, 0])
    np.testing.assert_allclose(numbers(chart(app, 1)["data"][0]["x"]), found.distances[:12])
    shares = [numbers(one["y"]) for one in chart(app, 2)["data"]]
    for share, name in zip(shares, ("euclidean", "manhattan"), strict=True):
        np.testing.assert_allclose(share, leave_one_out(points, known.species, name), rtol=1e-6)
    names = ("setosa", "versicolor", "virginica")
    assert app.subheader[0].value.endswith(f"say{'s' * (k == 1)} {names[found.species]}")
    assert f"k={k}" in link_of(app)
    assert f"{across}={own[across]}" in link_of(app)


def test_a_flower_is_moved_by_sliders_and_keeps_its_other_measures():
    app = open_page("pages/iris.py")
    app.slider(key="petal_length").set_value(1.5).run()
    app.slider(key="petal_width").set_value(0.2).run()
    assert app.subheader[0].value == "5 of its 5 nearest neighbours say setosa"
    app.segmented_control(key="across_shown").set_value("sepal_length").run()
    app.segmented_control(key="across_shown").set_value("petal_length").run()
    assert app.slider(key="petal_length").value == 1.5
    assert "up=petal_width" in link_of(app)
    app.segmented_control(key="across_shown").set_value("petal_width").run()
    assert app.segmented_control(key="up_shown").value == "petal_length"  # never the same twice
    assert not app.exception


def test_ties_are_told():
    app = open_page("pages/iris.py", k="2", petal_length="4.85", petal_width="1.65")
    assert "not asked: " in said(app)


@pytest.mark.parametrize(
    ("depends", "n", "noise", "seed", "size"),
    [("two", 20, 1.0, 2, 15), ("ten", 12, 0.5, 7, 3), ("two", 8, 2.0, 0, 65)],
)
def test_the_errors_are_those_of_the_models(depends, n, noise, seed, size):
    links = {"pizzas": str(n), "noise": str(noise), "seed": str(seed), "parameters": str(size)}
    app = open_page("pages/parameters.py", depends=depends, **links)
    assert not app.exception
    found = errors(depends, n, noise, seed)
    curves = [numbers(one["y"]) for one in chart(app)["data"][:4]]
    np.testing.assert_allclose(np.concatenate([curves[0], curves[2]]), found.training)
    np.testing.assert_allclose(np.concatenate([curves[1], curves[3]]), found.unseen)
    off, off_unseen = found.of(size)
    assert f"off by {off:.2f} € on training pizzas, by {off_unseen:.2f} €" in app.subheader[0].value
    training, unseen = draw(depends, n, noise, seed)
    model = fit(training, unseen, size, seed)
    np.testing.assert_allclose(numbers(chart(app, 1)["data"][1]["y"]), model.unseen)
    if model.weights is None:
        assert "no price for a portion" in app.info[0].value
    else:
        bars = numbers(chart(app, 2)["data"][0]["x"]).astype(float)
        np.testing.assert_allclose(bars[: size - 1], model.weights[: size - 1])
        assert np.isnan(bars[size - 1 :]).all()
    for key, value in (*links.items(), ("depends", depends)):
        assert f"{key}={value}" in link_of(app)


def test_double_descent_is_told_where_it_is_measured():
    app = open_page("pages/parameters.py", pizzas="8")
    assert "This is double descent" in said(app)
    app.number_input(key="pizzas").set_value(20).run()
    assert "double descent" not in said(app)
    assert "Unseen pizzas are foreseen best with 3 (1.05 €)" in said(app)
