"""Memory, Compare, Distance and Cost in a real browser."""

import re
from urllib.parse import quote

import pytest
from driver import query, ready, wait_until
from playwright.sync_api import expect

from viz_core import Request, load, model_ids
from viz_core.analysis.influence import counterfactual
from viz_core.ui.cache import alternatives

pytestmark = pytest.mark.browser
TOM = "Tom is a cat. Tom's favorite food is"
PAGES = {"memory": 4, "compare": 3, "distance": 1, "cost": 2}  # Plotly pictures of each


def type_text(page, text):
    box = page.get_by_label("Your text")
    box.fill(text)
    box.press("Enter")


def plots(page):
    return page.locator(".js-plotly-plot .main-svg:first-child")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_and_paints_its_pictures(visit, name):
    page = visit(f"/{name}")
    expect(plots(page)).to_have_count(PAGES[name], timeout=60_000)
    if name == "distance":
        expect(page.locator(".stVegaLiteChart canvas, .stVegaLiteChart svg").first).to_be_visible()
    assert page.locator("[data-testid=stException], [data-testid=stAlert]").count() == 0


@pytest.mark.parametrize("name", ["memory", "compare", "distance"])
def test_typed_text_reaches_every_page(visit, name):
    page = visit(f"/{name}")
    expect(plots(page)).to_have_count(PAGES[name])
    notes = page.locator(".js-plotly-plot .annotation-text")
    labels = page.locator(".js-plotly-plot .xtick text")
    for text, shown in (("Lily has a dog", "·dog"), ("我正在吃饭", "我 <E6>")):
        type_text(page, text)
        wait_until(
            lambda: sum(text in one for one in notes.all_text_contents()) >= PAGES[name],  # noqa: B023
            "pictures",
        )
        assert query(page)["text"] == text
        if name != "distance":
            assert any(shown in label for label in labels.all_text_contents())


def test_a_word_picked_in_the_sentence_is_marked_in_every_picture(visit):
    page = visit(f"/memory?model=lstm-stories&text={quote(TOM)}")
    expect(page.locator(".strip")).to_be_visible()
    page.locator(".tile").nth(4).click()
    wait_until(lambda: query(page).get("word") == "4", "the link")
    expect(page.locator("h3").filter(has_text="Unit")).to_contain_text("cat")
    frames = page.locator(".js-plotly-plot").nth(1).locator(".shapelayer path")
    expect(frames).to_have_count(6)  # hidden state, cell, four gates


def test_the_cursor_runs_through_all_maps(visit):
    page = visit(f"/memory?model=lstm-stories&text={quote(TOM)}")
    plot = page.locator(".js-plotly-plot").nth(1)
    image = plot.locator(".heatmaplayer image").first
    expect(image).to_be_visible()
    image.scroll_into_view_if_needed()
    box = image.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5)
    line = plot.locator(".spikeline").first
    expect(line).to_be_attached()
    tall = plot.locator(".heatmaplayer image").last.bounding_box()
    reach = line.evaluate("e => e.getBoundingClientRect().height")
    assert reach > tall["y"] - box["y"]
    expect(plot.locator(".hoverlayer .hovertext")).to_contain_text("unit")


def test_switching_training_off_changes_the_answers(visit):
    page = visit(f"/compare?text={quote(TOM)}")
    first = page.locator(".js-plotly-plot").first
    expect(first).to_contain_text("rnn-stories")
    before = first.text_content()
    page.get_by_test_id("stButtonGroup").get_by_text("untrained", exact=True).click()
    wait_until(lambda: query(page).get("weights") == "untrained", "the link")
    wait_until(lambda: first.text_content() != before, "other answers")
    expect(first).to_contain_text("untrained")


def test_a_strip_tells_its_number_on_hover(visit):
    page = visit(f"/compare?text={quote(TOM)}")
    strip = page.locator(".js-plotly-plot").nth(1)
    image = strip.locator(".heatmaplayer image").first
    expect(image).to_be_visible()
    image.scroll_into_view_if_needed()
    hover = strip.locator(".hoverlayer .hovertext")
    row = model_ids().index("decoder-stories") + 0.5

    def pointed():
        box = image.bounding_box()  # the page may still grow above it
        down = box["height"] * row / len(model_ids())
        page.mouse.move(box["x"] + box["width"] * 3.4 / 12, box["y"] + down)
        page.mouse.move(box["x"] + box["width"] * 3.5 / 12, box["y"] + down)
        return hover.count() and "·cat" in hover.first.text_content()

    wait_until(pointed, "the number")
    tried = alternatives("decoder-stories", TOM)
    asked = Request(TOM, measures=("counterfactual",), alternatives=tried)
    value = counterfactual(load("decoder-stories").run(asked))[4]
    expect(hover).to_contain_text(f"{value:+.4f}")


def test_two_models_are_subtracted_and_the_link_keeps_it(visit):
    page = visit(f"/compare?text={quote(TOM)}&model=decoder-stories&minus=rnn-stories")
    note = page.locator(".js-plotly-plot").nth(2)
    expect(note).to_contain_text("decoder-stories − rnn-stories")
    page.reload()
    ready(page)
    expect(note).to_contain_text("decoder-stories − rnn-stories")


def test_recall_can_be_measured_on_the_spot(visit):
    page = visit("/distance")
    expect(page.get_by_text("evaluate recall")).to_be_visible()
    page.get_by_test_id("stButtonGroup").get_by_text("now", exact=True).click()
    expect(page.get_by_test_id("stProgress")).to_be_visible()
    expect(page.get_by_text("evaluate recall")).to_be_hidden(timeout=120_000)
    expect(page.locator(".stVegaLiteChart").first).to_be_visible(timeout=120_000)


@pytest.mark.parametrize("name", ["memory", "compare", "distance"])
def test_hostile_text_is_only_text(visit, name):
    page = visit(f"/{name}?text={quote('<img src=x onerror=alert(1)> <b>b</b> $x$ `c`')}")
    expect(plots(page)).to_have_count(PAGES[name])
    assert page.locator("[data-testid=stMain] img").count() == 0
    assert page.locator("h3 b, h3 strong, h3 code, h3 .katex, .stHtml b").count() == 0


@pytest.mark.parametrize("name", ["memory", "compare", "distance"])
def test_unusable_text_gets_a_sentence_and_keeps_the_box(visit, name):
    page = visit(f"/{name}")
    type_text(page, "word " * 10_000)
    expect(page.get_by_test_id("stAlert")).to_contain_text(re.compile("Shorten it"))
    type_text(page, "Tom is a cat")
    expect(plots(page)).to_have_count(PAGES[name])
