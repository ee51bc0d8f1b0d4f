"""Other people's models on every page that their kind can be shown on, and on no other."""

import os
import re
from types import SimpleNamespace

import hub_models
import pytest
from opened import chart, long_link, numbers, open_page, said, unfold
from streamlit.testing.v1 import AppTest

from viz_core import registry
from viz_core.i18n import speaking
from viz_core.languages import counterpart, readers, reads
from viz_core.links import link_of
from viz_core.runners.base import Request
from viz_core.shelf import Shelf

NAMES = ("gpt2", "neox", "qwen3", "bert-masked", "bert-bare", "t5", "bart")
BOTH = "qwen3-zh"  # reads English and Chinese
CHINESE = "我正在吃饭。"


@pytest.fixture(scope="module", autouse=True)
def offered():
    """Tiny models in the table of this process, while this module runs."""
    kept = SimpleNamespace(models=dict(registry.MODELS), shelf=registry._shelf)
    registry._shelf = Shelf()
    for name in (*NAMES, BOTH):
        registry.offer(hub_models.folder(name))
    yield
    for name in (*NAMES, BOTH):
        del registry.MODELS[name]
        registry._cards.pop(name, None)
    registry._shelf = kept.shelf
    assert kept.models == registry.MODELS


def opened(page, **link):
    app = open_page(f"pages/{page}.py", **link)
    assert not app.exception
    assert not app.error, app.error[0].value
    return app


def says(app):
    """The link of the view."""
    return long_link(app)


@pytest.mark.parametrize(
    ("page", "models"),
    [
        ("attention", NAMES),
        ("step_by_step", NAMES),
        ("residual_stream", NAMES),
        ("anatomy", NAMES),
        ("home", tuple(n for n in NAMES if n != "bert-bare")),
        ("contribution", ("neox", "t5")),
        ("what_if", ("qwen3", "bert-masked")),
        ("translate", ("t5", "bart")),
    ],
)
def test_it_is_chosen_as_ours_are(page, models):
    for model in models:
        extra = {"target": "Tom is a cat"} if page == "translate" else {}
        app = opened(page, model=model, **extra)
        assert f"model={model}&" in says(app)


def test_it_is_not_offered_where_it_can_not_be_shown():
    """What has no head says nothing; what reads both sides does not go on."""
    for page in ("home", "contribution", "what_if", "compare"):
        assert "bert-bare" not in link_of(page)._values["model"].options({})
    assert "bert-bare" in link_of("attention")._values["model"].options({})
    assert set(link_of("translate")._values["model"].options({})) == {
        "transformer-zh-en",
        "t5",
        "bart",
    }
    assert set(NAMES) & set(link_of("next_word")._values["models"].codes({})) == {
        "gpt2",
        "neox",
        "qwen3",
    }


def test_the_map_is_the_models_own_and_proves_itself():
    """The weights on screen are those of a pass, worked out again with the bias that T5 adds."""
    app = opened("attention", model="t5", stack="encoder", layer="1", head="2")
    text = "Tom is a cat. Tom's favorite food is fish."
    trace = registry.load("t5").run(Request(text, want=("encoder.1.self_attn.weights",)))
    expected = trace["encoder.1.self_attn.weights"].values[2]
    found = numbers(chart(app)["data"][0]["z"])
    assert abs(found / found.max() - expected / expected.max()).max() < 0.01
    error = re.search(r"Recomputed from q and k: largest difference (\S+)\.", said(app))
    assert float(error[1]) < 1e-5


def test_a_head_that_says_nothing_is_told():
    app = opened("attention", model="bert-bare")
    assert "has no head that says words" in said(app)
    app = opened("residual_stream", model="bert-bare")
    assert "view=parts" in says(app)


@pytest.mark.parametrize(
    ("model", "at", "formula"),
    [
        ("t5", "scale", r"s_{ij} = q_i \cdot k_j + b_{ij}"),
        ("gpt2", "scale", r"s_{ij} = \frac{q_i \cdot k_j}{\sqrt{d_{\mathrm{head}}}}"),
        ("qwen3", "qk", r"q_i = R_i\,\mathrm{norm}(W_q\,a_i)"),
        ("neox", "qk", r"q_i = R_i\,(W_q\,a_i + b_{q})"),
        ("neox", "add2", r"x_i \leftarrow x_i + o_i + \mathrm{FFN}(a_i)"),
        (
            "qwen3",
            "ffn",
            r"\left(\mathrm{SiLU}(W_{\mathrm{gate}}\,a) \odot W_{\mathrm{in}}\,a\right)",
        ),
        ("bart", "embed", r"x_i = \mathrm{norm}(E_{w_i} + P_i)"),
    ],
)
def test_a_stage_says_what_this_architecture_computes(model, at, formula):
    stack = {"stack": "encoder"} if model in ("t5", "bart") else {}
    app = unfold(opened("step_by_step", model=model, at=at, **stack), "step-by-step")
    assert f"at={at}&" in says(app)
    assert any(formula in latex.value for latex in app.latex), [x.value for x in app.latex]
    assert "NOT the same" not in said(app)


def test_a_walk_without_a_first_sum_goes_on_behind_it():
    """NeoX has one sum a block: a link to the other one shows the first stop."""
    app = opened("step_by_step", model="neox", at="add")
    assert app.subheader[0].value.startswith("1 · ")


def test_compare_asks_ours_at_first_and_whom_one_adds():
    app = opened("compare")
    assert "gpt2" not in said(app)
    app = opened("compare", asked=["decoder-stories", "gpt2"])
    assert "asked=decoder-stories&asked=gpt2&" in says(app)
    app = opened("distance", asked=["gpt2"])
    assert "gpt2" in [trace.get("name") for trace in chart(app)["data"]]


def test_two_models_go_on_beside_each_other():
    app = opened("next_word", models=["decoder-stories", "qwen3"], step="2")
    assert "models=decoder-stories&models=qwen3&" in says(app)


def test_a_folder_in_a_link_is_no_model():
    for asked in (str(hub_models.folder("gpt2")), "../gpt2", "openai-community/gpt2"):
        app = opened("attention", model=asked)
        assert "model=decoder-stories&" in says(app)
    assert os.path.isdir(hub_models.folder("gpt2"))


def test_a_model_reads_what_its_tokenizer_has_words_for():
    assert reads(BOTH, "zh")
    assert reads(BOTH, "en")
    assert reads("gpt2", "en")
    assert not reads("gpt2", "zh")
    assert BOTH in readers("zh")
    assert BOTH not in readers("zh", own=True)
    table = opened("home").table[0].value
    row = table[table.iloc[:, 0] == BOTH]
    assert list(row["Reads"]) == ["English, 中文"]


def test_who_does_not_read_a_text_is_told_and_leads_to_whom_does():
    """Ours first, where one of ours reads it."""
    app = opened("attention", model="gpt2", text=CHINESE)
    told = [caption.value for caption in app.caption]
    assert any(line.startswith("The tokenizer of gpt2 has hardly a word") for line in told)
    other = counterpart("gpt2", "zh", among=link_of("attention")._values["model"].options({}))
    app.button(key="switch_reader").click().run()
    assert not app.exception
    assert f"model={other}&" in says(app)
    assert not [button for button in app.button if button.key == "switch_reader"]


def test_compare_asks_of_others_only_who_reads_the_text():
    app = opened("compare", text=CHINESE)
    (asked,) = [group for group in app.get("button_group") if group.key == "asked"]
    assert BOTH in asked.options
    assert "gpt2" not in asked.options
    app = opened("compare", text=CHINESE, asked=[BOTH])
    assert BOTH in said(app)


def test_many_layers_are_a_list_to_open():
    def page():
        import streamlit as st

        from viz_core.ui.inputs import layer_select

        st.text(layer_select(30, 15))

    for layer, shown in (("29", "29"), ("30", "15")):
        app = AppTest.from_function(page, default_timeout=120)
        app.query_params["layer"] = layer
        app.run()
        assert not app.exception
        assert app.text[0].value == shown
        assert len(app.selectbox(key="layer").options) == 30


def test_pages_open_in_ours_whoever_else_reads_the_language():
    with speaking("zh"):
        for page in ("attention", "home", "next_word"):
            values = link_of(page)._values
            first = values["models" if page == "next_word" else "model"].default
            assert registry.MODELS[first].own


def test_their_tokenizers_stand_beside_ours():
    app = opened("tokens", model="t5", text="Tom is a cat")
    assert "model=t5&" in says(app)
    told = " ".join(line.value for line in app.markdown).replace("\\", "")
    assert "t5 · Unigram" in told
    assert "bert-masked and bert-bare · WordPiece" in told
    assert "gpt2 and 2 others · BPE" in told
    assert f"{BOTH} · BPE" in told


def test_few_shot_asks_them_beside_ours():
    app = opened(
        "few_shot", asked="qwen3", rows="opposites\nhot: cold\nbig: small", task="opposites"
    )
    assert chart(app)["layout"]["yaxis"]["ticktext"] == ["qwen3  "]
    assert not app.warning
