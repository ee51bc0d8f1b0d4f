"""A line through points: its loss, its way down, its links and tables."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from viz_core.errors import InputError
from viz_core.figures.line import fitted_line, grips, loss_surface
from viz_core.figures.lines import line_chart
from viz_core.figures.numbers import tex
from viz_core.foundations.line import (
    OVERFLOW,
    descend,
    fastest_rate,
    gradient,
    least_squares,
    loss,
    surface,
)
from viz_core.foundations.points import (
    ANSCOMBE,
    LARGEST,
    LONGEST_TABLE,
    MOST_POINTS,
    extent,
    keyed,
    read_points,
    read_table,
    write_points,
)
from viz_core.lessons.line import link

POINTS = read_points(str(link.POINTS.default))
START = (0.3, -1.0)
coordinates = st.floats(-LARGEST, LARGEST).map(lambda value: float(f"{value:.10g}"))
some_points = st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=MOST_POINTS)


def test_the_gradient_is_that_of_the_loss():
    line = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    x, y = torch.tensor(POINTS).T
    torch.mean((line[0] * x + line[1] - y) ** 2).backward()
    np.testing.assert_allclose(gradient(POINTS, np.array(START)), line.grad, rtol=1e-12)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_every_step_is_that_of_torch(momentum):
    line = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    x, y = torch.tensor(POINTS).T
    optimiser = torch.optim.SGD([line], lr=0.02, momentum=momentum)
    found = descend(POINTS, START, 0.02, momentum, 30)
    for n in range(30):
        np.testing.assert_allclose(found.lines[n], line.detach(), rtol=1e-9)
        assert found.losses[n] == pytest.approx(loss(POINTS, found.lines[n]))
        optimiser.zero_grad()
        torch.mean((line[0] * x + line[1] - y) ** 2).backward()
        optimiser.step()
    np.testing.assert_allclose(found.velocity, found.lines[-1] - found.lines[-2], rtol=1e-9)
    assert (found.n_steps, found.ran_away) == (30, False)


@pytest.mark.parametrize("points", [POINTS, *ANSCOMBE], ids=str)
def test_least_squares_is_the_bottom(points):
    best = least_squares(points)
    np.testing.assert_allclose(best, np.polyfit(*points.T, 1), rtol=1e-9)
    np.testing.assert_allclose(gradient(points, best), 0, atol=1e-9)


def test_anscombes_sets_have_one_line():
    for points in ANSCOMBE:
        np.testing.assert_allclose(least_squares(points), (0.5, 3.0), atol=0.003)


@pytest.mark.parametrize("points", [[[1, 2]], [[3, 1], [3, 5], [3, 2]]])
def test_where_many_lines_are_best_there_is_no_least_squares(points):
    points = np.array(points, float)
    assert least_squares(points) is None
    found = descend(points, (0, 0), 0.9 * fastest_rate(points, 0), 0, 400)
    mean = points[:, 1].mean()
    assert found.losses[-1] == pytest.approx(np.mean((points[:, 1] - mean) ** 2), abs=1e-6)
    assert np.isfinite(surface(points, (0, 0)).losses).all()


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("points", [POINTS, *ANSCOMBE[:3]])
def test_the_fastest_rate_parts_what_comes_down_from_what_runs_away(points, momentum):
    limit = fastest_rate(points, momentum)
    best = loss(points, least_squares(points))
    under = descend(points, START, 0.98 * limit, momentum, 3_000)
    assert under.losses[-1] - best < 0.02 * (under.losses[0] - best)
    above = descend(points, START, 1.1 * limit, momentum, 3_000)
    assert above.ran_away
    assert above.losses[-1] > OVERFLOW > above.losses[0]
    assert np.isfinite(above.lines).all()


def test_numbers_of_any_size_end_in_numbers():
    points = np.array([[LARGEST, -LARGEST], [-LARGEST, LARGEST]])
    for rate in (1e-13, 10.0):
        found = descend(points, (LARGEST, LARGEST), rate, 0.99, 2_000)
        assert np.isfinite(found.losses).all()


def test_the_surface_holds_the_losses_of_its_lines():
    map_ = surface(POINTS, (-4, 2))
    assert map_.a[0] <= -4 <= map_.a[-1]
    for row, column in ((0, 0), (7, 40), (60, 60)):
        line = np.array([map_.a[column], map_.b[row]])
        assert map_.losses[row, column] == pytest.approx(loss(POINTS, line))


@given(some_points)
def test_a_link_holds_the_points(pairs):
    points = np.array(pairs)
    np.testing.assert_array_equal(read_points(write_points(points)), points)
    np.testing.assert_array_equal(read_table("\n".join(write_points(points).split())), points)


@given(some_points)
def test_an_axis_has_room_for_its_points(pairs):
    values = np.array(pairs)[:, 0]
    low, high = extent(values)
    assert low < values.min()
    assert values.max() < high
    assert 0 < keyed((low, high)) < high - low


@pytest.mark.parametrize(
    "text",
    [
        "1,2\n3.5,-4",
        "1, 2\r\n3.5, -4\r\n",
        "\ufeffx,y\n1,2\n\n3.5,-4\n",
        "size;price\n1;2\n3,5;-4",
        "1\t2\n3.5\t-4",
        "1 2\n3.5   -4",
        '"1","2"\n"3.5","-4"',
    ],
)
def test_tables_of_any_kind_are_read(text):
    np.testing.assert_array_equal(read_table(text), [[1, 2], [3.5, -4]])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no point. Write two numbers"),
        ("x,y\n", "no point. Write two numbers"),
        ("1,2\n3", "Line 2: “3” is no point. Write two"),
        ("1,2\n3,4,5", "Line 2: “3,4,5” is no point"),
        ("1,2\n3,four", "Line 2: “3,four” is no point"),
        ("1,2\nNaN,3", "Line 2: NaN can't be drawn. A number is from −1,000,000 to 1,000,000"),
        ("1,1e400", "Line 1: 1e400 can't be drawn"),
        ("1,2000000", "Line 1: 2000000 can't be drawn"),
        ("1,2\n" * 61, "There are 61 points; at most 60 are drawn. Take away 1"),
        ("1,2\n" * 2_500_000, "has 10,000,000 characters; at most 20,000 are read"),
        ("a\rb,c", "no point"),
        ("\0,1", "no point"),
    ],
)
def test_what_is_no_table_is_told(text, says):
    with pytest.raises(InputError, match=says.replace("(", r"\(")):
        read_table(text)


@pytest.mark.parametrize(
    "text", ["1", "1,2,3", "one,two", "1,nan", "1,1e400", "9" * (LONGEST_TABLE + 1), "1,2 " * 61]
)
def test_what_is_no_link_is_told(text):
    with pytest.raises(InputError):
        read_points(text)
    assert link.LINK.faults({"points": [text]})[0].startswith("points: ")


def traces(figure, kind):
    return [trace for trace in figure.data if trace.type == kind]


def test_the_picture_holds_points_lines_and_errors():
    line, best = np.array([1.5, 0.5]), least_squares(POINTS)
    ends = ((0.0, 5.0), (0.0, 8.0))
    figure = fitted_line(POINTS, line, best, ends, chosen=2)
    sticks, dashed, solid, squares, dots = figure.data
    np.testing.assert_array_equal(np.stack([dots.x, dots.y], 1), POINTS)
    heights = np.asarray(sticks.y).reshape(-1, 3)
    np.testing.assert_allclose(heights[:, 0], POINTS[:, 1])
    np.testing.assert_allclose(heights[:, 1], 1.5 * POINTS[:, 0] + 0.5)
    np.testing.assert_allclose(solid.y, [0.5, 8.0])
    np.testing.assert_allclose(dashed.y, best[0] * np.array(ends[0]) + best[1])
    np.testing.assert_allclose(np.stack([squares.x, squares.y], 1), grips(line, ends[0]))
    assert [n for n, width in enumerate(dots.marker.line.width) if width] == [2]
    assert figure.layout.xaxis.range == ends[0]


def test_the_map_holds_losses_and_steps():
    way = descend(POINTS, START, 0.02, 0.5, 9)
    map_ = surface(POINTS, START)
    figure = loss_surface(map_, way, least_squares(POINTS))
    (heights,) = traces(figure, "contour")
    np.testing.assert_allclose(heights.z, np.log10(map_.losses))
    steps, cross = traces(figure, "scatter")
    np.testing.assert_array_equal(np.stack([steps.x, steps.y], 1), way.lines)
    np.testing.assert_array_equal([cross.x[0], cross.y[0]], least_squares(POINTS))
    assert len(loss_surface(map_, way, None).data) == 2


def test_lines_that_end_close_by_have_their_names_apart():
    names = [("a", np.array([9.0, 1.0])), ("b", np.array([9.0, 1.01])), ("c", np.array([9.0, 8]))]
    figure = line_chart(names, [0, 1])
    assert [trace.textposition for trace in figure.data] == [
        "bottom right",
        "top right",
        "middle right",
    ]
    assert line_chart(names, [0, 1], log=True).layout.yaxis.type == "log"


@pytest.mark.parametrize(
    ("value", "written"), [(0.5, "0.5"), (1.23456e-7, r"1.235 \cdot 10^{-7}"), (-2e10, None)]
)
def test_numbers_in_formulas(value, written):
    assert tex(value) == (written or r"-2 \cdot 10^{10}")
    assert tex(abs(value), sign=True).startswith("+")
