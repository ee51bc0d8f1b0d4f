"""A lecture in a browser: opened, followed, asked, revealed, left; and files without a network."""

import pytest
from driver import ready
from playwright.sync_api import expect

from viz_core.handout.document import one_file
from viz_core.views import View

pytestmark = pytest.mark.browser
N_TABS = 6  # phones; each has a profile of its own, as each has a connection of its own
XSS = (
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "<svg onload=window.hit=1>",
    "\"><iframe srcdoc='<script>parent.hit=1</script>'>",
    "javascript:window.hit=1",
    "';window.hit=1//",
    "</title><script>window.hit=1</script>",
    "</style><script>window.hit=1</script>",
    "</script><script>window.hit=1</script>",
    "{{7*7}}${window.hit=1}",
)


@pytest.fixture
def lecturer(server, browser):
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    page = context.new_page()
    page.goto(f"{server.url}/r/new?at=/attention")
    page.get_by_role("button", name="Open a room").click()
    page.code = page.locator("h1").inner_text().split()[-1]
    page.get_by_role("link", name="To the lecture").click()
    ready(page)
    expect(page.locator(".bar")).to_be_visible()
    yield page
    context.close()


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
    followers[0].get_by_role("link", name="Browse alone").click()
    ready(followers[0])
    followers[0].get_by_role("link", name="Back to the lecture").click()
    expect(followers[0].locator(".state")).to_have_text("You follow the lecture")
    late = phones(lecturer.code)
    expect(late.locator("main")).to_contain_text("llama-stories")


def test_the_speakers_view_moves_the_page_that_leads(lecturer, phones, server):
    phone = phones(lecturer.code)
    speaker = lecturer.context.new_page()
    speaker.goto(f"{server.url}/r/{lecturer.code}/speaker")
    expect(speaker.locator(".here")).to_have_text("Followers: 1")
    speaker.keyboard.press("PageDown")
    expect(speaker.locator(".at")).to_contain_text("Stop 2 of")
    lecturer.wait_for_url("**tour_stop=2**", timeout=60_000)
    expect(phone.locator("main")).not_to_contain_text("Where does each word look")
    speaker.on("dialog", lambda dialog: dialog.accept())
    speaker.get_by_role("button", name="End the room").click()
    expect(phone.locator(".state")).to_have_text("The lecture has ended.")


def test_one_file_is_alive_without_a_network(browser, tmp_path):
    values = {"text": ("Tom is a cat. Tom's favorite food is",), "layer": ("1",), "head": ("2",)}
    path = tmp_path / "view.html"
    path.write_text(one_file(View("attention", values, "en")), "utf-8")
    context = browser.new_context(offline=True, locale="en-US", color_scheme="light")
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.goto(path.as_uri())
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
    context.close()
    assert errors == []


@pytest.mark.parametrize("name", ["attention", "home"])
def test_nothing_that_is_typed_runs_in_a_file(browser, tmp_path, name):
    context = browser.new_context()
    page = context.new_page()
    for number, evil in enumerate(XSS):
        path = tmp_path / f"{number}.html"
        path.write_text(one_file(View(name, {"text": (evil,)}, "en"), evil), "utf-8")
        page.goto(path.as_uri())
        expect(page.locator("h1").first).to_be_visible()
        assert page.evaluate("window.hit") is None, evil
    context.close()


def test_nothing_that_is_guessed_runs(lecturer, phones, server):
    lecturer.goto(f"{server.url}/next_word")
    ready(lecturer)
    bar(lecturer, "Ask")
    phone = phones(lecturer.code, asked=True)
    speaker = lecturer.context.new_page()
    speaker.goto(f"{server.url}/r/{lecturer.code}/speaker")
    for evil in XSS:
        phone.get_by_role("textbox").fill(evil[:80])
        phone.get_by_role("button", name="Guess").click()
        expect(phone.locator(".ask .note")).to_contain_text("Your guess")
        shown = speaker.locator(".waiting button")
        expect(shown).to_have_text(" ".join(evil[:80].casefold().split()))
        shown.click()
        expect(shown).to_have_count(0)
    bar(lecturer, "Show the answer")
    expect(phone.locator(".result")).to_be_visible()
    for page in (phone, speaker, lecturer):
        assert page.evaluate("window.hit") is None
