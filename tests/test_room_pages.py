"""A room's addresses: who may do what, what is told to whom, and what is refused."""

import asyncio
import csv
import io
import json

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from viz_core import rates
from viz_core.errors import VizError
from viz_core.handout.document import Handout
from viz_core.stage.question import Question
from viz_core.store import questions, rooms
from viz_core.views import View
from viz_core.web import feed
from viz_core.web.rooms import SEAT, Shelf
from viz_core.web.routes import routes

EVIL = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
HERE = {"origin": "http://here.test"}
CHOICE = Question("Which?", ("red", "blue"), {"red": 0.75, "blue": 0.25}, ("red",), "secret-red")
TYPED = Question(f"Next? {EVIL}", (), {"fish": 0.9}, ("fish",), "fish")


@pytest.fixture(autouse=True)
def anew():
    rates._limiter.storage.reset()


@pytest.fixture
def browser(own_store):
    """Makes browsers, each with its own cookies."""
    app = Starlette(routes=routes())
    return lambda: TestClient(app, "http://here.test", follow_redirects=False)


@pytest.fixture
def lecturer(browser):
    client = browser()
    answer = client.post("/r/new", data={"at": "/attention?text=Tom+is"}, headers=HERE)
    assert answer.status_code == 200
    client.code = client.cookies["atlas_room"].partition(".")[0]
    client.word = answer.text.partition('class="word">')[2].partition("<")[0]
    return client


def student(browser, code):
    client = browser()
    assert client.get(f"/r/{code.lower()}").status_code == 200
    assert client.cookies[SEAT]
    return client


def say(client, code, number, guess, **headers):
    values = {"number": str(number), "guess": guess}
    return client.post(f"/r/{code}/guess", json=values, headers=HERE | headers)


def order(client, code, **values):
    return client.post(f"/r/{code}/lead/do", json=values, headers=HERE)


def test_a_room_is_opened_with_a_code_a_key_and_a_word(lecturer, own_store):
    assert len(lecturer.code) == 5
    assert rooms.find_room(own_store, lecturer.code).view.values["text"] == ("Tom is",)
    assert len(lecturer.word.replace(" ", "")) == rooms.WORD_LENGTH
    assert (
        "SameSite=strict"
        in lecturer.post("/r/new", data={"at": "/"}, headers=HERE).headers["set-cookie"]
    )


def test_only_the_key_leads(browser, lecturer, own_store):
    code, before = lecturer.code, rooms.find_room(own_store, lecturer.code)
    other = student(browser, code)
    for act in ("go", "ask", "reveal", "done", "close", "approve"):
        answer = order(other, code, do=act, address="/memory", guess="x")
        assert answer.status_code == 403, act
    for path in ("answers.csv", "lead/events", "lead/next?at=/memory"):
        assert other.get(f"/r/{code}/{path}").status_code == 403, path
    assert other.get(f"/r/{code}/speaker").headers["location"] == f"/r/{code}/lead"
    other.cookies.set("atlas_room", f"{code}.guessed")
    assert order(other, code, do="close").status_code == 403
    assert rooms.find_room(own_store, code) == before
    assert lecturer.get(f"/r/{code}/speaker").status_code == 200


def test_the_key_of_one_room_is_none_of_another(browser, lecturer):
    other = browser()
    other.post("/r/new", data={"at": "/"}, headers=HERE)
    assert order(other, lecturer.code, do="close").status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://here.test.evil.example"},
        HERE | {"sec-fetch-site": "cross-site"},
    ],
)
def test_what_another_site_sends_is_refused(lecturer, own_store, headers):
    code = lecturer.code
    number = questions.ask(own_store, code, CHOICE)
    lecturer.get(f"/r/{code}")
    for path, values in (
        ("/r/new", {"at": "/"}),
        (f"/r/{code}/lead/do", {"do": "close"}),
        (f"/r/{code}/lead", {"word": lecturer.word}),
        (f"/r/{code}/guess", {"number": str(number), "guess": "red"}),
    ):
        assert lecturer.post(path, data=values, headers=headers).status_code == 403, path
    assert questions.guesses(own_store, code, number) == []
    assert rooms.find_room(own_store, code)


def test_the_speaker_moves_the_lecture_to_views_of_ours_alone(lecturer, own_store):
    code = lecturer.code
    assert order(lecturer, code, do="go", address="/memory?text=Hi&tour=atlas").status_code == 200
    room = rooms.find_room(own_store, code)
    assert (room.view.page, room.view.values) == ("memory", {"text": ("Hi",)})
    assert json.loads(room.told) == {"do": "go", "address": "/memory?text=Hi&tour=atlas"}
    order(lecturer, code, do="go", address="https://evil.example/attention?text=1")
    assert json.loads(rooms.find_room(own_store, code).told)["address"] == "/attention?text=1"
    for address in ("/nowhere", "javascript:alert(1)", "//evil.example/x"):
        assert order(lecturer, code, do="go", address=address).status_code == 404
    assert order(lecturer, code, do="explode").status_code == 404


def test_while_a_class_guesses_neither_view_nor_answer_is_told(browser, lecturer, own_store):
    code = lecturer.code
    one = student(browser, code)
    key = rooms.find_room(own_store, code).view.key
    number = questions.ask(own_store, code, CHOICE)
    told = feed.state_of(own_store, rooms.find_room(own_store, code))
    assert told["asked"] == {"number": number, "prompt": "Which?", "options": ["red", "blue"]}
    assert "secret" not in json.dumps(told)
    assert not {"view", "result"} & set(told)
    assert one.get(f"/r/{code}/view/{key}").status_code == 409
    assert say(one, code, number, "blue").json() == {"counted": True}
    questions.reveal(own_store, code)
    told = feed.state_of(own_store, rooms.find_room(own_store, code))
    assert told["result"]["answer"] == "secret-red"
    assert [(r["answer"], r["n"], r["prob"]) for r in told["result"]["rows"]] == [
        ("blue", 1, 0.25),
        ("red", 0, 0.75),
    ]
    assert say(one, code, number, "red").status_code == 409


def test_a_view_that_failed_is_made_again_when_somebody_asks_again(monkeypatch):
    answers = iter([VizError("the store is full"), Handout("Title", "<p>body</p>", (), "", None)])

    def made(_view, _scheme):
        answer = next(answers)
        if isinstance(answer, VizError):
            raise answer
        return answer

    async def twice():
        shelf, view = Shelf(), View("attention", {}, "en")
        first, _body = await shelf.get(view, "light")
        await asyncio.sleep(0)
        assert shelf.ready(view.key, "light") is None
        second = await shelf.get(view, "light")
        assert shelf.ready(view.key, "light") == second
        return first, second[0]

    monkeypatch.setattr("viz_core.web.rooms.handout", made)
    assert asyncio.run(twice()) == (503, 200)


def test_votes_are_not_told_before_the_answer_is(browser, lecturer, own_store):
    code = lecturer.code
    number = questions.ask(own_store, code, CHOICE)
    before = feed.state_of(own_store, rooms.find_room(own_store, code))
    say(student(browser, code), code, number, "red")
    assert feed.state_of(own_store, rooms.find_room(own_store, code)) == before


def test_a_seat_that_the_room_did_not_give_counts_nothing(browser, lecturer, own_store):
    code = lecturer.code
    number = questions.ask(own_store, code, CHOICE)
    for seat in ("", "made-up", "a.b", f"x.{'0' * 32}"):
        client = browser()
        client.cookies.set(SEAT, seat)
        assert say(client, code, number, "red").status_code == 403
    other = rooms.open_room(own_store, View("home", {}, "en"))
    client = browser()
    client.cookies.set(SEAT, rooms.new_seat(own_store, other.code))
    assert say(client, code, number, "red").status_code == 403
    assert questions.guesses(own_store, code, number) == []


def test_codes_can_not_be_tried_out(browser, lecturer):
    inside = student(browser, lecturer.code)
    guesser = browser()
    statuses = [guesser.get(f"/r/ZZZZ{chr(65 + n % 26)}").status_code for n in range(40)]
    assert statuses[:30] == [404] * 30
    assert set(statuses[30:]) == {429}
    assert (
        guesser.get(f"/r/{lecturer.code}").status_code == 429
    )  # it does not learn that this is one
    guesser.cookies.set(SEAT, "made.up")
    assert guesser.get(f"/r/{lecturer.code}").status_code == 429
    assert inside.get(f"/r/{lecturer.code}").status_code == 200  # who is in stays in


def test_words_can_not_be_tried_out(browser, lecturer):
    code, client = lecturer.code, browser()
    for _n in range(10):
        wrong = client.post(f"/r/{code}/lead", data={"word": "wrong"}, headers=HERE)
        assert wrong.status_code == 403
    blocked = client.post(f"/r/{code}/lead", data={"word": lecturer.word}, headers=HERE)
    assert blocked.status_code == 429


def test_the_printed_word_hands_the_room_over(browser, lecturer):
    code, client = lecturer.code, browser()
    answer = client.post(f"/r/{code}/lead", data={"word": lecturer.word}, headers=HERE)
    assert answer.headers["location"] == f"/r/{code}/speaker"
    assert order(client, code, do="done").status_code == 200
    assert order(lecturer, code, do="done").status_code == 403


def test_what_is_typed_is_text_everywhere(browser, lecturer, own_store):
    code = lecturer.code
    number = questions.ask(own_store, code, TYPED)
    one = student(browser, code)
    assert say(one, code, number, EVIL[:80]).status_code == 200
    assert say(one, code, number, "x" * 81).status_code == 409
    assert say(one, code, number, "").status_code == 409
    for path in (f"/r/{code}", f"/r/{code}/speaker", f"/r/new?at={EVIL}", f"/r?code={EVIL}"):
        client = lecturer if "speaker" in path else one
        text = client.get(path).text
        assert "<img src=x" not in text, path
        assert "<script>alert" not in text, path
    assert one.post(f"/r/{code}/guess", content=b"x" * 9000, headers=HERE).status_code == 413
    assert (
        one.post(
            f"/r/{code}/guess", content=b"[1", headers=HERE | {"content-type": "application/json"}
        ).status_code
        == 400
    )


def test_guesses_as_a_table_hold_no_formula_and_no_name(browser, lecturer, own_store):
    code = lecturer.code
    number = questions.ask(own_store, code, TYPED)
    for guess in ("=1+1", "fish", "@sum"):
        say(student(browser, code), code, number, guess)
    answer = lecturer.get(f"/r/{code}/answers.csv")
    table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert sorted(row["guess"] for row in table) == ["'=1+1", "'@sum", "fish"]
    assert sorted(row["seat"] for row in table) == ["1", "2", "3"]
    assert {row["right"] for row in table if row["guess"] == "fish"} == {"true"}
    assert set(table[0]) == {"question", "asked", "seat", "guess", "right", "model"}


def test_an_ended_room_is_gone(browser, lecturer):
    one = student(browser, lecturer.code)
    assert order(lecturer, lecturer.code, do="close").status_code == 200
    assert one.get(f"/r/{lecturer.code}").status_code == 404


def test_followers_of_two_processes_get_every_state_and_the_end(own_store, monkeypatch):
    monkeypatch.setattr(feed, "BEAT", 0.01)
    opened = rooms.open_room(own_store, View("attention", {"text": ("a",)}, "en"))
    rooms.lead(own_store, opened.code, "window")

    async def hold():
        first, second = feed.Feed(), feed.Feed()
        students = [one.follow(opened.code) for one in (first, first, second)]
        leader = second.follow(opened.code, leads=True)

        async def states(n=1):
            found = [[await anext(one) for _n in range(n)] for one in students]
            return [json.loads(events[-1]["data"]) for events in found]

        start = await states()
        assert {one["version"] for one in start} == {1}
        view = View("memory", {"text": ("b",)}, "en")
        rooms.publish(own_store, opened.code, "window", view)
        assert {one["view"] for one in await states()} == {view.key}
        late = first.follow(opened.code)
        assert json.loads((await anext(late))["data"])["view"] == view.key
        counts = {}
        while counts.get("here") != 4:
            event = await asyncio.wait_for(anext(leader), 20)
            if event["event"] == "counts":
                counts = json.loads(event["data"])
        rooms.close(own_store, opened.code)
        assert all(one == {"ended": True} for one in await states())
        for one in [*students, late, leader]:
            await one.aclose()

    asyncio.run(asyncio.wait_for(hold(), 60))
