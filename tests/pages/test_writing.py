"""Next word and Translate, and what the translation model shows on the other pages."""

import html
import json
from urllib.parse import parse_qs

import numpy as np
import pytest
from opened import chart, long_link, numbers, open_page, said

from viz_core import Request, load
from viz_core.analysis.attention import stacks
from viz_core.analysis.beam import Beam
from viz_core.figures.alignment import FAINTEST
from viz_core.figures.numbers import percent
from viz_core.generate import Settings, Writing, beam_search, greedy
from viz_core.lessons.next_word.choices import read_choices, write_choices
from viz_core.registry import writer

TOM = "Tom is a cat. Tom's favorite food is"
EATING = "我正在吃饭。"
SAMPLED = {
    "strategy": "sample",
    "temperature": "1.2",
    "top_k": "12",
    "top_p": "0.9",
    "seed": "3",
    "step": "5",
}


def candidates(app, index=0):
    """What the list of likeliest words was given."""
    found = [e for e in app.get("bidi_component") if e.proto.component_name.endswith("candidates")]
    return json.loads(found[index].proto.json)


def press(app, key):
    return app.button(key=key).click().run()


@pytest.mark.parametrize("model", ["rnn-stories", "lstm-stories", "gru-stories", "decoder-stories"])
def test_a_link_reproduces_a_generation_exactly(model):
    app = open_page("pages/next_word.py", models=model, text="Once upon a time", **SAMPLED)
    assert not app.exception
    settings = Settings("sample", 1.2, 12, 0.9, 3)
    steps = Writing(writer(model), "Once upon a time", settings).steps(6)
    for step in steps[:5]:
        assert f"<span>{step.string.replace(' ', '·')}</span>" in said(app)
        assert f"{percent(step.prob, short=True)}</small>" in said(app)
    rows = candidates(app)["rows"]
    assert [row["token"] for row in rows] == [c.token for c in steps[5].candidates]
    np.testing.assert_allclose([r["drawn"] for r in rows], [c.drawn for c in steps[5].candidates])
    assert [row["token"] for row in rows if row["chosen"]] == [steps[5].token]
    link = long_link(app)
    for part in ("strategy=sample", "seed=3", "step=5", "top_k=12", "top_p=0.9", "temperature=1.2"):
        assert part in link
    again = open_page("pages/next_word.py", **parse_qs(link.split("?")[1]))
    assert [row["token"] for row in candidates(again)["rows"]] == [row["token"] for row in rows]
    assert again.pills(key="models").value == [model]


def test_step_back_and_start():
    app = open_page("pages/next_word.py", text=TOM)
    assert app.button(key="back").disabled
    press(app, "forth")
    assert app.number_input(key="step").value == 1
    assert "<span>·fish</span>" in said(app)
    press(app, "forth")
    press(app, "back")
    assert app.number_input(key="step").value == 1
    press(app, "again")
    assert app.number_input(key="step").value == 0
    assert "<span>·fish</span>" not in said(app)


def test_the_end_of_a_text_is_the_end():
    app = open_page("pages/next_word.py", text=TOM, step="150")
    assert not app.exception
    assert app.button(key="forth").disabled
    assert app.button(key="run").disabled
    n = len(Writing(writer("decoder-stories"), TOM).steps(200))
    assert app.number_input(key="step").value == 150
    assert "over" in app.info[0].value
    assert "[EOT]" in said(app)
    press(app, "back")
    assert app.number_input(key="step").value == n - 1


def test_a_run_goes_on_by_itself_until_the_end(monkeypatch):
    monkeypatch.setattr("viz_core.ui.running.PACE", 0.0)
    app = open_page("pages/next_word.py", text=TOM)
    press(app, "run")
    n = len(Writing(writer("decoder-stories"), TOM).steps(200))
    assert app.number_input(key="step").value == n
    assert not app.session_state["running"]


def test_a_word_chosen_by_hand_stands_in_the_link_and_bends_the_story():
    it = writer("decoder-stories")
    token = it.encode_text("honey")[0]
    app = open_page("pages/next_word.py", text=TOM, chosen=f"0:{token}", step="1")
    assert "<span>·honey</span>" in said(app)
    assert f"chosen=0%3A{token}" in long_link(app)
    steps = Writing(it, TOM, forced={0: token}).steps(2)
    chosen = [row for row in candidates(app)["rows"] if row["chosen"]]
    assert chosen[0]["token"] == steps[1].token
    app.text_input(key="chosen").set_value("").run()
    assert "Other ways this story went" in [heading.value for heading in app.subheader]
    press(app, "branch_0")
    assert app.text_input(key="chosen").value == f"0:{token}"
    app.text_input(key="text").set_value("Lily is a dog").run()
    assert app.text_input(key="chosen").value == ""
    assert app.number_input(key="step").value == 0


def test_choices_in_a_link_are_checked():
    assert read_choices(" 3:412  7:9 ") == {3: 412, 7: 9}
    assert read_choices(write_choices({7: 9, 3: 412})) == {3: 412, 7: 9}
    for wrong in ("fish", "3", "3:x", "-1:4", "3:4,5:6", "../etc"):
        app = open_page("pages/next_word.py", text=TOM, chosen=wrong)
        assert not app.exception
        assert "place:token" in app.error[0].value.replace("\\", "").replace("\u200b", "")
    app = open_page("pages/next_word.py", text=TOM, chosen="0:99999")
    assert "0 to 2047" in app.error[0].value


def test_several_models_go_on_side_by_side():
    app = open_page("pages/next_word.py", text=TOM, step="2")
    app.pills(key="models").set_value(["rnn-stories", "decoder-stories"]).run()
    assert not app.exception
    for index, model in enumerate(("rnn-stories", "decoder-stories")):
        steps = Writing(writer(model), TOM).steps(3)
        rows = candidates(app, index)["rows"]
        assert rows[0]["prob"] == pytest.approx(steps[2].candidates[0].prob)


def test_recurrent_models_have_no_attention_and_say_so():
    app = open_page("pages/next_word.py", text=TOM, models="lstm-stories")
    assert any("no attention" in info.value for info in app.info)


@pytest.mark.parametrize(
    "links", [{"step": "-3"}, {"step": "x"}, {"top_p": "7"}, {"models": "x"}, {"strategy": "beam"}]
)
def test_a_broken_link_to_next_word_falls_back(links):
    app = open_page("pages/next_word.py", text=TOM, **links)
    assert not app.exception
    assert not app.error


def _translated():
    runner = writer("transformer-zh-en")
    return runner, runner.run(Request(EATING)), Writing(runner, EATING).steps(50)


def test_the_pair_shows_source_words_probabilities_and_looks():
    app = open_page("pages/translate.py")
    _runner, trace, steps = _translated()
    data = chart(app)["data"]
    above, below = data[-2:]
    assert above["text"] == ["我", "正在", "吃饭", "。", "[EOS]"]
    for label, step in zip(below["text"], steps, strict=True):
        assert step.string.replace(" ", "·") in label
        assert percent(step.prob, short=True) in label
    weights = stacks(trace)["cross"][-1].values.mean(0)
    shown = [row[2] for row in data[-3]["customdata"]]
    np.testing.assert_allclose(shown, weights[weights >= FAINTEST], rtol=1e-5)


@pytest.mark.parametrize("stop", ["embeddings", "positions", "encoder", "decoder", "cross"])
def test_every_stop_shows_the_forward_pass(stop):
    app = open_page("pages/translate.py", stop=stop, layer="1", head="2")
    assert not app.exception
    _runner, trace, _steps = _translated()
    maps = [one for one in chart(app, 1)["data"] if one["type"] == "heatmap"]
    if stop in ("embeddings", "positions"):
        names = ["embed", "positions", "encoder.0.resid_pre"][: len(maps)]
        assert len(maps) == (1 if stop == "embeddings" else 3)
        for one, name in zip(maps, names, strict=True):
            np.testing.assert_allclose(numbers(one["z"]).T, trace[name].values, rtol=1e-6)
        return
    painted = numbers(maps[0]["z"])
    recorded = stacks(trace)[stop][1].values[2]
    seen = ~np.isnan(painted)
    assert seen.sum() > 10
    np.testing.assert_array_equal(painted[seen], recorded[seen])
    assert "largest difference" in said(app)


def test_the_translation_grows_row_by_row():
    for step in (1, 3):
        app = open_page("pages/translate.py", stop="cross", step=str(step))
        painted = numbers(chart(app, 1)["data"][0]["z"])
        assert (~np.isnan(painted)).all(1).sum() == step
        assert len(chart(app)["data"][-1]["text"]) == step
    app = open_page("pages/translate.py", stop="decoder", step="2")
    painted = numbers(chart(app, 1)["data"][0]["z"])
    assert (~np.isnan(painted)).any(1).sum() == 3  # [BOS] and two words


def test_the_walk_has_six_stops():
    app = open_page("pages/translate.py")
    assert app.button(key="previous").disabled
    seen = [app.subheader[0].value]
    for _n in range(5):
        press(app, "next")
        assert not app.exception
        seen.append(app.subheader[0].value)
    assert app.button(key="next").disabled
    assert [title[0] for title in seen] == list("123456")


def test_the_choice_shows_the_whole_vocabulary():
    app = open_page("pages/translate.py", stop="choice", step="2")
    _runner, _trace, steps = _translated()
    rows = candidates(app)["rows"]
    assert [row["prob"] for row in rows] == [c.prob for c in steps[2].candidates]
    assert not candidates(app)["clickable"]


def test_a_translation_of_ones_own_is_judged():
    app = open_page("pages/translate.py", text="汤姆是一只猫。", target="Tom is a dog.")
    runner = writer("transformer-zh-en")
    tokens = runner.encode_text("Tom is a dog.")
    trace = runner.run(Request("汤姆是一只猫。", "Tom is a dog.", measures=("likelihood",)))
    likelihood = np.exp(trace["token.logprob"].values[1:])
    labels = chart(app)["data"][-1]["text"]
    assert len(labels) == len(tokens) + 1
    for label, prob in zip(labels, likelihood, strict=False):
        assert percent(prob, short=True) in label
    assert "target=Tom+is+a+dog." in long_link(app)


def test_the_tree_holds_every_hypothesis():
    app = open_page("pages/translate.py", width="2", penalty="1.0")
    runner = writer("transformer-zh-en")
    beam = beam_search(runner, runner.begin(EATING), 2, 1.0)
    tree = chart(app, 2)["data"]
    assert len(tree[-1]["text"]) == len(beam.nodes) - 1
    kept = sum(node.kept for node in beam.nodes) - 1
    assert sum(color != tree[-1]["marker"]["color"][0] for color in tree[-1]["marker"]["color"])
    assert [row[4] for row in tree[-1]["customdata"]].count("kept") == kept
    best = runner.decode([t for t in beam.tokens(beam.finished[0]) if t != runner.end])
    assert best in html.unescape(said(app))


def test_english_is_handed_on_and_the_page_says_so():
    app = open_page("pages/translate.py", text="Tom is a cat.")
    assert any("translates Chinese" in info.value for info in app.info)
    app = open_page("pages/translate.py")
    assert not any("translates Chinese" in info.value for info in app.info)


def test_another_sentence_is_shown_whole():
    app = open_page("pages/translate.py", step="1")
    assert app.number_input(key="step").value == 1
    app.text_input(key="text").set_value("我喜欢茶。").run()
    runner = writer("transformer-zh-en")
    n = len(greedy(runner, runner.begin("我喜欢茶。")))
    assert app.number_input(key="step").value == n + 1


@pytest.mark.parametrize(
    "target", ["😀👩‍👧", "<img src=x onerror=alert(1)>", "我 $x$ **b**", "[EOS]"]
)
def test_any_translation_of_ones_own_is_shown_as_text(target):
    app = open_page("pages/translate.py", target=target, stop="cross")
    assert not app.exception
    assert not app.error
    assert "<img" not in said(app)


def test_a_translation_too_long_is_answered_with_a_sentence():
    app = open_page("pages/translate.py", target="word " * 400)
    assert not app.exception
    assert "Shorten it" in app.error[0].value


@pytest.mark.parametrize("stack", ["encoder", "decoder", "cross"])
def test_the_attention_page_shows_every_stack(stack):
    app = open_page(
        "pages/attention.py",
        model="transformer-zh-en",
        text=EATING,
        stack=stack,
        layer="2",
        head="3",
    )
    assert not app.exception
    trace = load("transformer-zh-en").run(Request(EATING))
    recorded = stacks(trace)[stack][2].values[3]
    painted = numbers(chart(app)["data"][0]["z"])
    seen = ~np.isnan(painted)
    np.testing.assert_array_equal(painted[seen], recorded[seen])
    assert f"stack={stack}" in long_link(app)


def test_compare_opens_the_translators_map():
    for what, name in (("dependence", "nats"), ("own", "share")):
        app = open_page("pages/compare.py", text=EATING, map=what, model="transformer-zh-en")
        assert not app.exception
        assert name in json.dumps(chart(app, -1), ensure_ascii=False)
    trace = load("transformer-zh-en").run(Request(EATING, measures=("dependence",)))
    app = open_page("pages/compare.py", text=EATING, map="dependence", model="transformer-zh-en")
    painted = numbers(next(d for d in chart(app, -1)["data"] if d["type"] == "heatmap")["z"])
    expected = trace["dependence.grad_x_input"].values[:, :-1]
    np.testing.assert_allclose(painted, expected, atol=1e-4)
    app.selectbox(key="minus_shown").set_value("decoder-stories").run()
    assert any("two texts" in info.value for info in app.info)


def test_an_empty_search_has_a_figure():
    from viz_core.analysis.beam import Node
    from viz_core.figures import beam_tree

    nothing = Beam((Node(None, 0, -1, "", 1.0, 0.0, 0.0, ended=False, kept=True),), (0,))
    assert beam_tree(nothing, "#000000").layout.annotations
