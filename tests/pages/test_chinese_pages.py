"""With the page in Chinese, Chinese models and sentences; what is read by whom is told."""

import re

import chinese_models
import pytest
from opened import chart, open_page

from viz_core import registry
from viz_core.i18n import speaking
from viz_core.languages import counterpart, first_model, language_of, readers
from viz_core.links import link_of
from viz_core.sentences import CHINESE, TOM, TOM_ASKED, TOM_FAR

SINGLE = {  # page -> the model that it opens with in Chinese
    "home": "decoder-zh",
    "attention": "decoder-zh",
    "step_by_step": "decoder-zh",
    "residual_stream": "decoder-zh",
    "contribution": "decoder-zh",
    "what_if": "decoder-zh",
    "memory": "lstm-zh",
}
FIVE = ["rnn-zh", "lstm-zh", "encoder-zh", "decoder-zh", "transformer-zh-en"]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """All Chinese models, untrained and tiny."""
    with pytest.MonkeyPatch.context() as patch:
        chinese_models.ship(tmp_path_factory.mktemp("checkpoints"), patch)
        yield
    registry.proposer.cache_clear()


def model_of(app):
    return app.session_state["model"]


def told(app, what):
    return [caption.value for caption in app.caption if re.search(what, caption.value)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("汤姆是一只[MASK]。", "zh"),
        ("Tom是一只猫。", "zh"),
        ("Tom is a [MASK].", "en"),
        ("[MASK] 12", "zh"),
    ],
)
def test_a_text_is_in_the_language_of_its_script(text, code):
    with speaking("zh"):
        assert language_of(text) == code


def test_who_reads_a_language(shipped):
    assert set(readers("zh")) == set(FIVE)
    assert not set(readers("en")) & {f"{kind}-zh" for kind in chinese_models.KINDS}
    assert counterpart("llama-stories", "zh") == "decoder-zh"
    assert counterpart("gru-stories", "zh") == "lstm-zh"
    assert counterpart("encoder-zh", "en") == "encoder-stories"
    assert counterpart("rnn-zh", "en", among=["decoder-stories"]) == "decoder-stories"
    assert counterpart("transformer-zh-en", "en") == "transformer-zh-en"


@pytest.mark.parametrize("page", SINGLE)
def test_a_page_in_chinese_opens_with_a_chinese_model_and_sentence(shipped, page):
    app = open_page(f"pages/{page}.py", lang="zh")
    assert not app.exception
    assert not app.error
    assert app.text_input(key="text").value in CHINESE.values()
    assert model_of(app) == SINGLE[page]
    assert app.selectbox(key="example").options[0].startswith("汤姆")
    assert not told(app, "只读")
    assert "model" not in app.query_params
    assert "text" not in app.query_params


def test_the_other_pages_do_too(shipped):
    app = open_page("pages/next_word.py", lang="zh")
    assert app.session_state["models"] == ["decoder-zh"]
    assert app.text_input(key="text").value == CHINESE[TOM_ASKED]
    app = open_page("pages/anatomy.py", lang="zh")
    assert model_of(app) == "decoder-zh"
    app = open_page("pages/distance.py", lang="zh")
    assert app.text_input(key="text").value == CHINESE[TOM_FAR]
    assert [line["name"] for line in chart(app)["data"]] == FIVE[:4]
    for page in ("positions", "cost", "translate"):
        assert not open_page(f"pages/{page}.py", lang="zh").exception


def test_compare_asks_the_same_five_kinds_in_chinese(shipped):
    app = open_page("pages/compare.py", lang="zh")
    assert not app.exception
    assert list(app.table[0].value.iloc[:, 0]) == FIVE
    assert (model_of(app), app.session_state["minus"]) == ("decoder-zh", "rnn-zh")
    app.text_input(key="text").set_value(TOM_ASKED).run()
    assert list(app.table[0].value.iloc[:, 0]) == list(readers("en"))
    assert (model_of(app), app.session_state["minus"]) == ("decoder-stories", "rnn-stories")


def test_home_has_a_card_for_each_of_the_five(shipped):
    from viz_core.lessons.home.kinds import models_of_kinds

    found = models_of_kinds("decoder-zh", CHINESE[TOM])
    assert sorted(found.values()) == sorted(FIVE)
    assert models_of_kinds("transformer-zh-en", "我正在吃饭。") == found
    assert models_of_kinds("llama-stories", TOM)["decoder"] == "decoder-stories"
    app = open_page("pages/home.py", lang="zh")
    sentences = [option.split("  (")[0] for option in app.selectbox(key="example").options]
    assert len(sentences) >= 10
    for sentence in sentences:
        app.selectbox(key="example").set_value(sentence).run()
        assert not app.exception
        assert model_of(app) in FIVE
        assert app.text_input(key="text").value == sentence


@pytest.mark.parametrize(
    ("page", "model", "text", "other"),
    [
        ("attention", "decoder-stories", "我在学校看书。", "decoder-zh"),
        ("memory", "gru-stories", "我在学校看书。", "lstm-zh"),
        ("home", "encoder-zh", "Tom is a cat.", "encoder-stories"),
        ("what_if", "llama-stories", "汤姆是一只猫。", "decoder-zh"),
    ],
)
def test_the_other_language_is_told_with_a_link_that_switches(shipped, page, model, text, other):
    app = open_page(f"pages/{page}.py", model=model, text=text)
    (sentence,) = told(app, "reads (English|Chinese) only")
    assert sentence.startswith(f"{model} reads ")
    assert other in app.button(key="switch_reader").label
    app.button(key="switch_reader").click().run()
    assert model_of(app) == other
    assert app.query_params["model"] == other
    assert not told(app, "reads (English|Chinese) only")
    assert app.text_input(key="text").value == text


def test_several_models_switch_together(shipped):
    asked = ["lstm-stories", "decoder-stories"]
    app = open_page("pages/next_word.py", models=asked, text="汤姆是一只")
    app.button(key="switch_reader").click().run()
    assert app.session_state["models"] == ["lstm-zh", "decoder-zh"]
    assert not told(app, "reads (English|Chinese) only")


def test_rare_characters_are_told_with_their_bytes(shipped):
    app = open_page("pages/attention.py", text="汤姆和龘。", model="decoder-zh")
    assert any("龘 (<E9> | <BE> | <98>)" in c.value.replace("\\", "") for c in app.caption)
    app = open_page("pages/attention.py", text="汤姆是一只猫。", model="decoder-zh")
    assert not told(app, "New to the story models")


@pytest.mark.parametrize(
    "page", ["attention", "memory", "home", "next_word", "compare", "distance"]
)
def test_old_links_to_english_sentences_open_the_models_of_english(shipped, page):
    """A link that says its text and no model, in a browser of Chinese."""
    app = open_page(f"pages/{page}.py", lang="zh", text=TOM_ASKED)
    if page in ("compare", "distance"):
        names = [one["name"] for one in chart(app)["data"]] if page == "distance" else None
        assert (names or list(app.table[0].value.iloc[:, 0]))[0] == "rnn-stories"
        return
    key = "models" if page == "next_word" else "model"
    english = "lstm-stories" if page == "memory" else "decoder-stories"
    with speaking("en"):
        assert link_of(page).default(key) == first_model(english) == english
    shown = app.session_state[key]
    assert shown in (english, [english])


def test_an_english_page_is_what_it_was(shipped):
    for page in SINGLE:
        app = open_page(f"pages/{page}.py")
        assert model_of(app) == ("lstm-stories" if page == "memory" else "decoder-stories")
        assert app.text_input(key="text").value in (TOM, TOM_ASKED)
    app = open_page("pages/attention.py", text="我在学校看书。")
    assert model_of(app) == "decoder-stories"  # as a link to it has always opened


def test_another_language_changes_what_nobody_chose(shipped):
    app = open_page("pages/attention.py")
    app.segmented_control(key="lang").set_value("zh").run()
    assert (model_of(app), app.text_input(key="text").value) == ("decoder-zh", CHINESE[TOM])
    app.segmented_control(key="lang").set_value("en").run()
    assert (model_of(app), app.text_input(key="text").value) == ("decoder-stories", TOM)
    app.text_input(key="text").set_value("Lily is a dog.").run()
    app.segmented_control(key="lang").set_value("zh").run()
    assert model_of(app) == "decoder-stories"
    assert app.text_input(key="text").value == "Lily is a dog."


def test_a_tour_in_chinese_shows_the_views_that_it_speaks_of(shipped):
    from viz_core.tour import read_tour
    from viz_core.ui.tour import _way

    with speaking("zh"):
        tour = read_tour("atlas", "zh")
        stops = {stop.page: n for n, stop in enumerate(tour.stops, 1)}
        assert "model=decoder-stories" in _way(tour, stops["attention"])
        assert "text=Tom+is+a+cat" in _way(tour, stops["attention"])
        assert "text=Tom+is+a+cat" in _way(tour, stops["compare"])
    assert "text=" not in _way(tour, stops["attention"])


def test_few_shot_asks_chinese_models_in_chinese(shipped):
    app = open_page("pages/few_shot.py", lang="zh")
    assert not app.exception
    assert not app.error
    assert app.session_state["task"] == "facts-zh"
    assert app.session_state["asked"] == ["decoder-zh", "lstm-zh", "rnn-zh"]
    assert app.text_area(key="rows_typed").value.startswith("汤姆, 猫, 只: 鱼")
    app = open_page("pages/few_shot.py", lang="zh", task="opposites")
    assert app.session_state["asked"] == ["decoder-stories", "lstm-stories", "rnn-stories"]
    assert not app.exception
