import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
import chromium

ROOT = Path(__file__).parents[2]
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
expect.set_options(timeout=30_000)


class Server:
    """The app as `make run` starts it."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "viz_core.cli", "serve", "--no-browser", "--port", str(self.port)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        self.said = self.process.stdout.readline()

    @property
    def url(self):
        return f"http://localhost:{self.port}"

    def stop(self):
        self.process.send_signal(2)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


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
            viewport={"width": width, "height": height}, color_scheme=scheme, locale=locale,
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda r: strangers.append(r.url) if _stranger(r.url, server.url) else None)
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


def ready(page):
    """Wait until the app has run and shows no running script."""
    expect(page.locator("[data-testid=stApp]")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=60_000
    )
    expect(page.locator("h1").first).to_be_visible()


def wait_until(condition, what, seconds=30):
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s for {what}")


@pytest.fixture
def shots():
    folder = ROOT / "screenshots"
    folder.mkdir(exist_ok=True)
    return folder


def query(page):
    """The link's values."""
    return {key: values[0] for key, values in parse_qs(urlsplit(page.evaluate("location.href")).query).items()}


def painted(page):
    """The layer and head that the grid of all heads says it has framed."""
    return page.locator(".grid").get_attribute("data-painted")


def map_note(page):
    """The line under the big map that says which head it is."""
    texts = page.locator(".js-plotly-plot .annotation-text").all_text_contents()
    return next((t for t in texts if re.search("layer|层", t)), "")
