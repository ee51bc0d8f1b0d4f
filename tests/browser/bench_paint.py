"""How long until it is painted, by an empty rerun of the same page in the same run.

Run by `make bench`, at 64 tokens; ends with status 1 when a ratio misses its budget.
"""

import json
import statistics
import sys
from urllib.parse import quote

import chromium
from bench_grid import measure_grid
from driver import FLAGS, ready
from playwright.sync_api import sync_playwright
from served import Server

from viz_core import load
from viz_core.bench.timing import text_of

N_TOKENS, ROUNDS, TEXTS = 64, 24, 8
BUDGETS = {
    "canvas / empty rerun": 1.5,
    "grid of 144 heads / empty rerun": 1.5,
    "Plotly map / empty rerun": 3.5,
    "Compare page / Attention page": 2.0,
    "a word more / empty rerun": 3.5,
    "another stop / empty rerun": 3.5,
    "another stop of Step by step / empty rerun": 3.5,
    "typed text to painted flow / empty rerun": 2.5,
    "frame of the flow while it plays, ms": 17,
    "another word of Home, bytes sent": 60_000,
}
KINDS = ("rnn-stories", "lstm-stories", "encoder-stories", "decoder-stories", "transformer-zh-en")
NOTES = {"attention": 1, "compare": 3}  # pictures of each page that bear the text

# Rerun, or click a head in the grid; then look at every frame until each wanted thing is on the
# screen; milliseconds.
WATCH = """
async (head) => {
  const app = document.querySelector("[data-testid=stApp]")
  const state = () => app.dataset.testScriptState
  const states = []
  const watcher = new MutationObserver((all) => states.push(...all.map((one) => one.oldValue)))
  watcher.observe(app, { attributes: true, attributeOldValue: true })
  const roots = [...document.querySelectorAll("*")].map((e) => e.shadowRoot)
  const grid = roots.map((root) => root?.querySelector(".grid")).find(Boolean)
  const notes = () => [...document.querySelectorAll(".js-plotly-plot .annotation-text")]
  const done = head === null
    ? { rerun: () => states.includes("rerunRequested") && state() === "notRunning" }
    : {
        canvas: () => grid.dataset.painted === `0,${head}`,
        plotly: () => notes().some((e) => e.textContent.includes(`head ${head}`)),
      }
  const begin = performance.now()
  if (head === null) {
    const key = { key: "r", code: "KeyR", keyCode: 82, which: 82, bubbles: true }
    document.body.dispatchEvent(new KeyboardEvent("keydown", key))
    document.body.dispatchEvent(new KeyboardEvent("keyup", key))
  } else {
    const canvas = grid.querySelector("canvas")
    const box = canvas.getBoundingClientRect()
    const [clientX, clientY] = [box.left + 30 + ((box.width - 30) * (head + 0.5)) / 4, box.top + 60]
    canvas.dispatchEvent(new MouseEvent("click", { clientX, clientY, bubbles: true }))
  }
  const times = {}
  await new Promise((resolve, reject) => {
    const look = () => {
      const now = performance.now() - begin
      for (const name in done) if (!(name in times) && done[name]()) times[name] = now
      if (Object.keys(times).length === Object.keys(done).length) resolve()
      else if (now > 20000) reject(new Error(`head ${head}: ${JSON.stringify(times)}, ${states}`))
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  watcher.disconnect()
  return times
}
"""


# Look at every frame since `begin` until so many pictures bear the text and the app is at rest.
PAINTED = """
([begin, text, n]) => new Promise((resolve, reject) => {
  const app = document.querySelector("[data-testid=stApp]")
  const notes = () => [...document.querySelectorAll(".js-plotly-plot .annotation-text")]
  const look = () => {
    const now = performance.now() - begin
    const there = notes().filter((e) => e.textContent.includes(text)).length >= n
    if (there && app.dataset.testScriptState === "notRunning") resolve(now)
    else if (now > 20000) reject(new Error(`${text} is not painted`))
    else requestAnimationFrame(look)
  }
  look()
})
"""


def main() -> None:
    """Start the app, measure, print."""
    server = Server()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
            page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-US")
            text = text_of(load("decoder-stories"), N_TOKENS)
            page.goto(f"{server.url}/attention?text={quote(text)}")
            ready(page)
            page.wait_for_selector(".heatmaplayer image", state="attached")
            page.wait_for_selector(".grid[data-painted='0,0']")
            page.wait_for_timeout(2000)
            found = measure(page)
            page.close()
            found |= measure_pages(browser, server.url)
            found |= measure_steps(browser, server.url)
            found |= measure_flow(browser, server.url)
            found |= measure_grid(browser)
            browser.close()
    finally:
        server.stop()
    print(json.dumps(found, indent=2))
    missed = [name for name, budget in BUDGETS.items() if found[name] > budget]
    if missed:
        sys.exit(f"over budget: {', '.join(missed)}")


def measure(page) -> dict[str, float]:
    """Median times of an empty rerun and of a head change, and their ratios."""
    times = {"rerun": [], "canvas": [], "plotly": []}
    for n in range(ROUNDS):
        for head in (None, (n + 1) % 4):
            for name, value in page.evaluate(WATCH, head).items():
                times[name].append(value)
            page.wait_for_timeout(300)
    middle = {name: statistics.median(values) for name, values in times.items()}
    return {
        f"empty rerun, T={N_TOKENS}, ms": middle["rerun"],
        "head change to canvas, ms": middle["canvas"],
        "head change to Plotly map, ms": middle["plotly"],
        "canvas / empty rerun": middle["canvas"] / middle["rerun"],
        "Plotly map / empty rerun": middle["plotly"] / middle["rerun"],
    }


def measure_pages(browser, url) -> dict[str, float]:
    """Median times from a typed text to a painted page, Attention and Compare turn by turn."""
    pages = {}
    for name, n in NOTES.items():
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-US")
        page.goto(f"{url}/{name}")
        ready(page)
        page.wait_for_function(
            "n => document.querySelectorAll('.js-plotly-plot .annotation-text').length >= n", arg=n
        )
        page.wait_for_timeout(1000)
        pages[name] = page
    times = {name: [] for name in pages}
    for index in range(TEXTS):
        for name, page in pages.items():
            page.bring_to_front()
            text = f"Case {index} of {name}"
            box = page.get_by_label("Your text")
            box.fill(f"{text}. Tom is a cat. Tom's favorite food is")
            begin = page.evaluate("performance.now()")
            box.press("Enter")
            times[name].append(page.evaluate(PAINTED, [begin, text, NOTES[name]]))
    middle = {name: statistics.median(values) for name, values in times.items()}
    return {
        "typed text to painted Attention page, ms": middle["attention"],
        "typed text to painted Compare page, ms": middle["compare"],
        "Compare page / Attention page": middle["compare"] / middle["attention"],
    }


# Rerun, or press a button; then look at every frame until what it leads to is on the screen and
# the app is at rest; milliseconds.
PRESSED = """
([key, expected, least]) => new Promise((resolve, reject) => {
  const app = document.querySelector("[data-testid=stApp]")
  const states = []
  const watcher = new MutationObserver((all) => states.push(...all.map((one) => one.oldValue)))
  watcher.observe(app, { attributes: true, attributeOldValue: true })
  const roots = () => [...document.querySelectorAll("*")].map((e) => e.shadowRoot)
  const list = () => roots().map((root) => root?.querySelector(".candidates")).find(Boolean)
  const heading = () => [...document.querySelectorAll("h3")].map((e) => e.textContent).join()
  const pictures = () => document.querySelectorAll(".js-plotly-plot .main-svg").length
  const done = () =>
    key === null
      ? states.includes("rerunRequested")
      : key === "forth"
        ? list()?.dataset.place === expected
        : heading().includes(expected) && (pictures() >= least || list())
  const begin = performance.now()
  if (key === null) {
    const r = { key: "r", code: "KeyR", keyCode: 82, which: 82, bubbles: true }
    document.body.dispatchEvent(new KeyboardEvent("keydown", r))
    document.body.dispatchEvent(new KeyboardEvent("keyup", r))
  } else document.querySelector(`.st-key-${key} button`).click()
  const look = () => {
    const now = performance.now() - begin
    if (done() && app.dataset.testScriptState === "notRunning") {
      watcher.disconnect()
      resolve(now)
    } else if (now > 20000) reject(new Error(`${key}: ${expected} is not painted`))
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
})
"""


def measure_steps(browser, url) -> dict[str, float]:
    """Median times of a word more on Next word and of another stop on Translate."""
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-US")
    page.goto(f"{url}/next_word?text={quote('Once upon a time, there was a little')}")
    ready(page)
    page.wait_for_timeout(2000)
    times = {"rerun": [], "forth": [], "again": [], "next": []}
    for n in range(ROUNDS):
        times["rerun"].append(page.evaluate(PRESSED, [None, "", 0]))
        page.wait_for_timeout(200)
        times["forth"].append(page.evaluate(PRESSED, ["forth", str(n + 1), 0]))
        page.wait_for_timeout(200)
    page.goto(f"{url}/translate")
    ready(page)
    page.wait_for_timeout(2000)
    for _n in range(4):
        for stop in range(2, 7):
            times["again"].append(page.evaluate(PRESSED, [None, "", 0]))
            page.wait_for_timeout(200)
            times["next"].append(page.evaluate(PRESSED, ["next", f"{stop} ·", 9]))
            page.wait_for_timeout(400)
        page.get_by_text("embeddings", exact=True).click()
        page.wait_for_timeout(1500)
    page.goto(f"{url}/step_by_step")
    ready(page)
    page.wait_for_timeout(2000)
    times |= {"still": [], "on": []}
    for stop in range(2, 14):
        times["still"].append(page.evaluate(PRESSED, [None, "", 0]))
        page.wait_for_timeout(200)
        times["on"].append(page.evaluate(PRESSED, ["next", f"{stop} ·", 3]))
        page.wait_for_timeout(400)
    middle = {name: statistics.median(values) for name, values in times.items()}
    return {
        "empty rerun of Next word, ms": middle["rerun"],
        "a word more, ms": middle["forth"],
        "a word more / empty rerun": middle["forth"] / middle["rerun"],
        "empty rerun of Translate, ms": middle["again"],
        "another stop, ms": middle["next"],
        "another stop / empty rerun": middle["next"] / middle["again"],
        "empty rerun of Step by step, ms": middle["still"],
        "another stop of Step by step, ms": middle["on"],
        "another stop of Step by step / empty rerun": middle["on"] / middle["still"],
    }


# Type a text (or rerun, with none); then look at every frame until the flow bears it and the app is
# at rest; milliseconds since `begin`.
FLOWN = """
([begin, text]) => new Promise((resolve, reject) => {
  const app = document.querySelector("[data-testid=stApp]")
  const roots = [...document.querySelectorAll("*")].map((e) => e.shadowRoot)
  const flow = roots.map((root) => root?.querySelector(".flow")).find(Boolean)
  const look = () => {
    const now = performance.now() - begin
    if (flow.dataset.text === text && app.dataset.testScriptState === "notRunning") resolve(now)
    else if (now > 20000) reject(new Error(`${text} is not painted`))
    else requestAnimationFrame(look)
  }
  look()
})
"""

# Play four times as fast, past all stations, and measure the time from frame to frame.
FRAMES = """
(ms) => new Promise((resolve) => {
  const roots = [...document.querySelectorAll("*")].map((e) => e.shadowRoot)
  const flow = roots.map((root) => root?.querySelector(".flow")).find(Boolean)
  for (const name of ["speed", "speed", "play"]) flow.querySelector(`.${name}`).click()
  const times = []
  const begin = performance.now()
  let last = begin
  const look = (now) => {
    times.push(now - last)
    last = now
    if (now - begin < ms) requestAnimationFrame(look)
    else resolve(times.slice(2))
  }
  requestAnimationFrame(look)
})
"""


def measure_flow(browser, url) -> dict[str, float]:
    """From a typed text to the painted flow at 32 tokens, what a click sends, frames of a walk."""
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-US")
    sent = []
    page.on("websocket", lambda one: one.on("framereceived", lambda f: sent.append(len(f))))
    page.goto(url)
    ready(page)
    page.wait_for_timeout(2000)
    sent.clear()
    page.locator(".flow canvas").click(position={"x": 80, "y": 120})  # one of the words
    page.wait_for_timeout(2000)
    clicked = sum(sent)
    text = text_of(load("decoder-stories"), 28)
    times = {"rerun": [], "typed": []}
    for n in range(ROUNDS):
        times["rerun"].append(page.evaluate(PRESSED, [None, "", 0]))
        page.wait_for_timeout(300)
        box = page.get_by_label("Your text")
        typed = f"Case {n}. {text}"
        box.fill(typed)
        begin = page.evaluate("performance.now()")
        box.press("Enter")
        times["typed"].append(page.evaluate(FLOWN, [begin, typed]))
        page.wait_for_timeout(300)
    middle = {name: statistics.median(values) for name, values in times.items()}
    frames = {}
    for model in KINDS:
        for n_tokens in (32, 128):
            long = text_of(load("decoder-stories"), n_tokens)
            page.goto(f"{url}/?model={model}&text={quote(long)}")
            ready(page)
            page.wait_for_timeout(1500)
            frames[f"{model}, T={n_tokens}"] = statistics.median(page.evaluate(FRAMES, 4000))
    return {
        "another word of Home, bytes sent": clicked,
        "empty rerun of Home, ms": middle["rerun"],
        "typed text to painted flow, T=32, ms": middle["typed"],
        "typed text to painted flow / empty rerun": middle["typed"] / middle["rerun"],
        "frame of the flow while it plays, ms": max(
            value for name, value in frames.items() if name.endswith("T=32")
        ),
        **{f"frame of the flow, {name}, ms": value for name, value in frames.items()},
    }


if __name__ == "__main__":
    main()
