"""The store, on SQLite and on PostgreSQL: what is kept, under which names, and what is not."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect

from viz_core import views
from viz_core.errors import InputError, VizError
from viz_core.store import links, open_store
from viz_core.store.tables import LINKS, TABLES
from viz_core.views import View, read_view

TOM = View("attention", {"text": ("Tom is a cat.",), "layer": ("1",)}, "en", {"m": "abc"})


def test_migrations_lead_to_the_tables(store):
    found = inspect(store.engine)
    for table in TABLES.sorted_tables:
        assert {c["name"] for c in found.get_columns(table.name)} == set(table.c.keys())


def test_a_view_has_one_id_and_comes_back(store):
    first = links.keep(store, TOM)
    assert len(first) == links.SHORTEST
    assert TOM.key.startswith(first)
    again = View(TOM.page, dict(reversed(TOM.values.items())), TOM.language, dict(TOM.weights))
    assert links.keep(store, again) == first
    assert links.find(store, f" {first.upper().replace('0', 'O').replace('1', 'I')} ") == TOM


def test_a_taken_prefix_makes_the_next_one_longer(store):
    with store.writing() as connection:
        for n in (9, 10):
            row = {"key": f"other{n}", "id": TOM.key[:n], "view": "{}"}
            connection.execute(LINKS.insert().values(row))
    assert links.keep(store, TOM) == TOM.key[:11]
    assert links.keep(store, TOM) == TOM.key[:11]


@pytest.mark.parametrize(
    "typed", ["", "abc", "0123456789", "../../etc", "'; DROP TABLE links", "é"]
)
def test_a_link_that_is_none_is_told(store, typed):
    with pytest.raises(InputError, match="There is no link"):
        links.find(store, typed)


def test_many_at_once_get_one_id(store):
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _n: links.keep(store, TOM), range(24)))) == 1


def test_nothing_personal_has_a_place():
    columns = {f"{t.name}.{c.name}" for t in TABLES.sorted_tables for c in t.c}
    assert columns == {
        *("links.key", "links.id", "links.view"),
        *(f"rooms.{n}" for n in "code secret word holder version view told".split()),
        *("rooms.question", "rooms.used"),
        *(f"questions.{n}" for n in "code number asked revealed".split()),
        *(f"guesses.{n}" for n in "code number seat guess".split()),
        *(f"approved.{n}" for n in "code number guess".split()),
        *(f"present.{n}" for n in "code process n seen".split()),
    }


def test_a_wrong_url_is_told():
    for url in ("nonsense", "nosuchdb://x/y"):
        with pytest.raises(InputError, match="is not the address of a store"):
            open_store(url)


def test_a_password_is_not_told():
    with pytest.raises(InputError) as error:
        open_store("nosuchdb://user:secret@host/name")
    assert "secret" not in str(error.value)


def test_a_full_disk_is_told_and_keeps_what_there_was(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}/store.sqlite3")
    kept = links.keep(store, TOM)
    with store.engine.connect() as connection:  # SQLite's own way to have no more room
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()

    def no_room(connection, _record, _proxy):
        connection.execute(f"PRAGMA max_page_count={pages}")

    from sqlalchemy import event

    event.listen(store.engine, "checkout", no_room)

    def fill():
        for n in range(200):
            links.keep(store, View("attention", {"text": ("x" * 4000 + str(n),)}, "en"))

    with pytest.raises(VizError, match="is full"):
        fill()
    assert links.find(store, kept) == TOM


KEEP_UNTIL_KILLED = """
import sys
from viz_core.store import links, open_store
from viz_core.views import View
store = open_store(sys.argv[1])
for n in range(10_000):
    print(links.keep(store, View("attention", {"text": (str(n),)}, "en")), flush=True)
"""


def test_a_killed_process_loses_no_link_that_it_told(store, request):
    url = store.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    process = subprocess.Popen(
        [sys.executable, "-c", KEEP_UNTIL_KILLED, url],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
        env=os.environ | {"PYTHONPATH": "."},
    )
    told = [process.stdout.readline().strip() for _ in range(20)]
    process.send_signal(signal.SIGKILL)
    told += process.stdout.read().split()[:-1]  # the last line may be half of one
    process.wait()
    for n, link in enumerate(told):
        assert links.find(store, link).values["text"] == (str(n),)


def test_every_version_of_a_view_is_still_read():
    """A stored link of each version's time; a version without one fails here."""
    folder = Path(__file__).parent / "links"
    assert {path.stem for path in folder.glob("*.json")} == {
        str(version) for version in range(1, views.VERSION + 1)
    }
    for path in folder.glob("*.json"):
        view = read_view(path.read_text("utf-8"))
        assert view.page == "attention"
        assert view.values["text"] == ("Tom 是 a cat.",)
        assert json.loads(view.json)["v"] == views.VERSION


def test_steps_fall_through_to_the_present_version():
    steps = {
        1: lambda whole: {**whole, "v": 2, "values": {"text": whole["values"]["sentence"]}},
        2: lambda whole: {**whole, "v": 3, "page": whole["page"].lower()},
    }
    old = {"v": 1, "page": "Attention", "lang": "en", "values": {"sentence": ["Hi"]}, "weights": {}}
    view = read_view(json.dumps(old), steps)
    assert (view.page, view.values) == ("attention", {"text": ("Hi",)})
    assert old["page"] == "Attention"  # what is stored stays as it is
    with pytest.raises(InputError):
        read_view(json.dumps({**old, "v": 4}), steps)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"v": 1}',
        '{"v": 99, "page": "attention"}',
        '{"v":1,"page":"../etc","lang":"en","values":{},"weights":{}}',
        '{"v":1,"page":"attention","lang":"xx","values":{},"weights":{}}',
        '{"v":1,"page":"attention","lang":"en","values":[],"weights":{}}',
        '{"v":1,"page":"attention","lang":"en","values":{"text":["'
        + "x" * 30_000
        + '"]},"weights":{}}',
    ],
)
def test_what_is_no_view_is_refused(text):
    with pytest.raises(InputError):
        read_view(text)


def test_weights_that_changed_are_named():
    view = views.view_at("/attention?model=decoder-stories&text=Hi", "en")
    assert set(view.weights) == {"decoder-stories"}
    assert view.changed() == []
    other = View(view.page, view.values, "en", {"decoder-stories": "0" * 12, "gone": "1" * 12})
    assert other.changed() == ["decoder-stories", "gone"]
