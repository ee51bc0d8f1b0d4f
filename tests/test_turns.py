"""Large models: visitors take turns in the order in which they ask, and see their place."""

from threading import Event, Thread

import pytest
from opened import open_page, said

from viz_core.ui import turns
from viz_core.ui.turns import Turns


class Visitor(Thread):
    """Asks for a turn, keeps it until told to let go, and notes the places that it was told."""

    def __init__(self, queue, order, name):
        super().__init__(daemon=True)
        self.queue, self.order, self.called = queue, order, name
        self.has, self.release, self.asked = Event(), Event(), Event()
        self.places = []

    def run(self):
        with self.queue.take(self.waiting):
            self.order.append(self.called)
            self.has.set()
            self.release.wait(10)

    def waiting(self, before):
        self.places.append(before)
        self.asked.set()


def visitors(queue, names):
    """Threads that asked one after another."""
    order, there = [], []
    for name in names:
        visitor = Visitor(queue, order, name)
        visitor.start()
        assert visitor.has.wait(10) if len(there) < queue._at_once else visitor.asked.wait(10)
        there.append(visitor)
    return order, there


def test_whoever_asked_first_is_next():
    order, there = visitors(Turns(1), "abcd")
    assert order == ["a"]
    for n, visitor in enumerate(there):
        assert visitor.has.wait(10)
        assert order == list("abcd"[: n + 1])
        visitor.release.set()
        visitor.join(10)
    assert [visitor.places[0] for visitor in there[1:]] == [1, 2, 3]
    assert all(sorted(v.places, reverse=True) == v.places for v in there)


def test_two_compute_at_once_where_there_are_cores():
    _order, there = visitors(Turns(2), "abc")
    assert there[2].places[0] == 1
    there[1].release.set()
    assert there[2].has.wait(10)
    for visitor in there:
        visitor.release.set()


def test_whoever_goes_away_leaves_the_queue():
    queue = Turns(1)
    _order, (first,) = visitors(queue, "a")

    def gone(_place):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), queue.take(gone):
        pass
    first.release.set()
    first.join(10)
    with queue.take(lambda _place: pytest.fail("nobody is before")):
        pass
    with pytest.raises(ValueError, match="a fault"), queue.take():
        raise ValueError("a fault")
    assert not queue._tickets


def test_within_a_turn_there_is_another_at_once(monkeypatch):
    monkeypatch.setattr(turns, "LARGE", 0)
    monkeypatch.setattr(turns, "TURNS", Turns(1))
    with turns.turn("decoder-stories"), turns.turn("decoder-stories"):
        assert len(turns.TURNS._tickets) == 1
    assert not turns.TURNS._tickets


def test_small_models_wait_for_nobody():
    queue = turns.TURNS
    with turns.turn("decoder-stories"):
        assert not queue._tickets


def test_a_large_model_writes_the_same_text_word_by_word(monkeypatch):
    whole = open_page("pages/next_word.py", text="Once upon a time", step="6")
    taken = []
    take = Turns.take
    monkeypatch.setattr(turns, "LARGE", 0)
    monkeypatch.setattr(Turns, "take", lambda *given: taken.append(1) or take(*given))
    by_words = open_page("pages/next_word.py", text="Once upon a time", step="6")
    assert not by_words.exception
    assert said(by_words) == said(whole)
    assert len(taken) >= 8  # one to read the text, one for each word and the next one's choice
    assert not turns.TURNS._tickets
