"""Reading the app's pages, for browser tests and benchmarks."""

import re
import time
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --process-per-site --disable-software-rasterizer "
    "--disable-features=LocalNetworkAccessChecks"  # tests' other sites frame this machine
).split()
expect.set_options(timeout=30_000)


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


def press(page, key, button):
    """Press a key once the button that listens for it is there (its code is fetched lazily)."""
    expect(page.get_by_role("button", name=button)).to_be_enabled()
    page.keyboard.press(key)


def query(page):
    """The link's values."""
    return {
        key: values[0]
        for key, values in parse_qs(urlsplit(page.evaluate("location.href")).query).items()
    }


def painted(page):
    """The layer and head that the grid of all heads says it has framed."""
    return page.locator(".grid").get_attribute("data-painted")


def map_note(page):
    """The line under the big map that says which head it is."""
    texts = page.locator(".js-plotly-plot .annotation-text").all_text_contents()
    return next((t for t in texts if re.search("layer|层", t)), "")
