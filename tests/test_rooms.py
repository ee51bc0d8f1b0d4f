"""Rooms in the store, on SQLite and PostgreSQL: who leads, who guesses, what is left."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from viz_core.errors import InputError
from viz_core.stage.question import Question, result
from viz_core.store import questions, rooms
from viz_core.store.tables import TABLES
from viz_core.views import View

ONE = View("attention", {"text": ("Tom is",)}, "en")
TWO = View("memory", {"text": ("Tom is",)}, "en")
COLOURS = Question("Which?", ("red", "blue"), {"red": 0.75, "blue": 0.25}, ("red",), "red")
TYPED = Question("Next?", (), {"fish": 0.9, "milk": 0.1}, ("fish",), "fish")


@pytest.fixture
def room(store):
    opened = rooms.open_room(store, ONE)
    rooms.lead(store, opened.code, "window")
    return opened


def test_a_room_opens_with_secrets_that_are_not_stored(store, room):
    assert len(room.code) == 5
    with store.reading() as connection:
        held = " ".join(map(str, connection.execute(select(rooms.ROOMS)).one()))
    assert room.key not in held
    assert room.word not in held
    assert rooms.has_key(store, room.code.lower(), room.key)
    assert not rooms.has_key(store, room.code, "other")
    assert not rooms.has_key(store, "ZZZZZ", room.key)


def test_followers_see_what_the_holder_publishes_and_nobody_else(store, room):
    before = rooms.find_room(store, room.code)
    assert before.view == ONE
    assert not rooms.publish(store, room.code, "another window", TWO)
    assert rooms.find_room(store, room.code).version == before.version
    assert rooms.publish(store, room.code, "window", TWO)
    assert not rooms.publish(store, room.code, "window", TWO)  # no news
    after = rooms.find_room(store, room.code)
    assert (after.view, after.version) == (TWO, before.version + 1)
    rooms.lead(store, room.code, "another window")
    assert not rooms.publish(store, room.code, "window", ONE)
    assert rooms.versions(store, [room.code, "ZZZZZ"]) == {room.code: after.version}


def test_the_printed_word_makes_a_new_key_and_voids_the_old_one(store, room):
    assert rooms.hand_over(store, room.code, "wrong") is None
    spaced = f" {room.word[:4].upper()} {room.word[4:]}"
    key = rooms.hand_over(store, room.code, spaced)
    assert rooms.has_key(store, room.code, key)
    assert not rooms.has_key(store, room.code, room.key)
    assert not rooms.publish(store, room.code, "window", TWO)


def test_each_seat_guesses_once_until_the_answer_is_revealed(store, room):
    number = questions.ask(store, room.code, COLOURS)
    assert questions.guess(store, room.code, number, "anna", "blue")
    assert questions.guess(store, room.code, number, "anna", " red ")
    assert questions.guess(store, room.code, number, "ben", "blue")
    assert not questions.guess(store, room.code, number, "cid", "green")
    assert not questions.guess(store, room.code, number + 1, "cid", "red")
    assert sorted(questions.guesses(store, room.code, number)) == ["blue", "red"]
    questions.reveal(store, room.code)
    assert rooms.find_room(store, room.code).asked.revealed
    assert not questions.guess(store, room.code, number, "dan", "red")
    questions.done(store, room.code)
    assert rooms.find_room(store, room.code).asked is None
    assert questions.ask(store, room.code, TYPED) == number + 1
    given = questions.answers(store, room.code)
    assert [(asked.number, guess) for asked, _seat, guess in given] == (
        [(1, "red"), (1, "blue")] if rooms.hashed("anna") < rooms.hashed("ben")
        else [(1, "blue"), (1, "red")]
    )  # fmt: skip


def test_the_result_is_the_class_beside_the_model():
    said = result(COLOURS, ["red", "blue", "blue", "blue"], ())
    assert [(r.answer, r.n, r.share, r.prob, r.right) for r in said.rows] == [
        ("blue", 3, 0.75, 0.25, False),
        ("red", 1, 0.25, 0.75, True),
    ]
    assert (said.n, said.n_right, said.n_others) == (4, 1, 0)
    nobody = result(COLOURS, [], ())
    assert (nobody.n, nobody.rows[0].share) == (0, 0.0)


def test_what_is_typed_is_shown_when_the_model_names_it_or_it_is_approved(store, room):
    number = questions.ask(store, room.code, TYPED)
    for seat, typed in enumerate(["Fish", " MILK", "something rude", "", "x" * 81, "cheese"]):
        questions.guess(store, room.code, number, str(seat), typed)
    found = questions.guesses(store, room.code, number)
    assert sorted(found) == ["cheese", "fish", "milk", "something rude"]
    questions.approve(store, room.code, number, "cheese")
    questions.approve(store, room.code, number, "cheese")
    said = result(TYPED, found, questions.approved(store, room.code, number))
    assert {r.answer: r.prob for r in said.rows} == {"fish": 0.9, "milk": 0.1, "cheese": 0.0}
    assert (said.n, said.n_right, said.n_others) == (4, 1, 1)


def test_three_hundred_guess_at_once_and_each_counts(store, room):
    number = questions.ask(store, room.code, COLOURS)
    with ThreadPoolExecutor(16) as pool:
        counted = list(
            pool.map(
                lambda n: questions.guess(store, room.code, number, str(n), ("red", "blue")[n % 2]),
                range(300),
            )
        )
    assert all(counted)
    assert len(questions.guesses(store, room.code, number)) == 300


def test_followers_of_all_processes_are_counted(store, room):
    rooms.be_present(store, "first", {room.code: 20, "ZZZZZ": 5})
    rooms.be_present(store, "second", {room.code: 3})
    rooms.be_present(store, "first", {room.code: 21})
    assert rooms.n_present(store, room.code) == 24
    rooms.be_present(store, "first", {})
    assert rooms.n_present(store, room.code) == 3


def test_an_idle_room_ends_and_leaves_nothing(store, room):
    number = questions.ask(store, room.code, COLOURS)
    questions.guess(store, room.code, number, "anna", "red")
    questions.approve(store, room.code, number, "x")
    rooms.be_present(store, "first", {room.code: 1})
    soon = time.time() + rooms.IDLE - 60
    assert rooms.sweep(store, soon) == 0
    assert rooms.sweep(store, soon + 120) == 1
    with pytest.raises(InputError, match="There is no room"):
        rooms.find_room(store, room.code)
    with store.reading() as connection:
        for table in TABLES.sorted_tables:
            if table.name != "links":
                assert connection.scalar(select(func.count()).select_from(table)) == 0, table.name


GUESS_UNTIL_KILLED = """
import sys
from viz_core.store import open_store, questions
store = open_store(sys.argv[1])
for n in range(10_000):
    if questions.guess(store, sys.argv[2], 1, str(n), "red"):
        print(n, flush=True)
"""


def test_a_killed_process_loses_no_guess_that_it_counted(store, room):
    number = questions.ask(store, room.code, COLOURS)
    url = store.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    process = subprocess.Popen(
        [sys.executable, "-c", GUESS_UNTIL_KILLED, url, room.code],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
        env=os.environ | {"PYTHONPATH": "."},
    )
    told = [process.stdout.readline() for _ in range(20)]
    process.send_signal(signal.SIGKILL)
    told += process.stdout.readlines()
    process.wait()
    counted = len([line for line in told if line.endswith("\n")])
    assert len(questions.guesses(store, room.code, number)) in (counted, counted + 1)
