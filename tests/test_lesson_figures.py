"""Pictures of the recurrent pages: the numbers in the figure are the numbers given."""

import numpy as np
import pytest

from viz_core.analysis.probabilities import Distribution
from viz_core.figures import (
    DARK,
    LIGHT,
    Course,
    Growth,
    StateMap,
    course_lines,
    distance_lines,
    growth_lines,
    guess_columns,
    influence_map,
    influence_strips,
    next_words,
    recall_chart,
    state_maps,
)
from viz_core.figures.grid import token_axis
from viz_core.figures.theme import kind_colour
from viz_core.trace import Guess, Tokens

TOKENS = Tokens(("[EOT]", "Tom", " <b>"), (4, 7, 8), (True, False, False))
HOSTILE = ["<b>x</b>", " &amp;", "$y$"]


def test_state_maps_hold_the_states_in_the_given_order():
    values = np.arange(12, dtype=np.float32).reshape(3, 4) / 12
    order = np.array([2, 0, 3, 1])
    maps = [StateMap("h", values, True), StateMap("i", values, False, "#56B4E9")]
    figure = state_maps(maps, TOKENS, order, word=1, unit=3)
    for drawn in figure.data:
        np.testing.assert_array_equal(drawn.z, values.T[order])
        np.testing.assert_array_equal(drawn.customdata[:, 0], order)
    assert (figure.data[0].zmin, figure.data[0].zmax) == (-1, 1)
    assert (figure.data[1].zmin, figure.data[1].zmax) == (0, 1)
    assert figure.layout.yaxis.tickvals == (2,)  # unit 3 stands third
    assert [shape.x0 for shape in figure.layout.shapes] == [0.5, 0.5]
    assert figure.layout.xaxis.ticktext[2] == "·&lt;b&gt;"


def test_a_cell_that_grows_has_a_scale_that_holds_it():
    figure = state_maps([StateMap("c", np.array([[-3.0, 1.0]]), True)], _one(), np.array([0, 1]))
    assert (figure.data[0].zmin, figure.data[0].zmax) == (-3, 3)


def _one():
    return Tokens(("a",), (5,), (False,))


def test_strips_share_one_signed_scale():
    courses = [
        Course("rnn-stories", "rnn", np.array([0.5, -2.0, np.nan])),
        Course("encoder-stories", "encoder", np.array([0.1, 0.2, 0.3])),
    ]
    figure = influence_strips(courses, HOSTILE, "nats")
    np.testing.assert_array_equal(figure.data[0].z, np.float32([c.values for c in courses]))
    assert (figure.data[0].zmin, figure.data[0].zmax) == (-2, 2)
    assert figure.data[0].text[0] == ["+0.50", "-2.00", ""]
    assert "<b>" not in "".join(figure.layout.xaxis.ticktext)
    assert kind_colour("rnn") in figure.layout.yaxis.ticktext[0]


def test_a_map_hatches_what_is_masked():
    values = np.array([[1.0, 9.0], [-3.0, 2.0]])
    masked = np.array([[False, True], [False, False]])
    figure = influence_map(values, ["a", "b"], ["a", "b"], "nats", masked=masked)
    assert np.isnan(figure.data[0].z[0, 1])
    assert figure.data[0].z[1, 0] == -3
    assert len(figure.data) == 2
    plain = influence_map(np.eye(2), ["a", "b"], ["a", "b"], "share", DARK, signed=False)
    assert (plain.data[0].zmin, plain.data[0].zmax) == (0, 1)
    assert plain.data[0].colorscale[0][1] == DARK.amounts[0]


def test_lines_over_words_leave_out_what_has_no_logarithm():
    course = Course("lstm-stories", "lstm", np.array([0.0, 1e-3, 10.0]))
    figure = course_lines([course], HOSTILE, "norm")
    assert np.isnan(figure.data[0].y[0])
    assert figure.data[0].y[2] == 10
    assert figure.layout.yaxis.type == "log"
    low, high = figure.layout.yaxis.range
    assert low < -3
    assert high > 1
    assert figure.data[0].line.color == kind_colour("lstm")


def test_distance_runs_from_far_to_near():
    course = Course("rnn-stories", "rnn", np.array([0.1, 0.9]))
    figure = distance_lines([(course, np.array([2, 1]), ["a", "b"])], "fall")
    assert figure.layout.xaxis.range[0] > figure.layout.xaxis.range[1]
    assert figure.data[0].x.tolist() == [2, 1]
    assert figure.data[0].y.tolist() == [0.1, 0.9]


def test_models_of_one_kind_are_told_apart_without_colour():
    values = np.array([0.5, 1.0])
    far = np.array([2, 1])
    courses = [
        (Course(name, kind, values * height), far, ["a", "b"])
        for name, kind, height in (
            ("decoder-stories", "decoder", 1.0),
            ("llama-stories", "decoder", 0.99),
            ("rnn-stories", "rnn", -0.1),
        )
    ]
    figure = distance_lines(courses, "fall")
    assert len({line.line.dash for line in figure.data}) == 3
    assert len({line.marker.symbol for line in figure.data}) == 3
    assert not figure.layout.showlegend
    named = {note.text: note for note in figure.layout.annotations}
    assert set(named) == {course.name for course, _x, _words in courses}
    assert all(note.x == 1 for note in named.values())  # at the lines' ends
    low, high = figure.layout.yaxis.range
    assert figure.layout.yaxis.type is None  # linear
    assert low < -0.1
    assert high > 1
    heights = [260 * (note.y - low) / (high - low) - note.ay for note in named.values()]
    gaps = np.diff(sorted(heights))
    assert gaps.min() >= 20 - 1e-6  # no name stands on another
    sizes = distance_lines(courses, "fall", log=True)
    assert min(sizes.data[2].y) > 0
    assert sizes.layout.yaxis.type == "log"


def test_the_pointer_learns_what_was_tried():
    course = Course("rnn", "rnn", np.array([0.1, 0.9]), [["Mary: 4 %", "<b>: 9 %"], []])
    strips = influence_strips([course], ["a", "b"], "p")
    assert list(strips.data[0].customdata[0]) == ["rnn<br>Mary: 4 %<br>&lt;b&gt;: 9 %", "rnn"]
    line = distance_lines([(course, np.array([2, 1]), ["a", "b"])], "p").data[0]
    assert line.customdata[0][1].startswith("<br>Mary: 4 %")


def guesses(*pairs, place=1):
    return Distribution(
        place,
        tuple(Guess(place, token, prob) for token, prob in pairs),
        1 - sum(prob for _token, prob in pairs),
        2048 - len(pairs),
        1.0,
    )


def test_guess_columns_add_up_to_one():
    distribution = guesses((" fish", 0.5), (" <b>hay", 0.25), (" nuts", 0.1))
    figure = guess_columns([("decoder-stories", "decoder", distribution)], n=2)
    bars, words = figure.data
    np.testing.assert_allclose(bars.x, [0.5, 0.25, 0.25])
    assert words.text[0] == "·fish  <b>50 %</b>"
    assert words.text[1].startswith("·&lt;b&gt;hay")
    assert "2,046" in words.text[2]  # the third guess is one of the others


def test_next_words_stand_under_their_word():
    distributions = [guesses((" a", 0.6), (" b", 0.3), place=n) for n in (1, 2, 3)]
    figure = next_words(distributions, TOKENS.strings, n=2, word=1)
    np.testing.assert_allclose(figure.data[0].z, [[0.6] * 3, [0.3] * 3], atol=1e-6)
    assert figure.data[0].text[1] == ["·b"] * 3
    assert figure.layout.shapes[0].x0 == 0.5


def test_growth_lines_are_logarithmic_both_ways():
    figure = growth_lines([Growth("rnn", "#000000", "square", [8, 16], [1.0, 2.0])], "time", "ms")
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "log"
    assert list(figure.data[0].y) == [1.0, 2.0]


def test_recall_has_a_panel_for_each_number_of_facts():
    cell = {"accuracy": 0.5, "low": 0.4, "high": 0.6, "n": 100, "chance": 0.3}
    cell |= {"any_food_of_the_story": 0.9}
    rows = [
        {"model": m, "kind": k, "n_facts": f, "n_between": d, **cell}
        for m, k in (("rnn-stories", "rnn"), ("decoder-stories", "decoder"))
        for f in (1, 2, 3)
        for d in (0, 5)
    ]
    drawn = recall_chart(rows, LIGHT, note="from the cards").to_dict()
    (data,) = drawn["datasets"].values()
    assert len(data) == len(rows)
    assert {row["panel"] for row in data} == {"1 fact", "2 facts", "3 facts"}
    point = drawn["spec"]["layer"][-1]["encoding"]
    assert point["color"]["scale"]["range"] == [kind_colour("rnn"), kind_colour("decoder")]
    assert point["y"]["scale"]["domain"] == [0, 1]


@pytest.mark.parametrize(
    "empty",
    [
        influence_strips([], [], "nats"),
        influence_map(np.zeros((0, 0)), [], [], "nats"),
        course_lines([], [], "norm"),
        distance_lines([], "fall"),
        guess_columns([]),
        next_words([], []),
        growth_lines([], "time", "ms"),
    ],
)
def test_nothing_to_draw_says_so(empty):
    assert empty.layout.annotations[0].text


def test_bytes_on_an_axis_bear_the_character_that_they_spell():
    axis = token_axis(["<E6>", "<88>", "<91>", " a"], range(4))
    assert axis["ticktext"] == ["我 &lt;E6&gt;", "&lt;88&gt;", "&lt;91&gt;", "·a"]
