"""What a visitor sees goes along from page to page, and the way back shows what stood there."""

from urllib.parse import quote

import pytest
from driver import query, ready, wait_until
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
LILY = "Lily is a dog. Lily's favorite food is"
BEN = "Ben is a horse."
HEADINGS = {
    "Attention": "Where does each word look?",
    "Memory": "What does it still remember?",
    "Compare": "One sentence, every architecture",
    "Cost": "What does a longer text cost?",
    "Contribution": "Who gives what?",
}
SECTIONS = {"Attention": "Read", "Memory": "Read", "Contribution": "Inside", "Cost": "Size"}


def go_to(page, name):
    """Open a page by the menu."""
    if name in SECTIONS:
        page.get_by_test_id("stTopNavSection").filter(has_text=SECTIONS[name]).click()
        page.get_by_role("menuitem", name=name).click()
    else:
        page.get_by_role("link", name=name).first.click()
    stands(page, name)


def stands(page, name, text=None):
    """Wait until a page stands there, with a text and with the same in the address."""
    expect(page.locator("h1")).to_have_text(HEADINGS[name])
    ready(page)
    if text is not None:
        expect(page.get_by_label("Your text")).to_have_value(text)
        wait_until(lambda: query(page).get("text") == text, "the address")


def chosen(page, group):
    return page.get_by_role("radiogroup", name=group).get_by_role("radio", checked=True)


def type_text(page, text):
    box = page.get_by_label("Your text")
    box.fill(text)
    box.press("Enter")
    wait_until(lambda: query(page).get("text") == text, "the address")
    ready(page)


def back(page, name, text=None):
    page.go_back()
    stands(page, name, text)


def forth(page, name, text=None):
    page.go_forward()
    stands(page, name, text)


def test_a_link_goes_along_by_the_menu_and_back_shows_it(visit):
    page = visit(f"/attention?text={quote(LILY)}&layer=2&head=3")
    stands(page, "Attention", LILY)
    go_to(page, "Contribution")
    stands(page, "Contribution", LILY)
    expect(chosen(page, "Layer")).to_have_text("2")
    expect(chosen(page, "Head")).to_have_text("3")
    go_to(page, "Memory")  # which has no heads
    stands(page, "Memory", LILY)
    go_to(page, "Contribution")
    stands(page, "Contribution", LILY)
    expect(chosen(page, "Head")).to_have_text("3")
    back(page, "Memory", LILY)
    back(page, "Contribution", LILY)
    back(page, "Attention", LILY)
    expect(chosen(page, "Layer")).to_have_text("2")
    expect(chosen(page, "Head")).to_have_text("3")
    assert query(page) == {"text": LILY, "layer": "2", "head": "3"}
    forth(page, "Contribution", LILY)
    forth(page, "Memory", LILY)


def test_a_typed_text_goes_along_and_back_shows_what_stood_there(visit):
    page = visit("/compare")
    type_text(page, BEN)
    go_to(page, "Attention")
    stands(page, "Attention", BEN)
    type_text(page, LILY)
    go_to(page, "Cost")  # which has no text
    go_to(page, "Memory")
    stands(page, "Memory", LILY)
    back(page, "Cost")
    back(page, "Attention", LILY)
    back(page, "Compare", BEN)
    forth(page, "Attention", LILY)


def test_a_click_in_a_picture_makes_no_entry_of_its_own(visit):
    page = visit(f"/compare?text={quote(BEN)}")
    stands(page, "Compare", BEN)
    go_to(page, "Attention")
    stands(page, "Attention", BEN)
    for n in (1, 2):
        page.locator(".strip .tile").nth(n).click()
        wait_until(lambda n=n: query(page).get("word") == str(n), "the address")
        ready(page)
    back(page, "Compare", BEN)
    forth(page, "Attention", BEN)
    assert query(page)["word"] == "2"


def test_a_link_with_every_value_leaves_the_way_back_free(visit):
    page = visit("/cost")
    everything = f"text={quote(LILY)}&model=decoder-stories&layer=0&head=0&reverse=false&v=1"
    page.goto(page.url.replace("/cost", f"/attention?{everything}"))
    stands(page, "Attention", LILY)
    page.go_back()
    stands(page, "Cost")


def test_a_tour_is_left_by_the_menu_with_its_text_and_found_again_by_the_way_back(visit):
    tour = "tour=atlas&tour_stop=2"
    page = visit(f"/attention?text={quote(LILY)}&head=2&{tour}")
    stands(page, "Attention", LILY)
    go_to(page, "Memory")
    stands(page, "Memory", LILY)
    expect(page.locator(".st-key-tour_bar")).to_have_count(0)
    back(page, "Attention", LILY)
    expect(page.locator(".st-key-tour_bar")).to_have_count(1)
    assert query(page) == {"text": LILY, "head": "2", "tour": "atlas", "tour_stop": "2"}
