"""White space at the ends of a text is not read, by any model; what is inside is, and is seen."""

import json

import pytest
from opened import open_page, said

from viz_core import load
from viz_core.figures.theme import visible
from viz_core.generate import Writing
from viz_core.recall.measure import score_prompts
from viz_core.registry import writer
from viz_core.runners.base import Request

TOM = "Tom is a cat. Tom's favorite food is"
SPACES = (" ", "   ", "\n", "\u00a0", "\u3000", "\t\u2003 \r\n")
CAPTION = "White space at the ends"


@pytest.mark.parametrize("spaces", SPACES)
def test_every_model_reads_the_same(runner, spaces):
    text = "我正在吃饭。" if runner.card.traits.translates else TOM
    plain, spaced = (runner.run(Request(t)) for t in (text, f"{spaces}{text}{spaces}"))
    assert plain == spaced


@pytest.mark.parametrize("spaces", SPACES)
def test_fish_stays_fish(spaces):
    for model in ("decoder-stories", "llama-stories", "lstm-stories", "gru-stories"):
        guess = load(model).run(Request(TOM + spaces)).top[0]
        assert guess.token == " fish"
        assert guess.prob > 0.9
        assert Writing(writer(model), TOM + spaces).steps(1)[0].string == " fish"


def test_a_translation_that_is_begun_ends_where_its_words_do():
    runner = load("transformer-zh-en")
    plain, spaced = (runner.run(Request("我正在吃饭。", t)) for t in ("I'm", "I'm \n"))
    assert plain == spaced


@pytest.mark.parametrize("space", ["\u00a0", "\u3000", "\n", "  "])
def test_what_stands_inside_stays_and_is_seen(space):
    trace = load("decoder-stories").run(Request(f"Tom is{space}a cat"))
    assert len(trace.tokens["text"]) > 5
    shown = "".join(map(visible, trace.tokens["text"].strings))
    assert {"\n": "↵", "  ": "··"}.get(space, "<") in shown


def test_recall_of_a_prompt_is_not_lost_to_a_space():
    runner = load("decoder-stories")
    assert score_prompts(runner, [(TOM + " ", "fish")])["accuracy"] == 1


def test_the_page_says_so_where_there_was_some():
    app = open_page("pages/attention.py", text=TOM + "\u3000 ")
    assert not app.exception
    assert any(CAPTION in caption.value for caption in app.caption)
    assert "fish" in said(app) + json.dumps([c.proto.spec for c in app.get("plotly_chart")])
    app = open_page("pages/attention.py", text=TOM)
    assert not any(CAPTION in caption.value for caption in app.caption)
