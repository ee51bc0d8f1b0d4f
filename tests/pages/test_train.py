"""The Train page: what is painted is what a worker told, and a trained model is one like others."""

import re
import time
from dataclasses import replace

import numpy as np
import pytest
from opened import chart, long_link, numbers, open_page, said

from viz_core import registry
from viz_core.lessons.train import presets, runs
from viz_core.runners.base import Request
from viz_core.workshop.entry import model_id
from viz_core.workshop.hall import HALL
from viz_core.workshop.setup import MOST_CHARS

TINY = {"n_layer": 1, "n_head": 2, "width": 16, "n_steps": 8}
SONG = "The rose is red, the violet's blue, the honey's sweet, and so are you. " * 3


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    """Presets of a moment, and a workshop that is empty in the end."""
    for code, preset in presets.PRESETS.items():
        monkeypatch.setitem(
            presets.PRESETS, code, replace(preset, setup=replace(preset.setup, **TINY))
        )
    monkeypatch.setattr(presets, "EXAMPLE", presets.PRESETS["copying"].setup)
    HALL.close()  # other tests opened the page
    yield
    HALL.close()


def finish(app):
    """Wait until nothing is trained any more; the page as it is then."""
    last = time.monotonic() + 120
    while any(work.run.active for work in HALL._works.values()):
        assert time.monotonic() < last
        time.sleep(0.05)
    return app.run()


def all_text(app):
    return " ".join(element.value for element in (*app.markdown, *app.caption, *app.subheader))


def test_a_run_is_trained_drawn_opened_and_named_by_the_link():
    app = finish(open_page("pages/train.py"))
    assert "**example** · trained for 8 steps" in all_text(app)
    assert not [button.key for button in app.button if button.key in ("pause", "remove")]
    app.button(key="train").click().run()
    app = finish(app)
    assert not app.error
    (run,) = runs_of(app)
    told = [p.unseen for p in run.points]
    np.testing.assert_allclose(numbers(chart(app, 0)["data"][0]["y"]), told)
    scores = [p.match.score for p in run.points]
    np.testing.assert_allclose(numbers(chart(app, 1)["data"][0]["y"]), scores)
    assert f"{told[-1]:.2f} nats a token at step 8" in all_text(app)

    model = model_id(run, 8)
    trace = registry.load(model).run(Request("k t f q z k t f q z k"))
    match = run.points[-1].match
    shown = trace[f"decoder.{match.layer}.self_attn.weights"].values[match.head]
    painted = numbers(chart(app, 2)["data"][0]["z"]).astype(float)
    np.testing.assert_allclose(np.nan_to_num(painted), shown, atol=1e-6)
    app.text_input(key="text").set_value("word " * 10_000).run()
    assert "Shorten it" in app.error[0].value
    for text in ("<img src=x onerror=alert(1)>", "$x$ `code` [a](javascript:alert(1))", "我", ""):
        app.text_input(key="text").set_value(text).run()
        assert not app.error
        assert not any(re.search(r"(?<!\\)[<$`*\[]", one.value) for one in app.subheader)
        assert "<img" not in said(app)
    link = long_link(app)
    assert f"runs={run.id}" in link
    assert "heads=2" in link

    again = open_page("pages/train.py", runs=run.id, at="4")  # another tab
    assert "Step 4: where the words look" in all_text(again)
    assert not [button.key for button in again.button if button.key == "remove"]
    opened = open_page("pages/attention.py", model=model, text="a b a")
    assert not opened.error
    assert len(chart(opened)["layout"]["xaxis"]["ticktext"]) == 4
    assert opened.selectbox(key="model").value == model
    other = open_page("pages/attention.py")
    assert model not in str(other.get("selectbox")) + str(other.get("button_group"))

    app.button(key="remove").click().run()
    assert HALL.get(run.id) is None
    gone = open_page("pages/train.py", runs=run.id)
    assert any("are gone" in info.value for info in gone.info)


def runs_of(app):
    word = app.session_state[runs.OWNER]
    return [HALL.get(i) for i, work in HALL._works.items() if work.owner == word]


def test_presets_compare_runs_and_bring_their_values():
    app = open_page("pages/train.py", preset="residual", layers="2")
    app.button(key="train").click().run()
    app = finish(app)
    with_, without = runs_of(app)
    assert (with_.setup.residual, without.setup.residual) == (True, False)
    assert with_.setup.n_layer == without.setup.n_layer == 2
    names = [trace["name"] for trace in chart(app, 0)["data"] if trace.get("showlegend", True)]
    assert names == [with_.name, without.name]
    assert "shown here only" in all_text(app)
    app.segmented_control(key=runs.LOOKED).set_value(with_.id).run()
    assert "is yours" in all_text(app)
    app.session_state["preset"] = "poem"
    app.run()
    assert app.number_input(key="layers").value == TINY["n_layer"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is no text to learn from"),
        ("rose", "too few to learn from"),
        ("a " * MOST_CHARS, "has 400,000 characters"),
        ("\x00\x01\x02\ufffd" * 99, "This is no text"),
    ],
)
def test_what_cannot_be_learned_from_is_said_and_nothing_is_started(text, said):
    app = open_page("pages/train.py", preset="own")
    app.text_area(key="pasted").set_value(text).run()
    app.button(key="train").click().run()
    assert said in app.error[0].value
    assert not runs_of(app)


def test_a_width_that_no_head_divides_is_said_before_anything_is_started():
    app = open_page("pages/train.py", heads="3", width="16")
    assert "Give a width that 3 divides, such as 15" in app.error[0].value
    assert app.button(key="train").disabled


def test_an_own_text_is_learned_and_read_on():
    app = open_page("pages/train.py", preset="own")
    app.text_area(key="pasted").set_value(SONG).run()
    app.button(key="train").click().run()
    app = finish(app)
    (run,) = runs_of(app)
    assert run.text == SONG
    assert app.text_input(key="text").placeholder == "The rose is red, the violet's"
    assert "rose" not in long_link(app)  # what was pasted is in no link
