"""What links carry: declared once a page, and checked by that declaration."""

import pytest

from viz_core.errors import InputError
from viz_core.links import Number, check_stops, link_of
from viz_core.tour import PAGES, Stop, Tour

NAMES = sorted(path.stem for path in PAGES.glob("*.py"))


@pytest.mark.parametrize("page", NAMES)
def test_every_page_declares_its_link(page):
    link = link_of(page)
    assert link.page == page
    assert len(set(link.keys)) == len(link.keys)
    usual = {value.key: (value.default,) for value in link if value.default is not None}
    assert link.faults(usual) == []


@pytest.mark.parametrize(
    ("page", "state", "says"),
    [
        ("attention", {"model": ("rnn-stories",)}, "model is “rnn-stories”; it takes one of: deco"),
        ("attention", {"layer": ("4",)}, "layer is “4”; it takes 0 to 3"),
        ("attention", {"head": ("7",)}, "head is “7”; it takes one of: 0, 1, 2, 3, mean"),
        ("attention", {"nose": ("7",)}, "nose is not of this page; it takes model, text"),
        ("attention", {"layer": ("1", "2")}, "layer has 2 values; it takes one"),
        ("attention", {"reverse": ("yes",)}, "reverse is “yes”; it takes one of: true, false"),
        ("memory", {"model": ("rnn-stories",), "states": ("c",)}, "states is “c”"),
        ("next_word", {"models": ("encoder-stories",)}, "models is “encoder-stories”"),
        ("next_word", {"top_p": ("1e400",)}, "top_p is “1e400”; it takes 0.05 to 1.0"),
        ("next_word", {"seed": ("Infinity",)}, "seed is “Infinity”; it takes at least 0"),
        ("next_word", {"seed": ("nan",)}, "seed is “nan”; it takes at least 0"),
        ("translate", {"stop": ("end",)}, "stop is “end”; it takes one of: embeddings"),
    ],
)
def test_a_value_that_cannot_be_shown_is_told(page, state, says):
    (fault,) = link_of(page).faults(state)
    assert says in fault
    stop = Stop("Here", "See.", page, state)
    with pytest.raises(InputError, match="stop “Here”: "):
        check_stops(Tour("mine", "Mine", "", (stop,)))


@pytest.mark.parametrize(
    ("values", "number"),
    [
        (("3",), 3),
        (("-0.5",), -0.5),
        (("1", "2"), 2),
        (("1e400",), None),
        (("-1e400",), None),
        (("Infinity",), None),
        (("nan",), None),
        (("three",), None),
        (("",), None),
        ((), None),
    ],
)
def test_what_is_no_number_is_absent(values, number):
    assert Number("seed").read(values) == number


def test_gates_are_states_of_the_models_that_have_them():
    for model, states in (
        ("lstm-stories", "ifgoch"),
        ("gru-stories", "rznh"),
        ("rnn-stories", "h"),
    ):
        for state in states:
            assert link_of("memory").faults({"model": (model,), "states": (state,)}) == []
