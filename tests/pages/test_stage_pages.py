"""Sharing a view, opening a short link, leading a room: on the pages themselves."""

import pytest
from opened import open_page, said

from viz_core.store import links, questions, rooms
from viz_core.ui import stage
from viz_core.views import View, pages

TOM = "Tom is a cat. Tom's favorite food is"


def share(app):
    app.session_state["share_open"] = True
    return app.run()


def short_link(app):
    return next(c.value for c in app.code if "/s/" in c.value and " · " not in c.value)


@pytest.mark.parametrize("page", [page for page in pages() if page != "cost"])
def test_a_short_link_opens_the_view_that_it_was_made_of(page, own_store):
    app = share(open_page(f"pages/{page}.py", text="Tom is a dog. Tom eats", lang="en"))
    assert not app.exception
    link = short_link(app).rpartition("/")[2].strip()
    kept = links.find(own_store, link)
    assert kept.page == page
    again = open_page(f"pages/{page}.py", s=link)
    assert not again.exception
    assert not again.error
    share(again)
    assert short_link(again) == short_link(app)  # the same view has the same id


def test_nothing_is_kept_before_share_is_opened(own_store):
    open_page("pages/attention.py", text="Tom is my secret")
    with own_store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM links").scalar() == 0


def test_a_text_too_long_for_an_address_comes_back(own_store):
    text = "The cat sat. " * 18
    link = links.keep(own_store, View("next_word", {"text": (text.strip() + "é" * 40,)}, "en"))
    app = open_page("pages/next_word.py", s=link)
    assert app.text_input(key="text").value == text.strip() + "é" * 40


def test_weights_that_changed_are_told(own_store):
    values = {"model": ("decoder-stories",), "text": ("Tom is",)}
    link = links.keep(own_store, View("attention", values, "en", {"decoder-stories": "0" * 12}))
    app = open_page("pages/attention.py", s=link)
    assert "weights of decoder" in app.warning[0].value
    same = View("attention", values, "en")
    assert not open_page("pages/attention.py", s=links.keep(own_store, same)).warning


def test_a_link_that_is_none_is_told_and_the_page_opens(own_store):
    app = open_page("pages/attention.py", s="<script>alert(1)</script>")
    assert "There is no link" in app.error[0].value
    assert app.get("plotly_chart")


@pytest.mark.parametrize(
    ("address", "hidden", "kept"),
    [
        (
            {"show": "picture"},
            ("st-key-controls_", "st-key-text_row", "stAppHeader"),
            ("stHeading",),
        ),
        ({"hide": "title, share"}, ("st-key-title_row", "st-key-share"), ("st-key-controls_",)),
        ({"hide": "body,</style><script>"}, (), ("script", "st-key-title_row")),
        ({}, (), ("st-key-text_row {", "stAppHeader,")),
    ],
)
def test_parts_are_left_out_as_the_address_says(address, hidden, kept):
    app = open_page("pages/attention.py", **address)
    styles = [e.proto.body for e in app.get("html") if "display: none !important" in e.proto.body]
    own = " ".join(style for style in styles if style.startswith("<style>.") or "[" in style[:9])
    for name in hidden:
        assert name in own
    for name in kept:
        assert name not in own
    assert not app.exception


def test_whoever_browses_alone_finds_the_way_back():
    assert 'href="/r/ABCDE"' in said(open_page("pages/attention.py", room="abcde"))
    for none in ("ABC", 'A"><b', "ABCDI"):
        assert 'href="/r/' not in said(open_page("pages/attention.py", room=none))


@pytest.fixture
def led(own_store, monkeypatch):
    opened = rooms.open_room(own_store, View("attention", {}, "en"))
    monkeypatch.setattr(stage, "key_of", lambda _cookies: (opened.code, opened.key))
    return opened.code


def now(store, code):
    return rooms.find_room(store, code)


def test_the_page_that_leads_publishes_what_it_shows(led, own_store):
    app = open_page("pages/memory.py", text=TOM)
    assert not app.exception
    room = now(own_store, led)
    assert (room.view.page, room.view.values["text"]) == ("memory", (TOM,))
    app.text_input(key="text").set_value("Sue is a dog. Sue eats").run()
    assert now(own_store, led).view.values["text"] == ("Sue is a dog. Sue eats",)


def test_a_key_that_is_none_publishes_nothing(led, own_store, monkeypatch):
    before = now(own_store, led)
    monkeypatch.setattr(stage, "key_of", lambda _cookies: (led, "another key"))
    open_page("pages/memory.py", text=TOM)
    assert now(own_store, led) == before


@pytest.mark.parametrize(
    ("page", "link", "prompt", "right"),
    [
        ("next_word", {}, "Which word comes next?", {"fish"}),
        ("attention", {"layer": "1", "head": "2", "word": "6"}, "look at most?", {"cat"}),
        ("compare", {}, "does not say “fish”", None),
        ("memory", {"states": "f"}, "gate f open or shut", None),
        ("translate", {"text": "我正在吃饭。"}, "Translate", set()),
    ],
)
def test_a_page_asks_its_question_before_it_shows_anything(
    led, own_store, page, link, prompt, right
):
    before = now(own_store, led)
    text = {"text": f"{TOM} fish." if page == "attention" else TOM}
    app = open_page(f"pages/{page}.py", ask="true", **(text | link))
    assert not app.exception
    room = now(own_store, led)
    assert room.view == before.view  # what is asked about is not shown yet
    question = room.asked.question
    assert prompt in question.prompt
    if right is not None:
        assert set(question.right) == right
    assert all(0 <= share <= 1 for share in question.probs.values())
    assert any("visibility: hidden" in e.proto.body for e in app.get("html"))
    questions.reveal(own_store, led)
    app.run()
    assert now(own_store, led).view.page == page
    assert not any("visibility: hidden" in e.proto.body for e in app.get("html"))


def test_a_page_without_a_question_says_so(led, own_store):
    app = open_page("pages/anatomy.py", ask="true")
    assert "has no question" in app.error[0].value
    assert now(own_store, led).asked is None
