"""The Scale page, on sizes that this test trains for three steps, and on what is there of them."""

import numpy as np
import pytest
import streamlit as st
from opened import chart, long_link, numbers, open_page, said, unfold
from tiny_sizes import MAIN, WIDTHS, train_tiny_sizes, use

from viz_core import registry
from viz_core.analysis.anatomy import cache_bytes, counts, flops_per_token, inner, n_matrix
from viz_core.analysis.family import FAMILY
from viz_core.generate import greedy
from viz_core.losses import read_losses, write_losses

PAGE = "pages/scale.py"
ONE_EACH = ("decoder-small", MAIN, "decoder-large")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return train_tiny_sizes(tmp_path_factory.mktemp("sizes"))


@pytest.fixture
def opened(folder, monkeypatch):
    """Open the page where only these models are shipped."""

    def open_with(*models, **links):
        st.cache_resource.clear()
        use(monkeypatch, folder, models)
        app = open_page(PAGE, **links)
        assert not app.exception
        return app

    yield open_with
    st.cache_resource.clear()


def headings(app):
    return [heading.value for heading in app.subheader]


def curve(folder, model):
    return read_losses(folder / model / "loss.csv")


def test_one_size_stands_below_the_family_tree_and_says_what_is_missing(opened, folder):
    app = opened(MAIN)
    tree, line, _continued = headings(app)
    assert tree.startswith("GPT-1 to Llama 3: 3,500 times larger")
    assert line.startswith(f"{MAIN}: from ")
    assert "One size of this model is here so far" in said(app)
    (painted,) = chart(app, 1)["data"]
    assert numbers(painted["x"]).tolist() == [one.tokens for one in curve(folder, MAIN)]
    assert numbers(painted["y"]).tolist() == [one.valid_loss for one in curve(folder, MAIN)]
    assert len(app.get("plotly_chart")) == 2


def test_two_sizes_are_compared_without_a_line(opened, folder):
    app = opened("decoder-small", MAIN)
    assert headings(app)[-1].startswith("GPT-1 to Llama 3")
    small, main = (registry.card(model).n_params for model in ("decoder-small", MAIN))
    last = [curve(folder, model)[-1].valid_loss for model in ("decoder-small", MAIN)]
    assert headings(app)[0] == (
        f"{main / small:.0f} times the parameters: {last[1]:.2f} nats a token instead of "
        f"{last[0]:.2f}"
    )
    assert [numbers(point["y"]).tolist() for point in chart(app, 1)["data"]] == [[n] for n in last]
    assert "through two points there is always one" in said(app)
    assert "so far" not in said(app)


def test_three_sizes_and_a_second_seed_have_a_line_with_its_misses(opened, folder):
    app = opened(*WIDTHS)
    curves = chart(app, 0)["data"]
    assert [line["name"] for line in curves] == list(WIDTHS)
    for line in curves:
        drawn = curve(folder, line["name"])
        assert numbers(line["y"]).tolist() == [one.valid_loss for one in drawn]
    n = [registry.card(model).n_params for model in ONE_EACH]
    last = {model: curve(folder, model)[-1].valid_loss for model in WIDTHS}
    seeds = [last["decoder-small"], last["decoder-small-2"]]
    middles = [np.sqrt(np.prod(seeds)), last[MAIN], last["decoder-large"]]
    power, height = np.polyfit(np.log(n), np.log(middles), 1)
    solid, dashed, end, *points = chart(app, 1)["data"]
    np.testing.assert_allclose(
        numbers(solid["y"])[[0, -1]], np.exp(height) * np.power(n, power)[[0, -1]]
    )
    far = next(s.counted for model in FAMILY for s in model.sizes if s.name == "GPT-2")
    assert (dashed["line"]["dash"], numbers(end["x"])[0]) == ("dash", far)
    assert numbers(end["y"])[0] == pytest.approx(np.exp(height) * far**power)
    assert numbers(points[0]["y"]).tolist() == seeds
    shown = said(app)
    assert f"the power of {power:.3f}".replace("-", "−") in shown
    assert "3 points prove no law" in shown
    assert f"it would promise {np.exp(height) * far**power:.2f}: extrapolated" in shown
    assert "2 seeds of " in shown


def test_embeddings_can_be_left_out(opened):
    app = opened(*WIDTHS, count="inner")
    _solid, _dashed, end, *points = chart(app, 1)["data"]
    drawn = [numbers(point["x"])[0] for point in points]
    for model, n in zip(ONE_EACH, drawn, strict=True):
        parameters = registry.load(model).parameters
        assert n == inner(counts({name: value.shape for name, value in parameters.items()}))
        assert n < registry.card(model).n_params
    assert numbers(end["x"])[0] == 12 * (12 * 768**2 + 13 * 768) + 2 * 768
    assert "without embeddings" in chart(app, 1)["layout"]["xaxis"]["title"]["text"]
    assert "count=inner" in long_link(app)


def test_each_size_goes_on_by_itself_at_its_own_cost(opened):
    text = "The red thing went"
    app = opened(*WIDTHS, text=text, words="30")
    lines = [html.proto.body for html in app.get("html") if "inline-flex" in html.proto.body]
    costs = [html.proto.body for html in app.get("html") if "operations a token" in html.proto.body]
    assert len(lines) == len(costs) == len(ONE_EACH)  # one column a size, not one a seed
    for model, line, cost in zip(ONE_EACH, lines, costs, strict=True):
        writer = registry.writer(model)
        written = greedy(writer, writer.begin(text), 30)
        for token in dict.fromkeys(map(writer.string, written)):
            assert token.replace(" ", "·") in line
        shapes = {name: value.shape for name, value in writer.parameters.items()}
        n_read = len(writer.prompt(text)) + len(written) - 1
        operations = flops_per_token(n_matrix(shapes), 1, WIDTHS[model], n_read)
        assert f"{operations / 1e6:.2g} million operations a token" in cost
    unfold(app, "continued").toggle(key="table_continued").set_value(True).run()
    table = app.dataframe[0].value
    assert table["Model"].tolist() == list(ONE_EACH)
    assert table["Bytes of keys and values"].tolist() == [
        cache_bytes(1, WIDTHS[model], n_read) for model in ONE_EACH
    ]
    assert (table["ms a token"] > 0).all()


def test_other_batches_are_not_compared(opened, folder, tmp_path, monkeypatch):
    kept = curve(folder, "decoder-large")
    path = folder / "decoder-large" / "loss.csv"
    write_losses(
        path, [type(one)(one.step, one.tokens + 1, *list(vars(one).values())[2:]) for one in kept]
    )
    try:
        app = opened("decoder-small", MAIN, "decoder-large")
        assert headings(app)[0] == "3 sizes, each on its own way"
        assert "not trained on the same batches" in said(app)
        assert len(chart(app, 0)["data"]) == 3
        assert len(app.get("plotly_chart")) == 2  # curves and family: nothing against size
    finally:
        write_losses(path, kept)


def test_a_damaged_loss_curve_is_told_and_the_others_are_drawn(opened, folder):
    path = folder / "decoder-small" / "loss.csv"
    kept = path.read_bytes()
    path.write_text("step,tokens\n")
    try:
        app = opened("decoder-small", MAIN)
        assert "loss" in app.warning[0].value
        assert "decoder" in app.warning[0].value
        assert len(chart(app, 1)["data"]) == 1
        assert "One size of this model" in said(app)
    finally:
        path.write_bytes(kept)


def test_the_rumours_are_named_as_rumours(opened):
    app = opened(MAIN)
    told = next(text.value for text in app.markdown if "rumours" in text.value)
    assert "1.8 trillion" in told
    assert "170 trillion" in told
    drawn = [y for line in chart(app, 0)["data"] for y in numbers(line["y"]).tolist() if y]
    assert max(drawn) < 1e12


def test_the_table_of_the_tree_has_every_size_with_its_source(opened):
    app = unfold(opened(MAIN), "family").toggle(key="table_family").set_value(True).run()
    table = app.dataframe[0].value
    assert len(table) == sum(len(model.sizes) for model in FAMILY)
    assert table["Source"].str.contains(r"\d{4}").all()
    gpt_4 = table[table["Model"] == "GPT-4"].iloc[0]
    assert (gpt_4["Said to have"], gpt_4["Parameters"]) == ("not published", "–")
