"""What of a typed text is new to the story models."""

import pytest
from opened import open_page

from viz_core import load, model_ids
from viz_core.registry import MODELS
from viz_core.sentences import TOM
from viz_core.ui.raised import new_names


def test_names_in_pieces_are_found_in_the_tokens():
    strings = load("decoder-stories").prompt("Zhang is a cat. Tom likes Kevin, and Zhang.").strings
    found = dict(new_names(strings))
    assert list(found) == ["Zhang", "Kevin"]
    for word, pieces in found.items():
        assert "".join(pieces) == word
        assert len(pieces) > 1


def test_plain_words_and_numbers_are_nothing_new():
    strings = load("decoder-stories").prompt("Tom is a cat. He has 1234 fish-bones.").strings
    assert new_names(strings) == []


def test_a_new_name_is_told_and_a_known_one_is_not():
    told = "New to the story models"
    app = open_page("pages/memory.py", text="Zhang is a cat.")
    assert [told in one.value for one in app.caption].count(True) == 1
    assert not any(told in one.value for one in open_page("pages/memory.py").caption)


def test_chinese_is_led_to_the_model_that_reads_it():
    told = "The story models read English only."
    app = open_page("pages/attention.py", text="我正在吃饭。")
    assert any(told in one.value for one in app.caption)
    assert app.get("page_link")
    app = open_page("pages/attention.py", text="我正在吃饭。", model="transformer-zh-en")
    assert not any(told in one.value for one in app.caption)
    app = open_page("pages/translate.py", text="我正在吃饭。")
    assert not any(told in one.value for one in app.caption)


def test_without_chinese_models_a_page_in_chinese_is_what_it_was():
    if any(MODELS[model].language == "zh" for model in model_ids(lambda kind: kind.continues)):
        pytest.skip("they are shipped")
    app = open_page("pages/attention.py", lang="zh")
    assert app.session_state["model"] == "decoder-stories"
    assert app.text_input(key="text").value == TOM
    app = open_page("pages/compare.py", text="我在学校看书。")
    assert list(app.table[0].value.iloc[:, 0]) == list(model_ids())
