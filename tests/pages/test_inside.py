"""The pages that look inside a Transformer: what they paint is what the trace holds."""

import re
from urllib.parse import parse_qs

import numpy as np
import pytest
from opened import chart, long_link, numbers, open_page, said

from viz_core import Request, load, model_ids
from viz_core.analysis.contribution import weighted_norms
from viz_core.analysis.family import sizes
from viz_core.analysis.influence import counterfactual
from viz_core.analysis.positions import encoding, shuffled
from viz_core.analysis.residual import logit_lens, residual_stream
from viz_core.analysis.walk import walk
from viz_core.figures.numbers import percent
from viz_core.runners.interventions import Hidden, WithoutHead
from viz_core.runners.local import LocalRunner

TOM = "Tom is a cat. Tom's favorite food is"
EATING = "我正在吃饭。"


@pytest.mark.parametrize("model", model_ids(lambda kind: kind.attends))
def test_every_stage_of_the_walk_paints_its_numbers(model):
    text = EATING if model == "transformer-zh-en" else TOM
    runner = load(model)
    trace = runner.run(Request(text))
    kind = runner.card.kind
    attention = {
        "encoder": "encoder.1.self_attn",
        "decoder": "decoder.1.self_attn",
        "encoder-decoder": "decoder.1.cross_attn",
    }[kind]
    for at, stage in enumerate(walk(trace, runner.parameters, attention, 2, 3, 1)):
        app = open_page(
            "pages/step_by_step.py",
            model=model,
            text=text,
            layer="1",
            head="2",
            word="3",
            looked_at="1",
            at=stage.name,
        )
        assert not app.exception
        assert not app.error
        assert app.subheader[0].value.startswith(f"{at + 1} ·")
        painted = chart(app)["data"]
        assert len(painted) == len(stage.strips)
        for row, strip in zip(painted, stage.strips, strict=True):
            shown = np.asarray(numbers(row["z"]), dtype=float)[0]
            known = np.isfinite(strip.values)
            np.testing.assert_allclose(shown[known], strip.values[known], atol=1e-5)
        assert "The same as the model recorded" in said(app)


def test_stepping_runs_no_second_forward_pass(monkeypatch):
    runs = []
    plain = LocalRunner.run
    monkeypatch.setattr(LocalRunner, "run", lambda self, r: runs.append(r) or plain(self, r))
    app = open_page("pages/step_by_step.py", text="Lily is a bird. One pass will do.")
    before = len(runs)
    for _n in range(12):
        app.button(key="next").click().run()
        assert not app.exception
    assert app.button(key="next").disabled
    app.number_input(key="word").set_value(3).run()
    app.segmented_control(key="layer").set_value(2).run()
    assert len(runs) == before


def test_grouped_heads_say_with_whom_they_share():
    app = open_page("pages/step_by_step.py", model="llama-stories", at="qk", head="3")
    assert "heads 2, 3 share these keys" in said(app)
    assert "Rotary positions" in said(app)


def test_hiding_a_word_paints_both_passes():
    app = open_page("pages/what_if.py", text=TOM, hidden="4 ·cat", off=["decoder 3.1"], layer="3")
    assert not app.exception
    changes = (WithoutHead("decoder.3.self_attn", 1), Hidden(4))
    runner = load("decoder-stories")
    before, after = runner.run(Request(TOM)), runner.run(Request(TOM, intervene=changes))
    painted = np.asarray(numbers(chart(app, 1)["data"][0]["z"]), dtype=float)
    expected = after.attentions[3].values[0] - before.attentions[3].values[0]
    seen = np.isfinite(painted)
    np.testing.assert_allclose(painted[seen], expected[seen], atol=1e-6)
    top = after.top[0]
    assert f"after: {top.token.strip()}, {percent(top.prob)}" in said(app)
    link = long_link(app)
    again = open_page("pages/what_if.py", **parse_qs(link.split("?")[1]))
    assert again.multiselect(key="hidden").value == ["4 ·cat"]
    assert again.multiselect(key="off").value == ["decoder 3.1"]


def test_nothing_changed_is_said_and_a_bad_word_too():
    app = open_page("pages/what_if.py", text=TOM)
    assert app.multiselect(key="hidden").value == ["4 ·cat"]  # the word that “Tom” finds
    app.multiselect(key="hidden").set_value([]).run()
    assert "Nothing is changed yet" in app.info[0].value
    app.text_input(key="replacement").set_value("hippopotamus").run()
    assert "is not one token" in app.error[0].value
    assert app.text_input(key="replacement").value == "hippopotamus"
    app.text_input(key="replacement").set_value("dog").run()
    assert not app.error
    app.segmented_control(key="mask_shown").set_value("both").run()
    assert "not trained for this mask" in app.warning[0].value


def test_the_hidden_word_follows_the_text_until_somebody_chooses():
    app = open_page("pages/what_if.py", text=TOM)
    app.text_input(key="text").set_value("Mia is a panda. Mia's favorite food is").run()
    assert app.multiselect(key="hidden").value == ["4 ·panda"]
    app.text_input(key="text").set_value("Mia").run()  # no word finds another one here
    app.text_input(key="text").set_value(TOM).run()
    assert app.multiselect(key="hidden").value == ["4 ·cat"]
    app.segmented_control(key="mask_shown").set_value("both").run()
    assert app.multiselect(key="hidden").value == ["4 ·cat"]


def test_the_lens_paints_every_level():
    app = open_page("pages/residual_stream.py", text=TOM)
    runner = load("decoder-stories")
    residual = residual_stream(runner.run(Request(TOM)), runner.parameters, "decoder")
    lens = logit_lens(residual.values, runner.parameters, runner.card.traits)
    painted = chart(app)["data"][0]
    np.testing.assert_allclose(numbers(painted["z"]), lens.prob, atol=1e-5)
    assert painted["text"][-1][-1].startswith("·fish")
    assert "largest difference" in app.caption[-1].value


@pytest.mark.parametrize("view", ["parts", "lengths", "alike", "neurons"])
@pytest.mark.parametrize("model", ["decoder-stories", "encoder-stories", "transformer-zh-en"])
def test_every_view_of_the_stream(model, view):
    app = open_page("pages/residual_stream.py", model=model, view=view, text=TOM)
    assert not app.exception
    assert not app.error
    values = np.asarray(numbers(chart(app)["data"][0]["z"]), dtype=float)
    if view == "parts":
        np.testing.assert_allclose(values.sum(0), 1, atol=1e-3)


def test_contribution_paints_the_norms_beside_the_weights():
    app = open_page("pages/contribution.py", text=TOM, layer="2", head="1")
    assert not app.exception
    runner = load("decoder-stories")
    trace = runner.run(Request(TOM))
    left, right = (np.asarray(numbers(chart(app, n)["data"][0]["z"]), dtype=float) for n in (1, 2))
    seen = np.isfinite(left)
    np.testing.assert_allclose(left[seen], trace.attentions[2].values[1][seen], atol=1e-6)
    norms = weighted_norms(trace, runner.parameters, "decoder.2.self_attn", 1)
    norms /= norms.sum(-1, keepdims=True)
    np.testing.assert_allclose(right[seen], norms[seen], atol=1e-6)
    assert len(chart(app)["layout"]["yaxis"]["ticktext"]) == 7
    strips = chart(app)
    assert "counterfactual" in strips["layout"]["yaxis"]["ticktext"][0]
    tried = load("encoder-stories").alternatives(TOM + " [MASK].")
    request = Request(TOM, measures=("counterfactual",), alternatives=tried)
    drops = np.nan_to_num(counterfactual(runner.run(request)))
    painted = numbers(strips["data"][0]["z"])[0]
    np.testing.assert_allclose(painted, drops / np.abs(drops).sum(), atol=1e-5)


def test_a_long_text_has_no_occlusion_but_all_the_rest():
    app = open_page("pages/contribution.py", text="cat " * 120)
    assert not app.exception
    assert not app.error
    assert len(chart(app)["layout"]["yaxis"]["ticktext"]) == 5


@pytest.mark.parametrize("kind", ["learned", "sinusoidal", "rotary", "alibi"])
def test_the_painted_encoding_is_the_models(kind):
    app = open_page("pages/positions.py", encoding=kind)
    assert not app.exception
    expected = encoding(kind, load(f"positions-{kind}").parameters, 64, 144, 4)
    np.testing.assert_allclose(numbers(chart(app)["data"][0]["z"]), expected.T, atol=1e-5)
    for variant in model_ids(lesson="positions"):
        bits = load(variant).card.metrics["perplexity"]["bits_per_char"]
        assert f"{variant.removeprefix('positions-')} {bits:.3f}" in app.caption[-1].value


def test_shuffled_words_without_positions_are_a_set():
    app = open_page("pages/positions.py", part="order", text=TOM, seed="3")
    assert not app.exception
    free = re.search(r"largest difference of all models ([\d.e-]+)\.", said(app))
    assert float(free[1]) <= 1e-6
    trace = load("positions-none").run(Request(TOM))
    order = shuffled(trace.tokens["text"].special, 3)
    words = [trace.tokens["text"].strings[n].strip() for n in order]
    assert " ".join(words).replace("'", "&#x27;") in said(app)


def test_two_words_are_swapped():
    app = open_page("pages/positions.py", part="order", order="swap", first="1", second="4")
    assert not app.exception
    assert "cat is a Tom ." in said(app)


@pytest.mark.parametrize("model", ["positions-rotary", "llama-stories"])
def test_the_turned_score_is_the_recorded_one(model):
    app = open_page("pages/positions.py", part="turning", model=model, layer="1", head="3")
    assert not app.exception
    score, recorded = re.search(r"score (-?\d+\.\d+), recorded (-?\d+\.\d+)", said(app)).groups()
    assert float(score) == pytest.approx(float(recorded), abs=2e-4)


@pytest.mark.parametrize("model", model_ids())
def test_anatomy_counts_every_parameter(model):
    app = open_page("pages/anatomy.py", model=model)
    assert not app.exception
    assert f"{load(model).card.n_params:,} parameters" in said(app)
    assert "for 28 of 33 published sizes it is within 2 %" in said(app)
    assert "Furthest off is GPT-2: 117 M stated, 124 M counted" in said(app)
    totals = [a["text"] for a in chart(app, 1)["layout"]["annotations"]]
    assert totals[-1] == "405,853,388,800"
    times = 405_853_388_800 / load(model).card.n_params
    assert app.subheader[0].value == f"The same parts, {float(f'{times:.2g}'):,.0f} times larger"


@pytest.mark.parametrize(("family", "n"), [("gpt", 13), ("bert", 3), ("t5", 7), ("llama", 10)])
def test_anatomy_has_every_published_size_of_a_family(family, n):
    app = open_page("pages/anatomy.py", family=family)
    totals = [a["text"] for a in chart(app, 1)["layout"]["annotations"][1:]]
    assert len(totals) == n
    assert set(totals) <= {f"{size.counted:,}" for size in sizes()}


@pytest.mark.parametrize("model", ["decoder-stories", "encoder-stories", "transformer-zh-en"])
def test_the_jacobian_lens_ends_in_what_the_model_says(model):
    """Its lowest row is the logit lens's, every row above is another reading of the same stream."""
    shown = {}
    for view in ("lens", "jacobian"):
        app = open_page("pages/residual_stream.py", model=model, view=view, stack="decoder")
        assert not app.error
        shown[view] = numbers(chart(app)["data"][0]["z"])
    np.testing.assert_allclose(shown["jacobian"][-1], shown["lens"][-1], atol=1e-6)
    assert not np.allclose(shown["jacobian"][0], shown["lens"][0], rtol=0.01, atol=0)
