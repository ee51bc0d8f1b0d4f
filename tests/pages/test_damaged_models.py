"""Pages while a checkpoint is damaged: it is told and not offered, and all the others work."""

import pytest
import streamlit as st
from checkpoint_copies import change_weights, flip, to_damage, use_copies
from opened import ROOT, open_page
from streamlit.testing.v1 import AppTest

from viz_core import registry, ui

PAGES = sorted(f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py"))
DECODER = "decoder-stories"


@pytest.fixture
def copies(tmp_path, monkeypatch):
    st.cache_resource.clear()  # what this process has read and made of the shipped ones
    yield use_copies(tmp_path, monkeypatch)
    st.cache_resource.clear()


def warnings_of(app):
    return [w.value.replace("\\", "") for w in app.warning]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_without_one_models_weights(copies, page):
    (to_damage(copies, DECODER) / "model.safetensors").unlink()
    app = open_page(page)
    assert not app.exception
    assert not app.error
    for widget in (*app.selectbox, *app.segmented_control):
        assert DECODER not in widget.options


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_without_figures(copies, page):
    for path in sorted(copies.iterdir()):
        (to_damage(copies, path.name) / "metrics.json").unlink()
    app = open_page(page)
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("page", ["home", "attention", "translate", "distance", "positions"])
def test_without_any_model_a_page_says_why(copies, page):
    for path in sorted(copies.iterdir()):
        (to_damage(copies, path.name) / "model.safetensors").unlink()
    app = open_page(f"pages/{page}.py")
    assert not app.exception
    assert len(app.warning) >= 12


@pytest.mark.parametrize(
    ("page", "key"), [("attention", "model"), ("home", "model"), ("next_word", "models")]
)
def test_a_link_to_it_says_what_is_wrong_with_it(copies, page, key):
    flip(to_damage(copies, DECODER) / "model.safetensors")
    ui.warm_up()  # as app.py begins
    app = open_page(f"pages/{page}.py", **{key: DECODER})
    assert not app.exception
    assert "SHA-256 of model" in warnings_of(app)[0]


def spoil(weights):
    weights["embed.weight"].fill_(float("nan"))


def test_home_lists_it_with_its_sentence(copies):
    change_weights(to_damage(copies, "rnn-stories"), spoil)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    assert not app.exception
    assert not app.error
    assert any("rnn-stories" in said and "no numbers" in said for said in warnings_of(app))
    listed = app.table[0].value["Model"].tolist()
    assert listed == [i for i in registry.registered() if i != "rnn-stories"]
