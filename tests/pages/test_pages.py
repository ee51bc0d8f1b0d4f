"""Every page of the navigation, run as a visitor's browser would ask for it."""

import re
from pathlib import Path

import numpy as np
import pytest
from opened import ROOT, chart, long_link, numbers, open_page, unfold

from viz_core import Request, load
from viz_core.analysis.attention import stacks
from viz_core.i18n import catalogue
from viz_core.links import link_of

PAGES = sorted(f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py"))
TRAIN = "pages/train.py"  # has a model that reads the text only once it is trained
TEXT_PAGES = [page for page in PAGES if page != TRAIN and "text" in link_of(Path(page).stem).keys]
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<b>bold</b> <script>alert(1)</script>",
    "$x$ $$y$$",
    "{{ x }} {x} %s",
    "`code` **bold** [a](javascript:alert(1))",
    "我正在吃饭。",
    "😀👩‍👧",
    "[MASK] [MASK]",
    "[SEP]",
    "\x00",
    "a",
]


def test_every_page_file_is_in_the_navigation():
    named = re.findall(r'st\.Page\("(pages/[\w.]+)"', (ROOT / "app.py").read_text())
    assert sorted(named) == PAGES


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_default_view_of_every_page(page, lang):
    app = open_page(page, lang=lang)
    assert not app.exception
    assert not app.error
    assert app.title


@pytest.mark.parametrize("page", TEXT_PAGES)
@pytest.mark.parametrize("text", ["", "   ", "word " * 10_000, "cat " * 300])
def test_unusable_text_is_answered_with_a_sentence(page, text):
    app = open_page(page)
    app.text_input(key="text").set_value(text).run()
    assert not app.exception
    if page != "pages/home.py":
        assert len(app.error) == 1
        assert re.search("Type at least one word|Shorten it", app.error[0].value)
    assert app.text_input(key="text").value == text  # nothing that was typed is lost


@pytest.mark.parametrize("page", TEXT_PAGES)
@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_shown_as_text(page, text):
    app = open_page(page)
    app.text_input(key="text").set_value(text).run()
    assert not app.exception
    assert not app.error
    for element in app.get("html"):
        assert "<img" not in element.proto.body
        assert "<script" not in element.proto.body
        assert "<b>" not in element.proto.body
    for heading in app.subheader:
        assert not re.search(r"(?<!\\)[<$`*\[]", heading.value)


@pytest.mark.parametrize("model", ["decoder-stories", "encoder-stories"])
def test_the_painted_map_is_the_forward_pass(model):
    app = open_page("pages/attention.py")
    app.segmented_control(key="model").set_value(model)
    app.segmented_control(key="layer").set_value(2)
    app.segmented_control(key="head_shown").set_value("1")
    app.text_input(key="text").set_value("Lily is a dog").run()
    trace = load(model).run(Request("Lily is a dog"))
    painted = numbers(chart(app)["data"][0]["z"])
    recorded = trace.attentions[2].values[1]
    shown = ~np.isnan(painted.astype(float))
    np.testing.assert_array_equal(painted[shown], recorded[shown])
    labels = chart(app)["layout"]["xaxis"]["ticktext"]
    assert [label.replace("·", " ") for label in labels] == list(trace.tokens["text"].strings)


def test_a_link_opens_exactly_its_view():
    app = open_page(
        "pages/attention.py",
        model="encoder-stories",
        text="Tom is a [MASK].",
        layer="3",
        head="mean",
        word="2",
        reverse="true",
        hide_special="true",
        lang="zh",
    )
    assert not app.exception
    assert app.segmented_control(key="model").value == "encoder-stories"
    assert app.text_input(key="text").value == "Tom is a [MASK]."
    assert app.segmented_control(key="layer").value == 3
    assert app.segmented_control(key="head_shown").value == "mean"
    assert app.number_input(key="word").value == 2
    assert app.toggle(key="reverse").value
    assert app.toggle(key="hide_special").value
    link = long_link(app)
    for part in ("model=encoder-stories", "layer=3", "head=mean", "word=2", "lang=zh", "v=1"):
        assert part in link


@pytest.mark.parametrize(
    "links",
    [
        {"layer": "99"},
        {"head": "x"},
        {"model": "../../etc"},
        {"word": "-5"},
        {"lang": "xx"},
        {"zzz": "1"},
    ],
)
def test_a_broken_link_falls_back_to_the_default(links):
    app = open_page("pages/attention.py", **links)
    assert not app.exception
    assert not app.error
    assert app.segmented_control(key="model").value == "decoder-stories"
    told = {"layer", "head"} & set(links)  # a link that means a place gets no other one
    assert app.segmented_control(key="layer").value == (0 if told else 1)
    assert app.segmented_control(key="head_shown").value == ("0" if told else "3")
    assert app.number_input(key="word").value == 6
    assert app.title[0].value == "Where does each word look?"


def test_a_chinese_page_has_no_english_sentence():
    for page in PAGES:
        app = open_page(page, lang="zh")
        shown = [
            e.value
            for kind in ("title", "subheader", "caption", "markdown", "info")
            for e in app.get(kind)
        ]
        english = {m for m in catalogue("zh")._catalog if isinstance(m, str) and m}
        for text in shown:
            for message in english:
                plain = re.sub(r"\{\w+\}", "", message)
                assert not (len(plain) > 14 and plain in text), (page, text)


def test_the_page_shows_its_own_proof():
    app = open_page("pages/attention.py")
    said = " ".join(element.proto.body for element in app.get("html"))
    found = re.search(r"largest difference (\d+e-\d+)", said)
    assert found
    assert float(found[1]) < 1e-5


def test_examples_fill_the_box():
    app = open_page("pages/attention.py")
    app.selectbox(key="example").set_value("The sun was hot. [SEP] She drank some water.").run()
    assert app.text_input(key="text").value == "The sun was hot. [SEP] She drank some water."
    assert app.selectbox(key="example").value is None
    app.segmented_control(key="model").set_value("encoder-stories").run()
    assert not app.exception
    said = " ".join(element.proto.body for element in app.get("html"))
    assert "The second sentence follows the first" in said


def test_the_table_of_numbers_comes_on_demand():
    app = open_page("pages/attention.py")
    assert not app.dataframe
    unfold(app, "attention").toggle(key="table_attention").set_value(True).run()
    table = app.dataframe[0].value
    trace = load("decoder-stories").run(Request(app.text_input(key="text").value))
    np.testing.assert_array_equal(table.to_numpy(), trace.attentions[1].values[3])


def test_both_themes_are_drawn(monkeypatch):
    from viz_core import ui
    from viz_core.figures import DARK, LIGHT

    for theme in (LIGHT, DARK):
        monkeypatch.setattr(ui, "theme", lambda theme=theme: theme)
        app = open_page("pages/attention.py")
        assert not app.exception
        assert chart(app)["layout"]["paper_bgcolor"] == theme.background
        assert chart(app)["data"][0]["colorscale"][0][1] == theme.amounts[0]


def test_hidden_special_tokens_are_hidden_from_every_number():
    app = open_page("pages/attention.py", hide_special="true", layer="1", head="0")
    unfold(app, "attention").toggle(key="table_attention").set_value(True).run()
    table = app.dataframe[0].value
    assert not any("EOT" in str(name) for name in [*table.columns, *table.index])
    np.testing.assert_allclose(table.to_numpy().sum(-1), 1, atol=1e-5)
    said = " ".join(element.proto.body for element in app.get("html"))
    assert "EOT" not in said + app.subheader[0].value
    np.testing.assert_allclose(numbers(chart(app)["data"][0]["z"])[-1], table.to_numpy()[-1])


def test_another_text_has_other_words():
    app = open_page("pages/attention.py", word="2")
    assert app.number_input(key="word").value == 2
    app.text_input(key="text").set_value("Lily is a dog").run()
    assert app.number_input(key="word").value == 4


@pytest.mark.parametrize(
    ("links", "title"),
    [
        ({"model": "encoder-stories", "text": "Tom is a cat.", "word": "0"}, "“[CLS]” is hidden; "),
        ({"model": "encoder-stories", "text": "cat", "word": "2"}, "“[SEP]” is hidden; it looks"),
        ({"model": "decoder-stories", "word": "1"}, "What “Tom” looks at is hidden: “[EOT]” with"),
        ({"model": "decoder-stories", "word": "0"}, "“[EOT]” can look only at itself"),
        ({"model": "transformer-zh-en", "word": "0"}, "“[BOS]” is hidden; it looks at “"),
        (
            {"model": "transformer-zh-en", "stack": "encoder", "word": "4"},
            "“[EOS]” is hidden; it looks at “",
        ),
    ],
)
def test_what_is_hidden_is_said_to_be_and_how_much_it_is(links, title):
    """“[CLS]” does not look only at itself because what it looks at is not shown."""
    if links["model"].startswith("transformer"):
        links = {"text": "我正在吃饭。", "stack": "cross", **links}
    app = open_page("pages/attention.py", hide_special="true", layer="0", head="0", **links)
    heading = app.subheader[0].value.replace("\\", "")
    assert heading.startswith(title)
    attentions = stacks(load(links["model"]).run(Request(app.text_input(key="text").value)))
    record = attentions[links.get("stack", next(iter(attentions)))][0]
    row = record.values[0][int(links["word"])]
    for number in re.findall(r"with (\d\.\d\d)", heading):
        assert np.isclose(row, float(number), atol=0.006).any()
