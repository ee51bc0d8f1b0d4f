"""A digit that is drawn, in a real browser: by mouse and by keys."""

import re

import pytest
from driver import query, wait_until
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_digit_is_drawn_by_mouse_and_by_keys(visit):
    page = visit("/pictures")
    grid = page.locator(".st-key-grid canvas")
    expect(grid).to_have_attribute("data-picture", re.compile("[1-9a-g]"), timeout=60_000)
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("The grid is empty")).to_be_visible()
    box = grid.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.08)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.92, steps=6)
    page.mouse.up()
    expect(page.get_by_role("heading", name=re.compile("^It is a 1"))).to_be_visible()
    drawn = query(page)["picture"]
    rows = [drawn[n : n + 8] for n in range(0, 64, 8)]
    assert all(row[:2] == row[6:] == "00" for row in rows)  # a line down the middle
    assert all({row[3], row[4]} - {"0"} for row in rows)
    grid.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press(" ")  # from the fourth column to the first, in the fourth row
    wait_until(lambda: query(page)["picture"][24] == "g", "the cell that a key filled")
    page.reload()
    expect(grid).to_have_attribute("data-picture", query(page)["picture"], timeout=60_000)
