import chromium
import pytest
from driver import FLAGS, ready
from playwright.sync_api import sync_playwright
from served import ROOT, Server

COURSE = "http://course.test"  # a site that may show the app in a frame


@pytest.fixture(scope="session")
def server():
    running = Server("--embed", COURSE)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser():
    path = chromium.find()
    assert path, "no Chromium: run make test, which installs it"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def contexts(browser):
    """A browser profile for each language and theme: the app's own files are fetched once."""
    opened = {}

    def context(locale, scheme):
        if (locale, scheme) not in opened:
            opened[locale, scheme] = browser.new_context(locale=locale, color_scheme=scheme)
        return opened[locale, scheme]

    yield context
    for one in opened.values():
        one.close()


@pytest.fixture
def visit(server, contexts):
    """Open an address of the app as a new visitor; nothing may leave the machine or fail."""
    pages, strangers, errors = [], [], []

    def open_(path, width=1440, height=900, scheme="light", locale="en-US"):
        page = contexts(locale, scheme).new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.on(
            "request", lambda r: strangers.append(r.url) if _stranger(r.url, server.url) else None
        )
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", lambda dialog: (errors.append("dialog"), dialog.dismiss()))
        page.goto(server.url + path)
        ready(page)
        return page

    yield open_
    for page in pages:
        forget(page)
        page.close()
    assert strangers == []
    assert errors == []


def forget(page):
    """Leave nothing of a visit to the next visitor."""
    page.context.clear_cookies()
    if page.url.startswith("http"):
        page.evaluate("localStorage.clear()")


def _stranger(url, ours):
    return not url.startswith((ours, ours.replace("http", "ws"), "data:", "blob:"))


@pytest.fixture
def shots():
    folder = ROOT / "screenshots"
    folder.mkdir(exist_ok=True)
    return folder
