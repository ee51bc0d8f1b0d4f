"""Tours are read as they were written, and a faulty one says where and how to mend it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from viz_core import tour
from viz_core.errors import InputError
from viz_core.i18n import LANGUAGES, speaking
from viz_core.tour import read_tour, tour_files, tour_names

GOOD = """# A tour
About *words*.

## [One](attention?model=encoder-stories&text=Tom+is+a+[MASK].&off=a&off=b&lang=zh&v=1)
See this.

Try that.

## [Two (again)](?text=我正在吃饭。)
Home.
## [Three](cost)
Cost.
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tour, "FOLDER", tmp_path)
    return tmp_path


def test_a_tour_is_title_intro_and_stops(folder):
    (folder / "mine.en.md").write_text(GOOD, "utf-8")
    found = read_tour("mine", "en")
    assert (found.name, found.title, found.intro) == ("mine", "A tour", "About *words*.")
    one, two, three = found.stops
    assert (one.title, one.text, one.page) == ("One", "See this.\n\nTry that.", "attention")
    assert one.state == {
        "model": ("encoder-stories",),
        "text": ("Tom is a [MASK].",),
        "off": ("a", "b"),
    }  # the visitor's own language stays
    assert (two.title, two.page, two.state) == ("Two (again)", "home", {"text": ("我正在吃饭。",)})
    assert (three.page, three.state) == ("cost", {})


def test_a_link_is_followed_from_any_page(folder):
    (folder / "mine.en.md").write_text(GOOD, "utf-8")
    one, two, three = read_tour("mine", "en").stops
    assert one.link(tour="mine").endswith("&off=a&off=b&tour=mine")
    assert one.link().startswith("./attention?model=encoder-stories&text=Tom+is+a+%5BMASK%5D.")
    assert two.link(tour_stop=2).startswith("./?text=%E6%88%91")
    assert replace(three, page="home").link(tour="mine") == "./?tour=mine"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "begins with its title"),
        ("No title\n## [One](cost)\nSee.", 1, "begins with its title"),
        ("#\n## [One](cost)\nSee.", 1, "begins with its title"),
        ("# Title\nIntro.\n", 2, "no stop follows"),
        ("# Title\n\n## One\nSee.", 3, "leads nowhere"),
        ("# Title\n## [One](cost)\nSee.\n\n##[Two](cost)\nSee.", 5, "leads nowhere"),
        (
            "# Title\n## [One](costs?what=steps)\nSee.",
            2,
            "no page “costs”. Choose one of: anatomy,",
        ),
        ("# Title\n## [One](../app?x=1)\nSee.", 2, "no page “../app”"),
        (
            "# Title\n## [One](http://localhost:8501/cost?what=steps)\nSee.",
            2,
            "not a link to a view",
        ),
        ("# Title\n## [One](//evil/cost)\nSee.", 2, "not a link to a view"),
        ("# Title\n## [One](javascript:alert)\nSee.", 2, "not a link to a view"),
        ("# Title\n## [One](cost?what)\nSee.", 2, "not a link to a view"),
        ("# Title\n## [One](http://[x)\nSee.", 2, "not a link to a view"),
        ("# Title\n## [One](cost)\n\n## [Two](home)\nSee.", 2, "nothing is said"),
    ],
)
def test_a_fault_is_named_with_its_line(folder, text, line, what):
    (folder / "bad.en.md").write_text(text, "utf-8")
    with pytest.raises(InputError) as raised:
        read_tour("bad", "en")
    assert str(raised.value).startswith(f"bad.en.md, line {line}: ")
    assert what in str(raised.value)


def test_another_encoding_is_named(folder):
    (folder / "bad.en.md").write_bytes("# Title é".encode("latin-1"))
    with pytest.raises(InputError, match=r"bad.en.md, line 1: byte 9 of the file, 0xE9"):
        read_tour("bad", "en")


def test_an_editors_marks_are_no_fault(folder):
    text = "\ufeff" + GOOD.replace("\n", "\r\n")
    (folder / "mine.en.md").write_bytes(text.encode())
    assert len(read_tour("mine", "en").stops) == 3


def test_a_missing_language_falls_back(folder):
    (folder / "both.en.md").write_text(GOOD, "utf-8")
    (folder / "both.zh.md").write_text(GOOD.replace("A tour", "一次导览"), "utf-8")
    (folder / "english.en.md").write_text(GOOD, "utf-8")
    (folder / "chinese.zh.md").write_text(GOOD.replace("A tour", "一次导览"), "utf-8")
    assert read_tour("both", "zh").title == "一次导览"
    assert read_tour("both", "en").title == "A tour"
    assert read_tour("english", "zh").title == "A tour"
    assert read_tour("chinese", "en").title == "一次导览"


def test_only_files_of_the_folder_are_tours(folder):
    (folder / "mine.en.md").write_text(GOOD, "utf-8")
    for other in ("README.md", "mine.fr.md", "a b.en.md", "mine.en.txt", ".en.md"):
        (folder / other).write_text(GOOD, "utf-8")
    (folder.parent / "outside.en.md").write_text(GOOD, "utf-8")
    assert tour_names() == ("mine",)
    for name in ("../outside", "outside", "mine.en", "MINE/", "", "\x00", "mine\n", "x" * 10_000):
        with pytest.raises(InputError, match=r"(?s)no tour “.{0,40}”. Choose one of: mine\.$"):
            read_tour(name, "en")


@pytest.mark.parametrize("name", tour_names())
def test_every_language_makes_the_same_stops(name):
    assert set(tour_files()[name]) == set(LANGUAGES)
    english, *others = (read_tour(name, code).stops for code in LANGUAGES)
    for other in others:
        assert [(s.page, s.state) for s in other] == [(s.page, s.state) for s in english]
        assert not {s.title for s in other} & {s.title for s in english}
        assert not {s.text for s in other} & {s.text for s in english}


def test_the_tour_of_the_app_stops_on_every_kind_of_page():
    pages = [stop.page for stop in read_tour("atlas", "en").stops]
    assert 10 <= len(pages) <= 14
    assert {"home", "compare", "memory", "attention", "next_word", "translate"} < set(pages)


def test_the_example_in_the_readme_is_a_tour(folder):
    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    (example,) = re.findall(r"```markdown\n(.*?)```", readme, re.S)
    (folder / "example.en.md").write_text(example, "utf-8")
    assert [stop.page for stop in read_tour("example", "en").stops] == ["attention", "compare"]


def test_a_fault_is_told_in_the_visitors_language(folder):
    (folder / "bad.en.md").write_text("# Title\n## [One](costs)\nSee.", "utf-8")
    with speaking("zh"), pytest.raises(InputError) as raised:
        read_tour("bad", "zh")
    assert "第 2 行" in str(raised.value)
