"""The pages that look inside, in a real browser."""

from urllib.parse import quote

import pytest
from driver import press, query, wait_until
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PAGES = (
    "step_by_step?at=softmax",
    "what_if?hidden=" + quote("4 ·cat"),
    "residual_stream",
    "contribution",
    "positions?part=order",
    "anatomy?model=transformer-zh-en",
)


def test_the_walk_through_a_block_goes_by_arrow_keys(visit):
    page = visit("/step_by_step")
    expect(page.locator("h3").filter(has_text="1 ·")).to_be_visible()
    page.locator("h1").click()
    press(page, "ArrowRight", "Next")
    expect(page.locator("h3").filter(has_text="2 ·")).to_be_visible()
    wait_until(lambda: query(page).get("at") == "norm", "the link")
    press(page, "ArrowLeft", "Previous")
    expect(page.locator("h3").filter(has_text="1 ·")).to_be_visible()


def test_a_link_shows_the_changed_pass_and_typing_keeps_it_honest(visit):
    page = visit("/what_if?hidden=" + quote("4 ·cat"))
    expect(page.locator("h3").first).to_contain_text("99.9 % to")
    box = page.get_by_label("Your text")
    box.fill("The apple is")
    box.press("Enter")
    expect(page.get_by_text("Nothing is changed yet")).to_be_visible()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_fits_a_phone_and_a_projector(visit, name, shots):
    page = visit(f"/{name}")
    for width, height in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
        wait_until(
            lambda: page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        )
        assert page.locator("[data-testid=stException]").count() == 0
        page.screenshot(path=shots / f"{name.partition('?')[0]}-{width}.png")
