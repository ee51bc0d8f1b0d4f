"""What holds on every page: rows of controls, presenter size, phones, keyboard and ear."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from driver import query, ready, wait_until
from playwright.sync_api import expect

from viz_core import Request, load
from viz_core.tour import PAGES

pytestmark = pytest.mark.browser
NAMES = sorted(path.stem for path in PAGES.glob("*.py"))
ADDRESSES = {name: "/" if name == "home" else f"/{name}" for name in NAMES}


@pytest.fixture(scope="module")
def opened(server, browser):
    """One page for all tests that only look."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    page = context.new_page()

    def open_(name):
        page.set_viewport_size({"width": 1440, "height": 900})
        page.emulate_media(color_scheme="light")
        page.goto(server.url + ADDRESSES[name])
        themed(page, "light")
        return page

    yield open_
    context.close()


def settled(page):
    """Everything that the app sent has been drawn."""
    ready(page)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=60_000)
    expect(page.locator(".keys .help")).to_be_visible()
    expect(page.get_by_text(re.compile(r"^\W*Share$|^\W*分享$"))).to_be_visible()


PAPER = {"light": "#ffffff", "dark": "#14141c"}
PAPERS = """() => [...document.querySelectorAll("[data-testid^=stBidiComponent]")]
  .map((one) => getComputedStyle(one).getPropertyValue("--st-background-color").toLowerCase())"""


def themed(page, scheme):
    """Show a theme, until the page and every view of ours are drawn in it."""
    page.emulate_media(color_scheme=scheme)
    settled(page)
    wait_until(lambda: {*page.evaluate(PAPERS)} - {""} == {PAPER[scheme]}, f"{scheme} views")
    page.wait_for_timeout(300)  # the app is told, and runs again in other colours
    settled(page)


def serious(page):
    """What axe-core finds that keeps people out."""
    return [
        (rule["id"], node["target"], node["failureSummary"])
        for rule in Axe().run(page).response["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


# every row of controls: its name, the bottoms of what is seen in it, and how high that is
ROWS = """() => [...document.querySelectorAll("[class*=st-key-controls_]")].map((row) => {
  const own = [...row.classList].find((one) => one.startsWith("st-key-controls_"))
  const used = ".stButtonGroup button[kind], .stButton button[kind], " +
    "input[type=number], .stSelectbox input"
  const boxes = [...row.querySelectorAll(used)]
    .map((one) => one.closest("[data-testid=stNumberInputContainer], [data-baseweb=select]") ?? one)
    .map((one) => one.getBoundingClientRect()).filter((box) => box.height)
  return [own, boxes.map((box) => Math.round(box.bottom))]
})"""


@pytest.mark.parametrize("name", NAMES)
def test_a_page_keeps_nobody_out_on_any_screen(opened, shots, name):
    """Desk, light and dark; phone; projector at presenter size, in English and Chinese."""
    page = opened(name)
    for row, bottoms in page.evaluate(ROWS):
        assert not bottoms or max(bottoms) - min(bottoms) <= 2, row
    assert page.locator("[data-testid=stException], [data-testid=stAlert]").count() == 0
    assert serious(page) == []
    themed(page, "dark")
    assert serious(page) == []
    resized(page, 390, 844)
    for fold in page.locator("[class*=st-key-fold_]").all():
        expect(fold).to_be_visible()
    page.screenshot(path=shots / f"{name}-phone-dark.png", full_page=True)
    themed(page, "light")
    resized(page, 1920, 1080)
    page.locator("h1").click()
    page.keyboard.press("p")
    wait_until(lambda: page.evaluate(TYPE_SIZE) == 1.5 * 17, "presenter size")
    fits(page)
    if name == "home":
        flow = page.locator(".flow .stage")
        wait_until(lambda: flow.evaluate("e => e.scrollWidth <= innerWidth"), "the whole flow")
    page.get_by_role("radio", name="zh", exact=True).click()
    expect(page.locator("h1")).to_have_text(re.compile("[\u4e00-\u9fff]{3}"))
    fits(page)
    page.screenshot(path=shots / f"{name}-presenter-zh.png")


TYPE_SIZE = "parseFloat(getComputedStyle(document.documentElement).fontSize)"


def resized(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    fits(page)


def fits(page):
    """All is there, and nothing but pictures in their own frames goes on sideways."""
    settled(page)
    wait_until(lambda: page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), "fit")
    main = page.get_by_test_id("stMain")
    wait_until(lambda: main.evaluate("e => e.scrollWidth <= e.clientWidth"), "nothing beside it")


def test_pictures_follow_the_theme(visit):
    page = visit("/next_word")
    settled(page)
    share = page.locator(".candidates .share").first
    colour = "e => getComputedStyle(e).color"
    wait_until(lambda: share.evaluate(colour) == "rgb(90, 90, 107)", "the light theme's grey")
    page.emulate_media(color_scheme="dark")
    wait_until(lambda: share.evaluate(colour) == "rgb(169, 169, 188)", "the dark theme's grey")


def test_presenter_size_goes_along_and_is_turned_by_a_key(visit):
    page = visit("/memory")
    settled(page)
    page.locator("h1").click()
    page.keyboard.press("p")
    large = page.locator(".keys .large")
    expect(large).to_have_attribute("aria-pressed", "true")
    wait_until(lambda: query(page).get("presenter") == "true", "the link")
    page.get_by_role("link", name="Compare").click()
    expect(page.locator("h1")).to_have_text("One sentence, every architecture")
    settled(page)
    expect(large).to_have_attribute("aria-pressed", "true")
    wait_until(lambda: query(page).get("presenter") == "true", "the link")
    page.get_by_label("Your text").press("p")  # a letter, while one types
    page.locator("h1").click()
    expect(large).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("f")
    expect(large).to_have_attribute("aria-pressed", "false")
    wait_until(lambda: "presenter" not in query(page), "the link")


def test_presenter_size_goes_along_a_tour(visit):
    page = visit("/?tour=atlas&presenter=true")
    settled(page)
    expect(page.get_by_role("link", name="Leave the tour")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**tour_stop=2**")
    settled(page)
    assert query(page)["presenter"] == "true"
    expect(page.locator(".keys .large")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize(("locale", "says"), [("en-US", "presenter size"), ("zh-CN", "演示")])
def test_a_sheet_tells_all_keys(visit, locale, says):
    page = visit("/cost", locale=locale)
    expect(page.locator(".keys .help")).to_be_visible()
    page.locator("h1").click()
    page.keyboard.press("?")
    sheet = page.locator(".keys dialog")
    expect(sheet).to_be_visible()
    expect(sheet).to_contain_text(says)
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_on_a_phone_controls_are_folded_and_the_menu_gives_way(visit):
    page = visit("/attention", width=390, height=844)
    expect(page.locator(".strip")).to_be_visible()
    model = page.get_by_role("radiogroup", name="Model")
    expect(model).to_be_hidden()
    page.get_by_text("Controls", exact=True).click()
    expect(model).to_be_visible()
    frame = page.locator("[class*=st-key-frame_]").first
    assert frame.evaluate("e => e.scrollWidth > e.clientWidth")
    expect(frame.get_by_text("Swipe", exact=False)).to_be_visible()
    cells = page.evaluate(
        "(() => { const { xaxis, yaxis } = document.querySelector('.js-plotly-plot')._fullLayout;"
        "return [xaxis._m, yaxis._m].map(Math.abs) })()"
    )
    assert abs(cells[0] - cells[1]) < 0.5  # square
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Cost").click()
    expect(page.locator("h1")).to_have_text("What does a longer text cost?")
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")


def test_a_heat_map_is_read_by_keyboard_and_ear(visit):
    page = visit("/attention?layer=2&head=3")
    settled(page)
    over = page.get_by_role("application").first
    said = page.locator(".cells ~ .said").first
    expect(said).to_have_attribute("aria-live", "polite")  # there before it changes
    expect(over).to_have_attribute("aria-label", re.compile("Arrow keys"))
    over.focus()
    for _n in range(6):
        page.keyboard.press("ArrowDown")
    for _n in range(4):
        page.keyboard.press("ArrowRight")
    weight = (
        load("decoder-stories")
        .run(Request("Tom is a cat. Tom's favorite food is fish.", want=("*.weights",)))[
            "decoder.2.self_attn.weights"
        ]
        .values[3, 6, 4]
    )
    expect(said).to_have_text(f"Tom looks at cat, {weight:.2f}")
    cell = page.locator(".cells .cell").first.bounding_box()
    image = page.locator(".heatmaplayer image").first.bounding_box()
    assert abs(cell["x"] - image["x"] - 4 * cell["width"]) < 3
    assert abs(cell["y"] - image["y"] - 6 * cell["height"]) < 3
    page.keyboard.press("ArrowRight")
    for _n in range(3):
        page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("hidden")
