"""A model that is trained, watched and opened, in a real browser."""

import pytest
from driver import query, ready, wait_until
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
SMALL = "layers=1&heads=2&width=16&steps=20"


def test_a_run_is_watched_by_itself_and_opened_in_a_lesson(visit):
    page = visit(f"/train?{SMALL}")
    page.set_default_timeout(120_000)  # two workers train meanwhile
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("trained for 20 steps")).to_be_visible(timeout=120_000)  # no click
    wait_until(lambda: "runs" in query(page), "the run in the link")
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)
    page.get_by_role("link", name="Attention", exact=True).click()
    expect(page.locator("h1")).to_have_text("Where does each word look?", timeout=60_000)
    ready(page)
    assert query(page)["model"].startswith("copying-")
    assert query(page)["model"].endswith("-20")
    page.goto(page.url)  # as somebody else who got the link
    ready(page)
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    assert not page.get_by_role("alert").count()
