"""Links that nobody made by clicking: no page fails over one, and none shows another's text."""

import random

import pytest
from opened import ROOT, long_link, open_page, said

from viz_core.links import Number, link_of

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
VIEWS = [  # page, and what its link says so that all of its numbers are asked for
    *((page, {}) for page in PAGES),
    ("next_word", {"strategy": "sample"}),
    ("positions", {"part": "order"}),
    ("positions", {"part": "order", "order": "swap"}),
    ("positions", {"part": "turning"}),
]
ODD = (
    *("", "0", "-1", "1e400", "-Infinity", "NaN", "1e308", "9" * 5000, "0x10", "１", "1.5", "true"),
    *("../../etc/passwd", "javascript:alert(1)", "<img src=x onerror=alert(1)>", "\x00", "😀" * 40),
    *("decoder-stories", "rnn-stories", "transformer-zh-en", "positions-alibi", "mean", "cross"),
)


@pytest.mark.parametrize("value", ["1e400", "-Infinity", "NaN"])
@pytest.mark.parametrize(("page", "state"), VIEWS)
def test_a_number_that_cannot_be_is_absent(page, state, value):
    numbers = {item.key: value for item in link_of(page) if isinstance(item, Number)}
    if not numbers:
        pytest.skip("no numbers")
    app = open_page(f"pages/{page}.py", **state, **numbers)
    assert not app.exception
    assert not app.error
    plain = open_page(f"pages/{page}.py", **state)
    for widget in (*plain.number_input, *plain.slider):
        other = [w for w in (*app.number_input, *app.slider) if w.key == widget.key]
        assert [w.value for w in other] == [widget.value]


def test_a_number_after_one_that_could_not_be_stands_in_the_link():
    app = open_page("pages/attention.py", word="1e400")
    app.number_input(key="word").set_value(2).run()
    app.number_input(key="word").set_value(3).run()
    assert not app.exception
    assert "word=3" in long_link(app)


@pytest.mark.parametrize("seed", range(30))
def test_a_link_of_odd_values_is_answered(seed):
    dice = random.Random(seed)
    page = dice.choice(PAGES)
    keys = [*link_of(page).keys, "lang", "v", "tour", "tour_stop"]
    link = {key: dice.choice(ODD) for key in dice.sample(keys, dice.randint(1, len(keys)))}
    app = open_page(f"pages/{page}.py", **link)
    assert not app.exception, link
    assert app.title, link


@pytest.mark.parametrize(
    "name", ["https://evil.example/x", "www.evil.example", "a@evil.example", ":material/home:"]
)
def test_a_link_in_an_error_is_broken(name):
    app = open_page("pages/cost.py", tour=name)
    shown = app.error[0].value.replace("\\", "")
    assert name not in shown
    assert name in shown.replace("\u200b", "")


def test_one_visitors_text_is_not_anothers():
    mine = "Zanzibar the cat is mine"
    first = open_page("pages/attention.py", text=mine)
    assert first.text_input(key="text").value == mine
    second = open_page("pages/attention.py")
    assert second.text_input(key="text").value != mine
    assert "Zanzibar" not in said(second)
    assert all("Zanzibar" not in chart.proto.spec for chart in second.get("plotly_chart"))
