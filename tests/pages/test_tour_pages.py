"""Tours on the pages: every stop opens the view that it names, and leads to the next."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from opened import open_page
from streamlit.testing.v1 import AppTest

from viz_core import tour
from viz_core.i18n import LANGUAGES
from viz_core.tour import read_tour, tour_names

STOPS = [
    (name, language, number)
    for name in tour_names()
    for language in LANGUAGES
    for number in range(1, len(read_tour(name, language).stops) + 1)
]


def at(name, number, language="en", page=None, **more):
    stop = read_tour(name, language).stops[number - 1]
    state = {key: list(values) for key, values in stop.state.items()}
    asked = state | {"tour": name, "tour_stop": str(number), "lang": language} | more
    return stop, open_page(f"pages/{page or stop.page}.py", **asked)


def bar(app):
    """The links of the tour's bar, by their words; it is the first thing on a page."""
    found = next(
        e for e in app.get("bidi_component") if e.proto.component_name == "viz_core.tour_links"
    )
    return {one["label"]: one for one in json.loads(found.proto.json)["links"]}


def taken(value):
    """A widget's value as it stands in a link."""
    values = value if isinstance(value, list) else [value]
    return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in values)


@pytest.mark.parametrize(("name", "language", "number"), STOPS)
def test_a_stop_opens_its_view(name, language, number):
    stop, app = at(name, number, language)
    assert not app.exception
    assert not app.error
    shown = [e.value for e in app.markdown]
    n_stops = len(read_tour(name, language).stops)
    assert shown[:2] == [f"{number} / {n_stops} · **{stop.title}**", stop.text]
    for key, values in stop.state.items():
        assert taken(app.session_state[key]) == values, key
        assert key in app.query_params, f"{key} is as in a freshly opened page: leave it out"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stop_leads_to_its_neighbours(language):
    stops = read_tour("atlas", language).stops
    for number in (1, 5, len(stops)):
        links = list(bar(at("atlas", number, language)[1]).values())
        ways = {one["key"]: one["href"] for one in links if "key" in one}
        there = {"ArrowLeft": number - 1, "ArrowRight": number + 1}
        assert set(ways) == {key for key, n in there.items() if 0 < n <= len(stops)}
        for key, href in ways.items():
            path, query = urlsplit(href).path, parse_qs(urlsplit(href).query)
            stop = stops[there[key] - 1]
            assert path == ("./" if stop.page == "home" else f"./{stop.page}")
            asked = {k: list(v) for k, v in stop.state.items()}
            asked |= {"tour": ["atlas"], "tour_stop": [str(there[key])]}
            assert query == asked | ({"lang": ["zh"]} if language == "zh" else {})
        assert links[-1]["without"] == ["tour", "tour_stop"]


@pytest.mark.parametrize(
    ("asked", "number"),
    [("0", 1), ("-3", 1), ("99", -1), ("", 1), ("x", 1), ("2.5", 1), ("٣", 3), ("9" * 5000, -1)],
)
def test_the_nearest_stop_is_shown(asked, number):
    n_stops = len(read_tour("atlas", "en").stops)
    app = at("atlas", 1, page="anatomy", tour_stop=asked)[1]
    assert not app.exception
    assert app.markdown[0].value.startswith(f"{number % (n_stops + 1)} / {n_stops} ·")


@pytest.mark.parametrize("name", ["nowhere", "../tour", "<b>x</b>", "", "\x00", "atlas.en"])
def test_an_unknown_tour_is_a_sentence_above_the_page(name):
    app = open_page("pages/anatomy.py", tour=name, tour_stop="2")
    assert not app.exception
    assert "Choose one of\\: atlas" in app.error[0].value
    assert app.title[0].value == "What is it made of?"
    assert app.get("plotly_chart")


def test_a_faulty_tour_is_a_sentence_above_the_page(tmp_path, monkeypatch):
    (tmp_path / "mine.en.md").write_text("# Mine\n## [One](nowhere)\nSee.", "utf-8")
    monkeypatch.setattr(tour, "FOLDER", tmp_path)
    app = open_page("pages/anatomy.py", tour="mine")
    assert not app.exception
    assert "line 2" in app.error[0].value
    assert app.get("plotly_chart")


@pytest.mark.parametrize(
    ("page", "buttons"),
    [
        ("next_word", ("back", "forth")),
        ("translate", ("previous", "next")),
        ("positions", ("previous", "next")),
    ],
)
def test_the_arrow_keys_are_the_tours(page, buttons):
    def shortcuts(**links):
        app = open_page(f"pages/{page}.py", **links)
        return [app.button(key=key).proto.shortcut for key in buttons]

    assert shortcuts() == ["left", "right"]
    assert shortcuts(tour="atlas", tour_stop="2") == ["", ""]
    assert shortcuts(tour="nowhere") == ["left", "right"]


def test_the_walk_of_translate_keeps_its_own_stop():
    app = open_page("pages/translate.py", tour="atlas", tour_stop="8", stop="choice")
    assert app.session_state["stop"] == "choice"
    app.button(key="previous").click().run()
    assert app.session_state["stop"] == "cross"
    assert app.markdown[0].value.startswith("8 / ")


def test_a_language_switch_keeps_the_tour():
    app = at("atlas", 5)[1]
    app.segmented_control(key="lang").set_value("zh").run()
    assert app.markdown[0].value.endswith(f"**{read_tour('atlas', 'zh').stops[4].title}**")
    assert "lang=zh" in bar(app)["下一站 →"]["href"]


def _home():
    from viz_core import ui

    ui.show_tours()


def test_a_dropped_in_tour_can_be_begun(tmp_path, monkeypatch):
    (tmp_path / "good.en.md").write_text(
        "# Good\nIt is.\n## [One](cost)\nSee.\n## [Two](home)\nSee.", "utf-8"
    )
    (tmp_path / "bad.en.md").write_text("# Bad\n", "utf-8")
    monkeypatch.setattr(tour, "FOLDER", tmp_path)
    app = AppTest.from_function(_home).run()
    assert not app.exception
    assert "bad\\.en\\.md, line 1" in app.error[0].value
    (start,) = bar(app).values()
    assert start == {
        "label": "Start the tour",
        "about": "Good · 2 stops. It is.",
        "href": "./cost?tour=good&tour_stop=1",
        "first": True,
    }
