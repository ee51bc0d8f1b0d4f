"""Points that are dragged, in a real browser: by mouse, keys and finger."""

import re

import pytest
from driver import query, wait_until
from playwright.sync_api import expect

from viz_core.foundations.points import read_points
from viz_core.lessons.line import link

pytestmark = pytest.mark.browser
POINTS = str(link.POINTS.default)
PLACE = """([name, x, y]) => {
  const plot = document.querySelector(`.st-key-sheet_${name} .js-plotly-plot`)
  const box = plot.getBoundingClientRect()
  const { xaxis, yaxis } = plot._fullLayout
  return [box.left + xaxis._offset + xaxis.d2p(x), box.top + yaxis._offset + yaxis.d2p(y)]
}"""


def handles(page, name):
    """The points of a picture, once they listen and the picture is drawn."""
    over = page.locator(f".st-key-handles_{name} .handles")
    expect(over).to_have_attribute(
        "aria-label", re.compile("Points that can be moved"), timeout=60_000
    )
    expect(page.locator(f".st-key-sheet_{name} .js-plotly-plot .main-svg").first).to_be_visible()
    return over


def place(page, name, x, y):
    """Where a point of a picture is on the screen."""
    return page.evaluate(PLACE, [name, x, y])


def points(page):
    return read_points(query(page).get("points", POINTS)).tolist()


def test_points_and_the_line_itself_are_dragged_with_the_mouse(visit):
    page = visit("/line")
    handles(page, "line-points")
    handles(page, "line-surface")
    page.mouse.move(*place(page, "line-surface", 0, 0))
    page.mouse.down()
    page.mouse.move(*place(page, "line-surface", 1, 2), steps=4)
    page.mouse.up()
    wait_until(lambda: abs(float(query(page).get("a", 0)) - 1) < 0.1, "the line by hand")
    expect(page.locator("h3").first).to_contain_text("Placed by hand: y = ")
    page.mouse.move(*place(page, "line-points", 2, 4.1))
    page.mouse.down()
    page.mouse.move(*place(page, "line-points", 2.5, 5), steps=4)
    page.mouse.move(*place(page, "line-points", 3, 2), steps=4)
    page.mouse.up()
    wait_until(lambda: abs(points(page)[3][0] - 3) < 0.05, "the point in the link")
    assert abs(points(page)[3][1] - 2) < 0.1
    assert query(page)["point"] == "3"
    page.mouse.dblclick(*place(page, "line-points", 1, 6))
    wait_until(lambda: len(points(page)) == 9, "one point more")


def test_points_are_moved_with_the_keys(visit):
    page = visit("/line?point=1")
    over = handles(page, "line-points")
    over.focus()
    page.keyboard.press("PageDown")
    said = page.locator(".st-key-handles_line-points .said")
    expect(said).to_have_text("point 2: 1.5, 2.4")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowLeft")
    expect(said).to_have_text("point 2: 0.5, 2.5")
    wait_until(lambda: points(page)[2] == [0.5, 2.5], "the point in the link")
    page.keyboard.press("Delete")
    wait_until(lambda: len(points(page)) == 7, "one point less")


def test_a_finger_moves_a_point_and_not_the_page(visit):
    page = visit("/line", width=390, height=844)
    handles(page, "line-points")
    main = page.get_by_test_id("stMain")
    x, y = place(page, "line-points", 2, 4.1)
    finger = page.context.new_cdp_session(page)
    steps = [("touchStart", 0), *(("touchMove", 10 * n) for n in range(1, 7))]
    for kind, down in steps:
        touch = {"type": kind, "touchPoints": [{"x": x, "y": y + down}]}
        finger.send("Input.dispatchTouchEvent", touch)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    wait_until(lambda: points(page)[3][1] < 3.5, "the point in the link")
    assert main.evaluate("e => e.scrollTop") == 0


def test_a_flower_is_dragged_among_the_others(visit):
    page = visit("/iris")
    handles(page, "iris-plane")
    page.mouse.move(*place(page, "iris-plane", 5.24, 1.54))
    page.mouse.down()
    page.mouse.move(*place(page, "iris-plane", 1.5, 0.5), steps=6)
    page.mouse.up()
    expect(page.locator("h3").first).to_have_text("5 of its 5 nearest neighbours say setosa")
    wait_until(lambda: abs(float(query(page)["petal_length"]) - 1.5) < 0.1, "the link")
    page.keyboard.press("Shift+ArrowRight")
    wait_until(lambda: abs(float(query(page)["petal_length"]) - 2.5) < 0.1, "a step by key")
