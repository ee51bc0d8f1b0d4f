"""Memory, Compare, Distance and Cost: what is painted is what was measured."""

import json
import re

import numpy as np
import pytest
from opened import chart, long_link, numbers, open_page, said

from viz_core import Request, card, load
from viz_core.analysis.influence import (
    counterfactual,
    grad_norm,
    grad_x_input,
    occlusion,
    rollout,
)
from viz_core.analysis.states import unit_order
from viz_core.figures.numbers import percent
from viz_core.kinds import kind_of
from viz_core.languages import readers
from viz_core.lessons.cost import rounds
from viz_core.runners.question import question
from viz_core.ui.cache import alternatives
from viz_core.ui.readings import question_request

TOM = "Tom is a cat. Tom's favorite food is"


@pytest.mark.parametrize(
    ("model", "kind"), [(f"{kind}-stories", kind) for kind in ("rnn", "lstm", "gru")]
)
def test_memory_paints_the_hidden_state_of_the_pass(model, kind):
    app = open_page("pages/memory.py", model=model, layer="1", states="h", text=TOM)
    assert not app.exception
    trace = load(model).run(Request(TOM))
    h = trace[f"{kind}.1.h"].values
    order = unit_order(trace["lstm.1.c"].values if kind == "lstm" else h)
    painted = numbers(chart(app, 1)["data"][0]["z"])
    np.testing.assert_array_equal(painted, h.T[order])
    assert chart(app, 1)["data"][0]["zmin"] == -chart(app, 1)["data"][0]["zmax"]


def test_memory_paints_all_states_and_gates_of_an_lstm_on_one_axis_of_words():
    app = open_page("pages/memory.py", model="lstm-stories", text=TOM)
    maps = chart(app, 1)["data"]
    assert len(maps) == 6
    assert {one.get("xaxis", "x") for one in maps} == {"x"}
    assert chart(app, 1)["layout"]["xaxis"]["spikemode"] == "across"
    gates = load("lstm-stories").run(Request(TOM))["lstm.0.gates"].values
    for painted, gate in zip(maps[2:], gates, strict=True):
        assert sorted(numbers(painted["z"]).ravel()) == sorted(gate.ravel())
    frames = chart(app, 1)["layout"]["shapes"]
    assert len(frames) == 6
    assert {(frame["x0"], frame["x1"]) for frame in frames} == {(9.5, 10.5)}


@pytest.mark.parametrize("model", ["rnn-stories", "lstm-stories", "gru-stories"])
def test_memory_writes_a_units_equation_with_its_numbers(model):
    app = open_page("pages/memory.py", model=model, layer="1", unit="7", word="4", text=TOM)
    trace = load(model).run(Request(TOM))
    kind = card(model).kind
    (equation,) = [e.value for e in app.latex if re.search(r"\d\.\d", e.value)]
    assert f"{trace[f'{kind}.1.h'].values[4, 7]:+.4f}" in equation
    if kind in ("lstm", "gru"):
        for value in trace[f"{kind}.1.gates"].values[:, 4, 7]:
            assert f"{value:.4f}" in equation
    if kind == "gru":
        assert f"{trace['gru.1.h'].values[3, 7]:+.4f}" in equation
    if kind == "lstm":
        assert f"{trace['lstm.1.c'].values[3, 7]:+.4f}" in equation
    assert any("Unit 7 reads" in heading.value for heading in app.subheader)


def test_memory_names_the_next_word_after_every_word():
    app = open_page("pages/memory.py", model="lstm-stories", text=TOM)
    grid = chart(app, 3)["data"][0]
    trace = load("lstm-stories").run(Request(TOM, everywhere=True))
    best = [
        guess
        for guess in trace.top
        if guess.prob == max(g.prob for g in trace.top if g.pos == guess.pos)
    ]
    said_first = [word.replace("·", " ") for word, _share in grid["customdata"][0]]
    assert said_first == [g.token for g in best]
    np.testing.assert_allclose(numbers(grid["z"])[0], [g.prob for g in best], atol=1e-6)


def test_memory_draws_the_gradient_of_every_causal_model():
    app = open_page("pages/memory.py", text=TOM)
    lines = chart(app, 2)["data"]
    assert [line["name"] for line in lines] == list(readers("en", lambda kind: kind.continues))
    for line in lines:
        trace = load(line["name"]).run(Request(TOM, measures=("gradient",)))
        np.testing.assert_allclose(numbers(line["y"]), grad_norm(trace)[1:], rtol=1e-5)


def test_memory_says_what_each_network_rests_on_as_compare_does():
    app = open_page("pages/memory.py", model="rnn-stories", text=TOM)
    strips = chart(app)["data"][0]
    models = list(readers("en", lambda kind: kind.recurrent))
    beside = chart(open_page("pages/compare.py", text=TOM), 1)["data"][0]
    rows = [list(readers("en")).index(model) for model in models]
    np.testing.assert_array_equal(
        numbers(strips["z"]), numbers(beside["z"])[rows][:, : numbers(strips["z"]).shape[1]]
    )


@pytest.mark.parametrize(
    ("measure", "of"), [("gradient", grad_x_input), ("occlusion", occlusion), ("", counterfactual)]
)
def test_compare_draws_one_strip_a_model_on_one_scale(measure, of):
    app = open_page("pages/compare.py", text=TOM, **({"measure": measure} if measure else {}))
    strips = chart(app, 1)["data"][0]
    painted = numbers(strips["z"])
    assert painted.shape == (len(readers("en")), 12)  # ten tokens, [MASK] and its full stop
    for model, row in zip(readers("en"), painted, strict=True):
        tried = alternatives(model, TOM) if not measure else ()
        trace = load(model).run(
            question_request(card(model).traits, TOM, (measure or "counterfactual",), tried)
        )
        expected = of(trace)[~np.array(trace.tokens[trace.stream].special)]
        expected = np.concatenate([expected, np.full(len(row) - len(expected), np.nan)])
        np.testing.assert_allclose(row, expected, atol=1e-5)
    assert strips["zmax"] == pytest.approx(np.nanmax(np.abs(painted)))
    assert strips["zmin"] == -strips["zmax"]


def test_compare_asks_every_registered_model():
    app = open_page("pages/compare.py", text=TOM)
    headings = [a["text"] for a in chart(app)["layout"]["annotations"]]
    for model in readers("en"):
        assert any(model in heading for heading in headings)
        top = load(model).run(question_request(card(model).traits, TOM, ())).top[0]
        text = json.dumps(chart(app)["data"], ensure_ascii=False)
        assert f"{top.token.replace(' ', '·')}  <b>{percent(top.prob, short=True)}</b>" in text
    table = app.table[0].value
    assert list(table.iloc[:, 0]) == list(readers("en"))
    assert list(table["Sequential steps"]) == [12, 12, 12, 4, 4, 4, 6]


def test_untrained_weights_are_another_pass():
    shown = [
        numbers(
            chart(open_page("pages/compare.py", measure="gradient", weights=w, text=TOM), 1)[
                "data"
            ][0]["z"]
        )
        for w in ("trained", "untrained")
    ]
    twin = load("decoder-stories", trained=False).run(Request(TOM, measures=("gradient",)))
    np.testing.assert_allclose(
        shown[1][readers("en").index("decoder-stories")][:10], grad_x_input(twin)[1:], atol=1e-5
    )
    assert np.nanmax(np.abs(shown[0] - shown[1])) > 1e-3


def test_two_maps_are_subtracted_on_a_signed_scale():
    app = open_page(
        "pages/compare.py", text=TOM, map="dependence", model="decoder-stories", minus="rnn-stories"
    )
    assert not app.exception
    one, other = (
        load(m).run(Request(TOM, measures=("dependence",)))["dependence.grad_x_input"].values
        for m in ("decoder-stories", "rnn-stories")
    )
    painted = numbers(chart(app, 2)["data"][0]["z"])
    expected = (one - other)[1:, 1:]
    seen = np.tri(10, dtype=bool)
    np.testing.assert_allclose(painted[seen], expected[seen], atol=1e-5)
    assert np.isnan(painted[~seen]).all()


def test_the_models_own_view_is_rollout_or_hidden_state():
    app = open_page(
        "pages/compare.py", text=TOM, map="own", model="decoder-stories", minus="nothing"
    )
    painted = numbers(chart(app, 2)["data"][0]["z"])
    expected = rollout(load("decoder-stories").run(Request(TOM)))[1:, 1:]
    seen = np.tri(10, dtype=bool)
    np.testing.assert_allclose(painted[seen], expected[seen], atol=1e-6)
    app = open_page("pages/compare.py", text=TOM, map="own", model="lstm-stories", minus="nothing")
    assert numbers(chart(app, 2)["data"][0]["z"]).shape == (232, 11)
    app = open_page(
        "pages/compare.py", text=TOM, map="own", model="lstm-stories", minus="rnn-stories"
    )
    assert "can't be subtracted" in app.info[0].value


def test_changing_every_word_of_a_long_text_is_refused_with_a_sentence():
    app = open_page("pages/compare.py", text="cat " * 120, measure="occlusion")
    assert "at most 96" in app.error[0].value
    assert app.text_input(key="text").value == "cat " * 120
    assert len(app.get("plotly_chart")) == 1  # what each says is there all the same
    app.segmented_control(key="measure_shown").set_value("gradient").run()
    assert "at most 96" in app.error[0].value  # the map of all words; all else is there
    assert len(app.get("plotly_chart")) == 2


def test_distance_draws_the_fall_itself_against_distance():
    app = open_page("pages/distance.py", text=TOM)
    drawn = chart(app)
    lines = {line["name"]: line for line in drawn["data"]}
    assert set(lines) == set(readers("en", lambda kind: not kind.translates))
    assert "type" not in drawn["layout"]["yaxis"]  # linear
    tried = load("encoder-stories").alternatives(TOM + " [MASK].")
    for model in ("rnn-stories", "decoder-stories"):
        request = Request(TOM, measures=("counterfactual",), alternatives=tried)
        expected = counterfactual(load(model).run(request))[1:]
        np.testing.assert_allclose(numbers(lines[model]["y"]), expected, atol=1e-5)
        assert numbers(lines[model]["x"]).tolist() == list(range(10, 0, -1))
    cat = {model: numbers(line["y"])[3] for model, line in lines.items()}
    assert cat["rnn-stories"] < 0.2 < 0.8 < cat["lstm-stories"] < cat["decoder-stories"]
    told = lines["decoder-stories"]["customdata"][3][1]  # what was tried for “cat”
    assert told.count("<br>") == 9
    assert "monkey" in told


@pytest.mark.parametrize(("measure", "of"), [("gradient", grad_x_input), ("occlusion", occlusion)])
def test_old_links_to_a_measure_open_it_still(measure, of):
    for page, at in (("distance", 0), ("compare", 1)):
        app = open_page(f"pages/{page}.py", text=TOM, measure=measure)
        assert app.segmented_control(key="measure_shown").value == measure
        data = chart(app, at)["data"]
        trace = load("rnn-stories").run(Request(TOM, measures=(measure,)))
        line = numbers(data[0]["y"]) if page == "distance" else numbers(data[0]["z"])[0][:10]
        np.testing.assert_allclose(line, of(trace)[1:], atol=1e-5)


def test_compare_subtracts_two_models_that_differ_at_first():
    app = open_page("pages/compare.py", text=TOM)
    assert app.selectbox(key="model").value == "decoder-stories"
    assert app.selectbox(key="minus_shown").value == "rnn-stories"
    assert long_link(app).count("minus=rnn-stories") == 1


def recall_rows(app):
    chart = json.loads(app.get("vega_lite_chart")[0].proto.spec)
    (rows,) = chart.get("datasets", {"": None}).values()
    return rows


def test_recall_is_by_default_what_the_cards_say():
    app = open_page("pages/distance.py")
    spoken = said(app)
    for model in readers("en", lambda kind: not kind.translates):
        cells = card(model).metrics["recall"]
        near = next(c for c in cells if (c["n_facts"], c["n_between"]) == (1, 0))
        assert f"{model}: one fact {percent(near['accuracy'])}" in spoken
    assert any("evaluate recall" in caption.value for caption in app.caption)
    assert any(card("rnn-stories").metrics["measured"] in c.value for c in app.caption)


def test_recall_is_measured_on_demand(monkeypatch):
    from viz_core.lessons.distance import recall
    from viz_core.recall.measure import recall_cell

    monkeypatch.setattr(recall, "LIVE_PROMPTS", 2)
    app = open_page("pages/distance.py", recall="now")
    assert not app.exception
    cell = recall_cell(load("decoder-stories"), 1, 0, 2)
    assert f"decoder-stories: one fact {percent(cell.accuracy)}" in said(app)


def test_cost_draws_every_length_with_its_slope():
    app = open_page("pages/cost.py")
    assert not app.exception
    lines = chart(app)["data"]
    kinds = [line["name"].split(",")[0] for line in lines]
    assert kinds == ["rnn", "lstm", "gru", "encoder", "decoder"]
    for line in lines:
        assert numbers(line["x"]).tolist() == [8, 16, 32, 64, 128, 256, 512, 1024]
        assert (numbers(line["y"]) > 0).all()
        assert re.search(r"slope \d\.\d", line["name"])
    app.segmented_control(key="what_shown").set_value("steps").run()
    steps = {line["name"].split(",")[0]: numbers(line["y"])[-1] for line in chart(app)["data"]}
    assert steps == {"rnn": 1025, "lstm": 1025, "gru": 1025, "encoder": 2, "decoder": 2}
    app.segmented_control(key="what_shown").set_value("memory").run()
    slopes = {line["name"].split(",")[0]: float(line["name"][-3:]) for line in chart(app)["data"]}
    assert slopes["lstm"] == pytest.approx(1, abs=0.1)
    assert slopes["decoder"] > 1.5


def test_measuring_again_waits_a_little(monkeypatch):
    monkeypatch.setattr(rounds, "PAUSE", 3_600)  # s; a busy machine is slower than the usual one
    app = open_page("pages/cost.py")
    before = numbers(chart(app)["data"][0]["y"]).tolist()
    app.button[0].click().run()
    assert "Measuring again is possible in" in app.toast[0].value
    assert numbers(chart(app)["data"][0]["y"]).tolist() == before


@pytest.mark.parametrize(
    ("page", "links"),
    [
        (
            "memory",
            {
                "model": "lstm-stories",
                "text": "Mia",
                "layer": "1",
                "states": "f",
                "word": "1",
                "unit": "3",
            },
        ),
        (
            "compare",
            {
                "text": "Mia is",
                "measure": "occlusion",
                "weights": "untrained",
                "map": "own",
                "model": "encoder-stories",
                "minus": "decoder-stories",
            },
        ),
        (
            "distance",
            {"text": "Mia is", "measure": "occlusion", "scale": "linear", "recall": "cards"},
        ),
        ("cost", {"what": "memory"}),
    ],
)
def test_a_link_writes_every_value_and_opens_its_view(page, links):
    app = open_page(f"pages/{page}.py", **links)
    assert not app.exception
    assert not app.error
    link = long_link(app)
    for key, value in links.items():
        assert f"{key}={value.replace(' ', '+')}" in link
    assert f"/{page}?" in link


@pytest.mark.parametrize("page", ["memory", "compare", "distance", "cost"])
def test_a_broken_link_falls_back_to_the_default(page):
    broken = {"layer": "9", "states": "q", "unit": "-4", "word": "x", "map": "../x", "minus": "<b>"}
    app = open_page(f"pages/{page}.py", model="nope", measure="x", what="y", recall="z", **broken)
    assert not app.exception
    assert not app.error


def test_no_picture_bears_what_somebody_else_typed():
    """Two texts that ask a causal model the same question share its trace, not its picture."""
    for text in ("Tom is a [MASK] my secret", "Tom is a [MASK] dog"):
        app = open_page("pages/compare.py", text=text, model="decoder-stories")
        notes = [
            a["text"] for index in range(3) for a in chart(app, index)["layout"]["annotations"]
        ]
        assert sum(text[-6:] in note for note in notes) == 3
        assert text.endswith("secret") or not any("secret" in note for note in notes)


def test_who_cannot_answer_says_so_and_the_others_do():
    app = open_page("pages/compare.py", text="[MASK] is a cat.")
    assert not app.error
    assert [w.value.split(":")[0] for w in app.warning] == list(
        readers("en", lambda kind: kind.continues)
    )
    assert all("nothing stands before" in warning.value for warning in app.warning)
    assert [line["name"] for line in chart(open_page("pages/distance.py", text=TOM))["data"]]
    assert list(app.table[0].value.iloc[:, 0]) == ["encoder-stories", "transformer-zh-en"]


def test_an_encoders_map_is_subtracted_place_by_place():
    app = open_page("pages/compare.py", text=TOM, model="encoder-stories", minus="decoder-stories")
    painted = numbers(chart(app, 2)["data"][0]["z"])
    masked = question(kind_of("encoder"), TOM)
    encoder = load("encoder-stories").run(Request(masked, measures=("dependence",)))
    decoder = load("decoder-stories").run(Request(TOM, measures=("dependence",)))
    one = encoder["dependence.grad_x_input"].values[1:11, 1:11]
    other = decoder["dependence.grad_x_input"].values[0:10, 1:11]  # row t foresees token t + 1
    np.testing.assert_allclose(painted, one - other, atol=1e-5)


def test_recall_is_shown_even_if_the_text_is_refused():
    app = open_page("pages/distance.py", text="cat " * 300)
    assert len(app.error) == 1
    assert len(app.get("vega_lite_chart")) == 1


def test_before_the_first_word_nothing_is_remembered():
    app = open_page("pages/memory.py", model="lstm-stories", text=TOM, word="0")
    assert app.subheader[1].value == "Nothing has been read yet: pick a word"


def test_a_models_own_map_opens_with_nothing_subtracted():
    for model in ("decoder-stories", "lstm-stories"):
        app = open_page("pages/compare.py", text=TOM, map="own", model=model)
        assert not app.info
        assert len(app.get("plotly_chart")) == 3
