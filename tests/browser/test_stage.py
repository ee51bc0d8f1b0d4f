"""A lecture in a browser: opened, followed, asked, revealed, left; links, frames, and files."""

import os
import re

import pytest
from driver import ready, wait_until
from hostile import HOSTILE, texts
from playwright.sync_api import expect

from viz_core.handout import document
from viz_core.handout.document import one_file, tour_file
from viz_core.stage.question import Question
from viz_core.store import open_store, questions
from viz_core.tour import Stop, Tour
from viz_core.views import View

pytestmark = pytest.mark.browser
N_TABS = int(os.environ.get("TABS", "4"))  # phones; each has a profile and a connection of its own
COURSE = "http://course.test"  # may embed the app of the tests: see conftest


@pytest.fixture
def lecturer(server, contexts):
    """A page that leads a room; its browser has the app's files already, as a lecturer's has."""
    context, errors = contexts("en-US", "light"), []
    page = context.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    context.on("weberror", lambda error: errors.append(str(error.error)))
    page.goto(f"{server.url}/r/new?at=/attention")
    page.get_by_role("button", name="Open a room").click()
    page.code = page.locator("h1").inner_text().split()[-1]
    page.get_by_role("link", name="To the lecture").click()
    ready(page)
    expect(page.locator(".bar")).to_be_visible(timeout=60_000)
    yield page
    context.clear_cookies()
    for one in context.pages:
        one.close()
    assert errors == []


@pytest.fixture
def phones(server, browser):
    opened = []

    def join(code, asked=False):
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-US")
        page, errors = context.new_page(), []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{server.url}/r/{code}")
        expect(page.locator(".ask .prompt" if asked else "main h1")).to_be_visible()
        opened.append((context, errors))
        return page

    yield join
    for context, errors in opened:
        context.close()
        assert errors == []


def bar(page, name):
    page.locator(".bar").get_by_role("button", name=name).click()


def speakers(lecturer, server, query=""):
    page = lecturer.context.new_page()
    page.goto(f"{server.url}/r/{lecturer.code}/speaker{query}")
    return page


def test_a_lecture(lecturer, phones):
    followers = [phones(lecturer.code) for _n in range(N_TABS)]
    expect(lecturer.locator(".bar .here")).to_have_text(f"Followers: {N_TABS}")
    lecturer.get_by_test_id("stButtonGroup").get_by_text("llama-stories").first.click()
    for phone in followers:
        expect(phone.locator("main")).to_contain_text("llama-stories")
    bar(lecturer, "Ask")
    for phone in followers:
        expect(phone.locator(".option").first).to_be_visible()
        expect(phone.locator("main")).to_be_hidden()
    expect(lecturer.locator(".st-key-title_row h1")).to_be_visible()
    expect(lecturer.locator(".js-plotly-plot").first).to_be_hidden()
    for phone in followers:
        phone.locator(".option").nth(1).click()
    expect(lecturer.locator(".bar .guesses")).to_have_text(f"Guesses: {N_TABS}")
    expect(followers[0].locator(".result")).to_have_count(0)
    bar(lecturer, "Show the answer")
    for phone in followers:
        expect(phone.locator(".result small").first).to_have_text(f"100 % ({N_TABS})")
        expect(phone.locator(".own")).to_be_visible()
    bar(lecturer, "Go on")
    for phone in followers:
        expect(phone.locator(".ask")).to_be_hidden()
    expect(lecturer.locator(".js-plotly-plot").first).to_be_visible()

    phone = followers[0]
    phone.get_by_role("link", name="Browse alone").click()
    ready(phone)
    phone.get_by_role("link", name="Back to the lecture").click()
    expect(phone.locator(".state")).to_have_text("You follow the lecture")
    lecturer.get_by_test_id("stButtonGroup").get_by_text("encoder-stories").first.click()
    expect(phone.locator("main")).to_contain_text("encoder-stories")
    lecturer.goto("about:blank")  # a lost lecturer leaves the last view
    late = phones(lecturer.code)
    for page in (phone, late):
        expect(page.locator(".state")).to_have_text("You follow the lecture")
        expect(page.locator("main")).to_contain_text("encoder-stories")


def test_the_speakers_view_moves_the_page_that_leads(lecturer, phones, server):
    phone, speaker = phones(lecturer.code), speakers(lecturer, server)
    expect(speaker.locator(".here")).to_have_text("Followers: 1")
    speaker.keyboard.press("PageDown")
    expect(speaker.locator(".at")).to_contain_text("Stop 2 of")
    lecturer.wait_for_url("**tour_stop=2**", timeout=60_000)
    expect(phone.locator("main")).not_to_contain_text("Where does each word look")
    lecturer.goto(f"{server.url}/attention?lang=zh")
    ready(lecturer)
    expect(phone.locator("main")).to_contain_text("每个词关注哪里")
    speaker.keyboard.press("a")
    expect(phone.locator(".prompt")).to_contain_text("最关注哪个词")
    phone.locator(".option").first.click()
    expect(speaker.locator(".guesses")).to_have_text("Guesses: 1")
    speaker.keyboard.press("r")
    expect(speaker.locator(".result small").first).to_contain_text("(1)")
    expect(phone.locator(".own")).to_be_visible()
    with speaker.expect_download() as saved:
        speaker.get_by_role("link", name="Guesses as a table").click()
    assert len(saved.value.path().read_text("utf-8-sig").splitlines()) == 2
    speaker.on("dialog", lambda dialog: dialog.accept())
    speaker.get_by_role("button", name="End the room").click()
    expect(phone.locator(".state")).to_have_text("The lecture has ended.")


def test_share_gives_a_link_a_code_and_a_file(visit, server):
    page = visit("/attention?text=Tom+is+a+dog.&layer=3")
    expect(page.locator(".js-plotly-plot").last).to_be_visible()  # then nothing moves any more
    page.locator(".st-key-share").get_by_role("button", name="Share").click()
    link = page.locator("[data-testid=stPopoverBody] code").first
    expect(link).to_contain_text("/s/")
    shared = link.inner_text().strip()
    code = page.locator("[data-testid=stPopoverBody] img")
    assert code.get_attribute("alt") == shared
    assert code.evaluate("e => e.naturalWidth") > 0
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download this view").click()
    assert saved.value.path().read_bytes().startswith(b"<!doctype html>")
    page.goto(shared)
    ready(page)
    expect(page.get_by_label("Your text")).to_have_value("Tom is a dog.")
    assert "layer=3" in page.url


@pytest.mark.parametrize(("site", "shown"), [(COURSE, True), ("http://other.test", False)])
def test_a_frame_shows_a_picture_where_the_site_is_named(browser, server, site, shown):
    frame = f"{server.url}/attention?embed=true&show=picture"
    context = browser.new_context(locale="en-US")
    context.route(f"{site}/**", lambda route: route.fulfill(
        body=f'<iframe src="{frame}" width=960 height=640></iframe>', content_type="text/html",
    ))  # fmt: skip
    page = context.new_page()
    page.goto(f"{site}/course")
    inside = page.frame_locator("iframe")
    if shown:
        expect(inside.locator(".js-plotly-plot").first).to_be_visible(timeout=60_000)
        expect(inside.locator("[class*=st-key-controls_]").first).to_be_hidden()
    else:
        wait_until(lambda: page.frames[1].url.startswith("chrome-error"), "the refusal")
    context.close()


@pytest.fixture
def opens(browser, tmp_path):
    """Opens a file without a network; nothing may fail in it."""
    context = browser.new_context(offline=True, locale="en-US", color_scheme="light")
    page, errors, path = context.new_page(), [], tmp_path / "view.html"
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)

    def open_(text):
        path.write_text(text, "utf-8")
        page.goto(path.as_uri())
        return page

    yield open_
    context.close()
    assert errors == []


def test_one_file_is_alive_without_a_network(opens):
    values = {"text": ("Tom is a cat. Tom's favorite food is",), "layer": ("1",), "head": ("2",)}
    page = opens(one_file(View("attention", values, "en")))
    title = page.locator(".explorer h3")
    expect(title).to_contain_text("layer 1, head 2")
    page.locator(".explorer .picker").nth(2).click()
    expect(title).to_contain_text("“is” looks at")
    page.locator(".explorer .grid canvas").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(title).to_contain_text("layer 2, head 2")
    page.locator(".explorer canvas.map").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".explorer p.caption").first).to_contain_text("looks at")
    page.locator("summary").click()
    expect(page.locator(".explorer table td").first).to_be_visible()
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate("document.documentElement.style.colorScheme") == "dark"


def test_the_flow_plays_in_a_file(opens):
    page = opens(one_file(View("home", {}, "en")))
    flow = page.locator("main:visible .flow")
    page.locator("main:visible .stage canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(flow).to_have_attribute("data-beat", "1")
    page.keyboard.press("Space")
    expect(flow).to_have_attribute("data-playing", "true")


def test_nothing_that_is_typed_runs_in_a_file(opens, monkeypatch):
    pages = "attention", "memory", "compare", "home"
    for name, evil in zip(pages, texts(3)[::17], strict=True):
        page = opens(one_file(View(name, {"text": (evil,)}, "en"), evil))
        expect(page.locator("h1").first).to_be_visible()
        assert page.evaluate("window.hit") is None, evil
    notes = "\n\n".join(one for one in HOSTILE if "![" not in one)  # in Markdown that is an image
    stops = (Stop(" ".join(HOSTILE), notes, "anatomy", {}),)
    tour = Tour("evil", HOSTILE[0], notes, stops)
    monkeypatch.setattr(document, "read_tour", lambda _name, _language: tour)
    assert opens(tour_file("evil", "en")).evaluate("window.hit") is None


def test_nothing_that_a_link_carries_runs(visit, server):
    page = visit("/tokens")
    evil = texts()
    for n in range(0, len(evil), 3):
        at = evil[n : n + 3]
        values = {key: (one,) for key, one in zip(("text", "step", "room"), at, strict=False)}
        page.goto(server.url + View("tokens", values, "en").address())
        ready(page)
        expect(page.get_by_label("Your text")).to_have_value(re.compile(r"window\.hit"))
        assert page.evaluate("window.hit") is None, at


def test_nothing_that_is_guessed_runs(lecturer, phones, server):
    store, code = open_store(), lecturer.code
    questions.ask(store, code, Question(HOSTILE[0], HOSTILE, {}, HOSTILE[:3], HOSTILE[1]))
    phone, speaker = phones(code, asked=True), speakers(lecturer, server)
    expect(phone.locator(".option")).to_have_count(len(HOSTILE))
    phone.locator(".option").nth(1).click()
    expect(phone.locator(".ask .note")).to_contain_text("Your guess")
    questions.reveal(store, code)
    expect(phone.locator(".result tr")).to_have_count(len(HOSTILE) + 1)
    expect(speaker.locator(".result tr")).to_have_count(len(HOSTILE) + 1)
    typed = Question(HOSTILE[2])
    for n in range(0, len(HOSTILE), 100):
        number = questions.ask(store, code, typed)
        some = [typed.read(one) for one in HOSTILE[n : n + 100]]
        for seat, one in enumerate(filter(None, some)):
            questions.guess(store, code, number, str(seat), one)
        shown = speaker.locator(".waiting button")
        expect(shown).to_have_count(len({one for one in some if one}))
        shown.first.click()
        expect(shown).to_have_count(len({one for one in some if one}) - 1)
    lecturer.reload()
    expect(lecturer.locator(".card .prompt")).to_be_visible(timeout=60_000)
    for page in (phone, speaker, lecturer):
        assert page.evaluate("window.hit") is None
