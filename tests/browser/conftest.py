import chromium
import pytest
from driver import FLAGS, ready
from playwright.sync_api import sync_playwright
from served import ROOT, Server


@pytest.fixture(scope="session")
def server():
    running = Server()
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


@pytest.fixture
def visit(server, browser):
    """Open an address of the app as a new visitor; nothing may leave the machine or fail."""
    contexts, strangers, errors = [], [], []

    def open_(path, width=1440, height=900, scheme="light", locale="en-US"):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            locale=locale,
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.on(
            "request", lambda r: strangers.append(r.url) if _stranger(r.url, server.url) else None
        )
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", lambda dialog: (errors.append("dialog"), dialog.dismiss()))
        page.goto(server.url + path)
        ready(page)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert strangers == []
    assert errors == []


def _stranger(url, ours):
    return not url.startswith((ours, ours.replace("http", "ws"), "data:", "blob:"))


@pytest.fixture
def shots():
    folder = ROOT / "screenshots"
    folder.mkdir(exist_ok=True)
    return folder
