"""The Attention page in a real browser."""

import csv
import io
import re
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from driver import map_note, painted, query, ready, wait_until
from playwright.sync_api import expect
from served import Server

from viz_core import Request, load

pytestmark = pytest.mark.browser
TOM = "Tom is a cat. Tom's favorite food is fish."


def strip_words(page):
    return page.locator(".strip .tile > span").all_text_contents()


def type_text(page, text):
    box = page.get_by_label("Your text")
    box.fill(text)
    box.press("Enter")


def test_a_deep_link_opens_its_view_first_thing_after_a_start(browser):
    fresh = Server()
    try:
        assert fresh.url in fresh.said
        page = browser.new_page()
        page.goto(
            f"{fresh.url}/attention?model=decoder-stories&text=Tom+is+a+cat&layer=2&head=1&lang=zh"
        )
        ready(page)
        expect(page.locator("h1")).to_have_text("每个词关注哪里？")
        expect(page.get_by_text("首页")).to_be_visible()  # the navigation of app.py is there
        wait_until(lambda: painted(page) == "2,1", "the grid")
        wait_until(lambda: "2" in map_note(page), "the map")
        words = ["[EOT]", "Tom", "·is", "·a", "·cat"]
        wait_until(lambda: strip_words(page) == words, "the strip")
        page.close()
    finally:
        fresh.stop()


def test_typing_changes_everything(visit):
    page = visit("/attention")
    type_text(page, "Lily is a dog")
    wait_until(lambda: "·dog" in strip_words(page), "the strip")
    expect(page.locator(".js-plotly-plot").first).to_contain_text("·dog")
    assert query(page)["text"] == "Lily is a dog"


def test_the_strip_shows_the_forward_pass(visit):
    page = visit(f"/attention?text={quote(TOM)}&layer=1&head=2&word=10")
    wait_until(lambda: len(strip_words(page)) == 13, "the strip")
    row = load("decoder-stories").run(Request(TOM)).attentions[1].values[2, 10]
    titles = [t.get_attribute("title") for t in page.locator(".strip .tile").all()]
    shown = [float(title.split()[-1]) for title in titles]
    np.testing.assert_allclose(shown, row, atol=1e-4)


def test_hover_click_and_arrows_in_the_strip(visit):
    page = visit(f"/attention?text={quote(TOM)}&word=5")
    strip = page.locator(".strip")
    expect(strip).to_have_attribute("data-word", "5")
    page.locator(".tile").nth(8).hover()
    expect(strip).to_have_attribute("data-word", "8")
    page.locator("h1").hover()
    expect(strip).to_have_attribute("data-word", "5")
    page.locator(".tile").nth(4).click()
    wait_until(lambda: query(page).get("word") == "4", "the link")
    page.locator("h1").hover()
    strip.focus()
    page.keyboard.press("ArrowRight")
    expect(strip).to_have_attribute("data-word", "5")
    wait_until(lambda: query(page).get("word") == "5", "the link")
    expect(page.get_by_label("Word", exact=True)).to_have_value("5")


def test_a_click_in_the_grid_opens_that_head(visit):
    page = visit("/attention")
    grid = page.locator(".grid canvas")
    wait_until(lambda: painted(page), "the grid")
    box = grid.bounding_box()
    grid.hover(position={"x": box["width"] * 0.6, "y": box["height"] * 0.6})
    expect(page.locator(".tip")).to_be_visible()
    expect(page.locator(".tip")).to_contain_text("layer 2, head 2")
    expect(page.locator(".tip")).to_contain_text("entropy")
    grid.click(position={"x": box["width"] * 0.6, "y": box["height"] * 0.6})
    wait_until(lambda: painted(page) == "2,2", "the grid")
    wait_until(lambda: "layer 2, head 2" in map_note(page), "the map")
    assert query(page)["layer"] == "2"
    assert query(page)["head"] == "2"


def test_the_grid_by_keyboard(visit):
    page = visit("/attention?layer=0&head=0")
    wait_until(lambda: painted(page) == "0,0", "the grid")  # keys pressed before are nobody's
    page.locator(".grid canvas").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    wait_until(lambda: painted(page) == "1,1", "the grid")


def test_a_reload_and_a_copied_link_give_the_same_view(visit):
    page = visit("/attention")
    type_text(page, "Max has a hat")
    page.get_by_test_id("stButtonGroup").get_by_text("mean").click()
    wait_until(lambda: query(page).get("head") == "mean", "the link")
    page.reload()
    ready(page)
    wait_until(lambda: strip_words(page)[-1:] == ["·hat"], "the strip")
    wait_until(lambda: "mean" in map_note(page), "the map")
    page.get_by_role("button", name="Share").click()
    link = page.locator("[data-testid=stCode]").last.inner_text().strip()
    assert "model=decoder-stories" in link  # defaults are written out too
    other = visit("/attention?" + link.split("?")[1])
    wait_until(lambda: strip_words(other)[-1:] == ["·hat"], "the strip of the copied link")


def test_the_download_holds_the_numbers(visit):
    page = visit(f"/attention?text={quote(TOM)}&layer=3&head=0")
    page.get_by_text("Formula, code, numbers, files").first.click()
    with page.expect_download() as waiting:
        page.get_by_text("Numbers (CSV)").first.click()
    rows = list(csv.reader(io.StringIO(Path(waiting.value.path()).read_text("utf-8-sig"))))
    found = np.array([[float(cell) for cell in row[1:]] for row in rows[1:]])
    recorded = load("decoder-stories").run(Request(TOM)).attentions[3].values[0]
    np.testing.assert_allclose(found, recorded, atol=1e-6)


def test_hovering_the_map_tells_words_weight_and_rank(visit):
    page = visit(f"/attention?text={quote('Tom is a cat')}&layer=0&head=0")
    plot = page.locator(".js-plotly-plot").first
    expect(plot.locator(".heatmaplayer image").first).to_be_visible()
    plot.locator(".heatmaplayer image").first.evaluate("e => e.scrollIntoView({block: 'center'})")
    page.wait_for_function(
        "document.querySelector('.heatmaplayer image').getBoundingClientRect().y > 0"
    )
    box = plot.locator(".heatmaplayer image").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.9)
    hover = page.locator(".hoverlayer .hovertext")
    expect(hover).to_contain_text("·cat → Tom")
    weight = load("decoder-stories").run(Request("Tom is a cat")).attentions[0].values[0, 4, 1]
    expect(hover).to_contain_text(f"{weight:.4f}")
    expect(hover).to_contain_text("rank")


HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "<b>bold</b><script>alert(1)</script>",
    "$x$ {{ y }}",
    "`a` **b** [c](d)",
)


@pytest.mark.parametrize("model", ["decoder-stories", "encoder-stories"])
def test_hostile_text_is_only_text(visit, model):
    """The first comes by a link, the others are typed."""
    page = visit(f"/attention?model={model}&text={quote(HOSTILE[0])}")
    for text in HOSTILE:
        if text != HOSTILE[0]:
            type_text(page, text)
        shown = text.replace(" ", "·")
        wait_until(lambda: shown in "".join(strip_words(page)), text)  # noqa: B023
        ready(page)
        assert page.locator("[data-testid=stMain] img").count() == 0
        assert page.locator("h3 .katex").count() == 0
        assert page.locator("h3 b, h3 strong, h3 code, h3 a, .stHtml b, .stHtml img").count() == 0
    type_text(page, "我正在吃饭。")
    characters = page.locator(".strip .group b")
    wait_until(lambda: characters.all_text_contents()[:3] == ["我", "正", "在"], "characters")


@pytest.mark.parametrize("text", ["", "word " * 10_000])
def test_unusable_text_gets_a_sentence_and_keeps_the_box(visit, text):
    page = visit("/attention")
    type_text(page, text)
    expect(page.get_by_test_id("stAlert")).to_contain_text(
        re.compile("Type at least one word|Shorten it")
    )
    type_text(page, "Tom is a cat")
    wait_until(lambda: strip_words(page)[-1:] == ["·cat"], "the way back")


def test_the_browsers_language_is_followed_and_can_be_switched(visit):
    page = visit("/attention", locale="zh-CN")
    expect(page.locator("h1")).to_have_text("每个词关注哪里？")
    page.get_by_test_id("stButtonGroup").get_by_text("en", exact=True).click()
    expect(page.locator("h1")).to_have_text("Where does each word look?")
    assert query(page)["lang"] == "en"


def test_the_home_page_leads_to_the_lesson_with_the_text(visit):
    page = visit("/")
    type_text(page, "Anna has a frog")
    expect(page.get_by_label("Your text")).to_have_value("Anna has a frog")
    expect(page.locator(".flow")).to_have_attribute("data-text", "Anna has a frog")
    page.locator(".names a[data-station=bar]").click()
    wait_until(lambda: strip_words(page)[-1:] == ["·frog"], "the strip")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("name", "width", "height"),
    [("desktop", 1440, 900), ("projector", 1920, 1080), ("phone", 390, 844)],
)
def test_it_fits_every_screen(visit, shots, name, width, height, scheme):
    page = visit("/attention?layer=1&head=2", width, height, scheme)
    expect(page.locator(".heatmaplayer image").first).to_be_visible()
    wait_until(lambda: painted(page) == "1,2", "the grid")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
    size = page.locator(".strip .tile > span").first.evaluate(
        "e => parseFloat(getComputedStyle(e).fontSize)"
    )
    assert size >= 14
    page.screenshot(path=shots / f"attention-{name}-{scheme}.png")


def test_a_wide_map_scrolls_in_its_own_frame_with_square_cells(visit):
    page = visit(f"/attention?text={quote(TOM)}", 390, 844)
    image = page.locator(".heatmaplayer image").first
    expect(image).to_be_visible()
    box = image.bounding_box()
    assert abs(box["width"] - box["height"]) < 0.03 * box["height"]
    frame = page.locator("[class*='st-key-frame_attention']").first
    assert frame.evaluate("e => e.scrollWidth > e.clientWidth")
