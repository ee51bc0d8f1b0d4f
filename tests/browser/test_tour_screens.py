"""A tour in a real browser: the arrow keys walk it, and the address says where."""

import pytest
from driver import query, ready, wait_until
from playwright.sync_api import expect

from viz_core.tour import read_tour

pytestmark = pytest.mark.browser
STOPS = read_tour("atlas", "en").stops
WALKED = next(n for n, stop in enumerate(STOPS, 1) if stop.page == "attention")
PICTURE = (
    "[class*=st-key-frame_] .main-svg, .flow canvas, [class*=st-key-text_], .candidates, "
    ".stVegaLiteChart canvas, .stVegaLiteChart svg"
)


def title(page):
    return page.locator(".st-key-tour_bar strong").first


def state(number):
    """A stop's values and its place, as they stand in the address."""
    values = {key: one[0] for key, one in STOPS[number - 1].state.items()}
    return values | {"tour": "atlas", "tour_stop": str(number)}


def opened(page, number):
    """Wait until a stop is there, and its links can be followed."""
    expect(title(page)).to_have_text(STOPS[number - 1].title)
    ready(page)
    expect(page.get_by_role("link", name="Leave the tour")).to_be_visible()


def visit_stop(visit, number, **more):
    page = visit(STOPS[number - 1].link(tour="atlas", tour_stop=number).lstrip("."), **more)
    opened(page, number)
    return page


def test_the_arrow_keys_walk(visit):
    page = visit_stop(visit, WALKED - 1)
    walk = (("Right", WALKED), ("Right", WALKED + 1), ("Left", WALKED))
    for way, number in walk:
        page.keyboard.press(f"Arrow{way}")
        opened(page, number)
        assert query(page) == state(number)
    expect(page.get_by_label("Word", exact=True)).to_have_value("6")
    for name in ("Layer", "Head"):
        chosen = page.get_by_role("radiogroup", name=name).get_by_role("radio", checked=True)
        expect(chosen).to_have_text(STOPS[WALKED - 1].state[name.lower()][0])


def test_arrow_keys_in_the_flow_step_its_walk(visit):
    page = visit_stop(visit, 2)
    flow = page.locator(".flow")
    page.locator(".stage canvas").focus()
    page.keyboard.press("ArrowRight")
    expect(flow).to_have_attribute("data-beat", "0")
    page.locator(".flow .next").click()
    page.keyboard.press("ArrowRight")
    expect(flow).to_have_attribute("data-beat", "2")
    assert query(page)["tour_stop"] == "2"


def test_what_a_visitor_sets_keeps_the_tour_and_is_gone_at_the_next_stop(visit):
    page = visit_stop(visit, WALKED)
    box = page.get_by_label("Your text")
    box.fill("Lily is a dog.")
    box.press("ArrowRight")  # moves the cursor
    box.press("Enter")
    wait_until(lambda: query(page).get("text") == "Lily is a dog.", "the link")
    page.get_by_role("radiogroup", name="Head").get_by_role("radio", name="0").click()
    wait_until(lambda: "head" not in query(page), "the link")
    assert query(page)["tour_stop"] == str(WALKED)
    page.get_by_role("radio", name="zh", exact=True).click()
    expect(title(page)).to_have_text(read_tour("atlas", "zh").stops[WALKED - 1].title)
    expect(page.get_by_role("link", name="下一站")).to_be_visible()
    page.keyboard.press("ArrowRight")  # though a widget was clicked last
    expect(title(page)).to_have_text(read_tour("atlas", "zh").stops[WALKED].title)
    ready(page)
    assert query(page) == state(WALKED + 1) | {"lang": "zh"}


def test_the_browsers_way_back_is_the_tours(visit):
    page = visit_stop(visit, 1)
    page.keyboard.press("ArrowRight")
    opened(page, 2)
    page.keyboard.press("ArrowRight")
    opened(page, 3)
    page.go_back()
    opened(page, 2)
    page.go_back()
    opened(page, 1)
    assert query(page) == state(1)


def test_a_left_tour_leaves_the_view(visit):
    page = visit_stop(visit, WALKED)
    page.get_by_role("link", name="Leave the tour").click()
    wait_until(lambda: "tour" not in query(page), "the address without the tour")
    ready(page)
    expect(page.locator(".st-key-tour_bar")).to_have_count(0)
    assert query(page) == {key: one[0] for key, one in STOPS[WALKED - 1].state.items()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_bar_fits_a_phone(visit, scheme, shots):
    for number in (1, WALKED):
        page = visit_stop(visit, number, width=390, height=844, scheme=scheme)
        page.wait_for_timeout(1000)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.screenshot(path=shots / f"tour-{number}-phone-{scheme}.png")


def test_every_stop_shows_its_picture_at_first_sight(visit):
    """At 1440 x 900, bar included; and an equation at its stop is whole."""
    page = visit_stop(visit, 1)
    for number, stop in enumerate(STOPS, 1):
        opened(page, number)
        picture = page.locator(PICTURE).first
        expect(picture).to_be_visible(timeout=60_000)
        wait_until(lambda: picture.bounding_box()["y"] <= 700, f"the picture of {stop.page}")  # noqa: B023
        for formula in page.locator(".katex-display").all():  # the last letter leans out by 2 px
            if formula.is_visible():
                assert formula.evaluate("e => e.scrollWidth <= e.clientWidth + 2"), stop.page
        if number < len(STOPS):
            page.keyboard.press("ArrowRight")
