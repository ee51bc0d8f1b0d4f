"""Next word and Translate in a real browser."""

from urllib.parse import quote

import pytest
from driver import press, query, ready, wait_until
from playwright.sync_api import expect

from viz_core.generate import Settings, Writing
from viz_core.registry import writer

pytestmark = pytest.mark.browser
ONCE = "Once upon a time, there was a little"


def written(page, model="decoder-stories"):
    """The tiles of the text so far, their numbers cut off."""
    tiles = page.locator(f".st-key-tiles_text_{model} span > span")
    return [text.replace("·", " ") for text in tiles.all_text_contents()]


def rows(page):
    return page.locator(".candidates .candidate")


def test_the_arrow_keys_step_and_go_back(visit):
    page = visit(f"/next_word?text={quote(ONCE)}")
    expect(rows(page).first).to_be_visible()
    steps = Writing(writer("decoder-stories"), ONCE).steps(3)
    n = len(written(page))
    page.locator("h1").click()
    for count in (1, 2):
        press(page, "ArrowRight", "Step")
        wait_until(lambda count=count: len(written(page)) == n + count, "a word more")
    assert written(page)[n:] == [step.string for step in steps[:2]]
    wait_until(lambda: query(page).get("step") == "2", "the link")
    press(page, "ArrowLeft", "Back")
    wait_until(lambda: len(written(page)) == n + 1, "a word less")


def test_a_run_writes_until_it_is_stopped_or_over(visit):
    page = visit("/next_word?text=" + quote("Tom is a cat. Tom's favorite food is"))
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("The text is over")).to_be_visible(timeout=60_000)
    assert written(page)[-1] == "[EOT]"
    page.goto(page.url.split("?")[0] + f"?text={quote(ONCE)}")
    ready(page)
    n = len(written(page))
    page.get_by_role("button", name="Run").click()
    wait_until(lambda: len(written(page)) > n + 1, "words")
    page.get_by_test_id("stMain").get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Run")).to_be_visible()
    stopped = len(written(page))
    page.wait_for_timeout(1000)
    assert len(written(page)) <= stopped + 1


def test_a_clicked_word_is_chosen_and_stands_in_the_link(visit):
    page = visit(f"/next_word?text={quote(ONCE)}")
    expect(rows(page).nth(2)).to_be_visible()
    word = rows(page).nth(2).locator(".word").text_content()
    rows(page).nth(2).click()
    wait_until(lambda: written(page)[-1] == word.replace("·", " "), "the chosen word")
    wait_until(lambda: query(page).get("chosen", "").startswith("0:"), "the link")
    again = visit("/next_word" + page.url[page.url.index("?") :])
    wait_until(lambda: written(again) == written(page), "the same text")


def test_the_cut_tail_is_seen(visit):
    page = visit(f"/next_word?text={quote(ONCE)}&strategy=sample&top_k=3&temperature=0.7&seed=5")
    expect(rows(page)).to_have_count(20)
    assert page.locator(".candidate.cut").count() == 17
    expect(page.locator(".candidates .rest")).to_contain_text("3 can be drawn")
    step = Writing(writer("decoder-stories"), ONCE, Settings("sample", 0.7, 3, 1.0, 5)).steps(1)[0]
    chosen = page.locator(".candidate.chosen .word").text_content()
    assert chosen.replace("·", " ") == step.string


def test_the_walk_goes_by_arrow_keys(visit):
    page = visit("/translate")
    expect(page.locator("h3").filter(has_text="1 ·")).to_be_visible()
    page.locator("h1").click()
    press(page, "ArrowRight", "Next")
    expect(page.locator("h3").filter(has_text="2 ·")).to_be_visible()
    wait_until(lambda: query(page).get("stop") == "positions", "the link")
    press(page, "ArrowLeft", "Previous")
    expect(page.locator("h3").filter(has_text="1 ·")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_a_phone(visit, scheme, shots):
    for name in ("next_word?step=1", "translate?stop=cross"):
        page = visit(f"/{name}", width=390, height=844, scheme=scheme)
        page.wait_for_timeout(1500)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, name
        page.screenshot(path=shots / f"{name.split('?')[0]}-phone-{scheme}.png")


def test_a_translation_is_typed_and_judged(visit):
    page = visit("/translate?text=" + quote("汤姆是一只猫。"))
    labels = page.locator(".js-plotly-plot").first.locator(".textpoint text")
    wait_until(lambda: any("cat" in t for t in labels.all_text_contents()), "a translation")
    box = page.get_by_label("Your own translation")
    box.fill("Tom is a dog.")
    box.press("Enter")
    wait_until(lambda: any("dog" in t for t in labels.all_text_contents()), "the typed one")
    assert query(page)["target"] == "Tom is a dog."
    assert page.locator("[data-testid=stException]").count() == 0


def test_cross_attention_has_two_lines_of_words(visit):
    page = visit("/attention?model=transformer-zh-en&text=" + quote("我正在吃饭。"))
    expect(page.locator(".tile.picker").first).to_be_visible()
    pickers = page.locator(".tile.picker").all_text_contents()
    assert pickers[0] == "[BOS]"
    page.locator(".tile.picker").nth(2).click()
    wait_until(lambda: query(page).get("word") == "2", "the link")
    shaded = page.locator(".tile:not(.picker) small").all_text_contents()
    assert len(shaded) == 5
    assert abs(sum(float(share or 0) for share in shaded) - 1) < 0.05
