"""The flow of the Home page in a real browser: what is painted is the trace."""

import re
from dataclasses import replace
from urllib.parse import quote
from xml.etree import ElementTree

import numpy as np
import pytest
from driver import query, ready, wait_until
from playwright.sync_api import expect

from viz_core import Request, load
from viz_core.analysis.influence import counterfactual
from viz_core.registry import MODELS
from viz_core.runners.question import question
from viz_core.ui.cache import alternatives

pytestmark = pytest.mark.browser
TOM = "Tom is a cat. Tom's favorite food is"
EATING = "我正在吃饭。"
KINDS = (
    "rnn-stories lstm-stories gru-stories encoder-stories decoder-stories transformer-zh-en".split()
)
SVG = "{http://www.w3.org/2000/svg}"


def at(model, text=TOM, **more):
    values = {"model": model, "text": text, **more}
    return "/?" + "&".join(f"{key}={quote(str(value))}" for key, value in values.items())


def flow(page):
    return page.locator(".flow")


def painted(page, model, layer=None, head=None):
    """Wait until a model's flow is painted."""
    name = model if layer is None else f"{model}|{layer}|{head}"
    expect(flow(page)).to_have_attribute("data-painted", re.compile("^" + re.escape(name)))


def svg_of(page):
    with page.expect_download() as download:
        page.locator(".flow .svg").click()
    assert download.value.suggested_filename.endswith(".svg")
    return ElementTree.parse(download.value.path()).getroot()


def point(page, a, row, shift=0):
    """Move the pointer to a station's middle at a row; the plan is read from the names."""
    box = page.locator(".stage canvas").bounding_box()
    page.mouse.move(box["x"] + a, box["y"] + 44 + 30 * (row + shift + 0.5))


@pytest.mark.parametrize("model", KINDS)
def test_every_painted_width_is_the_trace(visit, model):
    text = EATING if model == "transformer-zh-en" else TOM
    page = visit(at(model, text, layer=1, head=2))
    painted(page, model)
    root = svg_of(page)
    kind = MODELS[model].traits
    request = Request(question(kind, text), everywhere=True)
    if kind.recurrent:
        tried = alternatives(model, text)
        request = replace(request, measures=("counterfactual",), alternatives=tried)
    trace = load(model).run(request)
    influence = np.abs(counterfactual(trace)) if kind.recurrent else None
    n_read = len(trace.tokens[trace.stream])
    ratios, checked = {}, 0
    for path in root.iter(f"{SVG}path"):
        name, row, key = (path.get(f"data-{what}") for what in ("record", "row", "key"))
        if name is None or (kind.continues and int(row) >= n_read):
            continue
        width, values = float(path.get("stroke-width")), trace[name].values
        if name == "counterfactual.drop":
            values = influence
        if key is not None:
            number = values[2, int(row), int(key)]
        elif name == "counterfactual.drop":
            number = values[int(row)]
        elif values.ndim == 3:
            number = np.linalg.norm(values[2, int(row)])
        else:
            number = np.linalg.norm(values[int(row)])
        # each kind of line has one scale: px for a length of 1
        stream = re.search(r"resid_|norm_|\.out$", name)
        lane = re.search(r"\.[qkv]$", name)
        kind_of_line = "stream" if stream else "lanes" if lane else name
        drawn = (kind_of_line, path.get("data-band" if stream or lane else "data-part"))
        ratios.setdefault(drawn, []).append((width / number, number))
        checked += 1
    assert checked > 60
    for name, found in ratios.items():
        scales = [ratio for ratio, number in found if number > 1e-3]
        np.testing.assert_allclose(scales, np.median(scales), rtol=1e-2, err_msg=str(name))
        if name[0].endswith(".weights"):
            assert np.median(scales) == pytest.approx(15, rel=1e-3)  # half a row for the whole
        if name[0] == "counterfactual.drop":
            assert np.median(scales) == pytest.approx(0.42 * 30, rel=1e-3)  # for all texts alike


def test_gates_are_open_as_far_as_their_mean(visit):
    page = visit(at("lstm-stories"))
    painted(page, "lstm-stories")
    trace = load("lstm-stories").run(Request(TOM))
    plates = {}
    for rect in svg_of(page).iter(f"{SVG}rect"):
        if rect.get("data-gate") and rect.get("fill") != "none":
            place = rect.get("data-gate"), rect.get("data-part"), int(rect.get("data-row"))
            sides = float(rect.get("width")), float(rect.get("height"))
            plates.setdefault(place, []).append(sides[0 if place[0] == "f" else 1])
    assert len(plates) == 2 * (11 + 10 + 11)  # the first word has nothing to forget
    for (gate, part, row), heights in plates.items():
        opening = trace[f"lstm.{part[-1]}.gates"].values["ifgo".index(gate), row].mean()
        assert sum(heights) / 18 == pytest.approx(1 - opening, abs=1e-4)


def test_the_same_sentence_in_all_kinds_within_a_minute(visit):
    """A newcomer types, sees every architecture, and opens a lesson from the flow."""
    page = visit("/")
    painted(page, "decoder-stories")
    box = page.get_by_label("Your text")
    box.fill("Tom is a dog. Tom's favorite food is")
    box.press("Enter")
    places = []
    for kind, model in zip(
        ("decoder", "rnn", "lstm", "gru", "encoder", "encoder-decoder"),
        (KINDS[4], *KINDS[:4], KINDS[5]),
        strict=True,
    ):
        page.locator(f".cards button[data-name={kind}]").click()
        painted(page, model)
        expect(flow(page)).to_have_attribute("data-text", re.compile("Tom is a dog"))
        words = [t for t in svg_of(page).iter(f"{SVG}text") if t.get("data-part") == "words"]
        tom = next(word for word in words if word.text == "Tom")
        places.append((tom.get("x"), tom.get("y")))
        if kind == "rnn":
            expect(page.locator(".flow .said")).to_contain_text("From Decoder to RNN")
    assert len(set(places)) == 1  # the words stay in their places
    assert query(page)["model"] == "transformer-zh-en"
    page.locator(".cards button[data-name=decoder]").click()
    painted(page, "decoder-stories")
    page.locator(".names a[data-station=bar]").click()
    expect(page.locator("h1")).to_have_text("Where does each word look?")
    assert query(page)["text"].startswith("Tom is a dog")


@pytest.mark.parametrize(
    ("model", "station", "heading", "state"),
    [
        ("decoder-stories", "ffn", "Attention, number by number", {"at": "ffn", "layer": "1"}),
        ("lstm-stories", "cell1", "What does it still remember?", {"layer": "1"}),
        ("transformer-zh-en", "guess", "From one language to another", {}),
        ("encoder-stories", "bar", "Where does each word look?", {"model": "encoder-stories"}),
        ("positions-alibi", "mix", "How does it know the order?", {}),
    ],
)
def test_a_part_opens_its_lesson_with_the_same_view(visit, model, station, heading, state):
    text = EATING if model == "transformer-zh-en" else TOM
    page = visit(at(model, text, layer=1, head=2))
    painted(page, model)
    page.locator(f".names a[data-station={station}]").first.click()
    expect(page.locator("h1")).to_have_text(heading)
    ready(page)
    box = page.get_by_label("Your text")
    expect(box).to_have_value(re.compile(re.escape(text)))
    found = query(page)
    assert {key: found.get(key) for key in state} == state
    page.go_back()
    painted(page, model)


def test_a_word_lights_its_path_and_a_click_picks_it(visit):
    page = visit(at("decoder-stories"))
    painted(page, "decoder-stories")
    point(page, 60, 6)
    expect(flow(page)).to_have_attribute("data-hover", "0,6")
    box = page.locator(".stage canvas").bounding_box()
    page.mouse.click(box["x"] + 60, box["y"] + 44 + 30 * 4.5)
    wait_until(lambda: query(page).get("word") == "4", "the link")
    expect(page.locator("h3").first).to_contain_text("After “cat”")


def test_a_crossing_tells_its_weight(visit):
    page = visit(at("decoder-stories", layer=1, head=3))
    painted(page, "decoder-stories")
    dots = [
        c
        for c in svg_of(page).iter(f"{SVG}circle")
        if c.get("data-key") == "4" and c.get("data-row") == "6"
    ]
    point(page, float(dots[0].get("cx")), 6)
    weight = (
        load("decoder-stories").run(Request(TOM))["decoder.1.self_attn.weights"].values[3, 6, 4]
    )
    tip = page.locator(".flow .tip")
    expect(tip).to_contain_text("“·cat” 0.")
    shown = float(re.search(r"“·cat” (0\.\d{4})", tip.inner_text()).group(1))
    assert shown == pytest.approx(weight, abs=1e-4)  # the last digit may be rounded otherwise


def test_it_plays_pauses_steps_and_ends(visit):
    page = visit(at("rnn-stories"))
    painted(page, "rnn-stories")
    canvas = page.locator(".stage canvas")
    canvas.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(flow(page)).to_have_attribute("data-beat", "1")
    expect(page.locator(".flow .said")).to_contain_text("“Tom” is read")
    page.keyboard.press("ArrowLeft")
    expect(flow(page)).to_have_attribute("data-beat", "0")
    page.keyboard.press("Space")
    expect(flow(page)).to_have_attribute("data-playing", "true")
    wait_until(lambda: int(flow(page).get_attribute("data-beat") or 0) > 1, "the next word")
    page.keyboard.press("Space")
    expect(flow(page)).to_have_attribute("data-playing", "false")
    for _n in range(2):
        page.locator(".flow .speed").click()
    expect(page.locator(".flow .speed")).to_have_text("4 ×")
    page.locator(".flow .play").click()
    expect(flow(page)).to_have_attribute("data-beat", "", timeout=20_000)  # it came to its end


# Inked pixels of the pane that holds what the walk has left behind.
OVER = """() => {
  const roots = [...document.querySelectorAll("*")].map((e) => e.shadowRoot)
  const { walk } = roots.map((one) => one?.querySelector(".flow")).find(Boolean).view
  const { width, height } = walk.over
  const pixels = walk.over.getContext("2d").getImageData(0, 0, width, height).data
  let inked = 0
  for (let at = 3; at < pixels.length; at += 4) inked += pixels[at] > 0
  return inked
}"""


def test_a_second_walk_begins_anew(visit):
    page = visit(at("rnn-stories"))
    painted(page, "rnn-stories")
    forth = page.locator(".flow .next")
    for _n in range(13):  # eleven words, the influences, and back to the whole
        forth.click()
    expect(flow(page)).to_have_attribute("data-beat", "")
    forth.click()
    expect(flow(page)).to_have_attribute("data-beat", "0")
    assert page.evaluate(OVER) == 0
    forth.click()
    assert page.evaluate(OVER) > 0
    page.locator(".cards button[data-name=decoder]").click()
    painted(page, "decoder-stories")
    page.locator(".flow .next").click()
    assert page.evaluate(OVER) == 0  # nothing of the other architecture


def test_every_sum_tells_its_own_length(visit):
    page = visit(at("transformer-zh-en", EATING, layer=1, head=2, word=2))
    painted(page, "transformer-zh-en")
    trace = load("transformer-zh-en").run(Request(EATING))
    root = svg_of(page)
    box = page.locator(".stage canvas").bounding_box()
    for part, record in (
        ("add", "resid_mid"),
        ("acrossAdd", "resid_cross"),
        ("ffnAdd", "resid_post"),
    ):
        sign = next(
            circle
            for circle in root.iter(f"{SVG}circle")
            if circle.get("data-part") == part
            and (circle.get("data-band"), circle.get("data-row")) == ("1", "2")
        )
        page.mouse.move(box["x"] + float(sign.get("cx")), box["y"] + float(sign.get("cy")) + 8)
        length = np.linalg.norm(trace[f"decoder.1.{record}"].values[2])
        expect(page.locator(".flow .tip")).to_contain_text(f"length {length:.3f}")


def test_a_tap_tells_and_a_second_one_opens(server, browser):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="en-US"
    )
    page = context.new_page()
    page.goto(server.url + at("decoder-stories"))
    ready(page)
    painted(page, "decoder-stories")
    name = page.locator(".names [data-station=ffn]")
    name.scroll_into_view_if_needed()
    box = name.bounding_box()
    spot = box["x"] + 120, box["y"] + 50
    page.touchscreen.tap(*spot)
    expect(page.locator(".flow .tip")).to_contain_text("Feed-forward")
    page.touchscreen.tap(*spot)
    expect(page.locator("h1")).to_have_text("Attention, number by number")
    context.close()


def test_a_phone_follows_the_walk(visit):
    page = visit(at("decoder-stories"), 390, 844)
    painted(page, "decoder-stories")
    before = page.locator(".stage canvas").bounding_box()["y"]
    for _n in range(6):
        page.locator(".flow .next").evaluate("button => button.click()")
    moved = before - page.locator(".stage canvas").bounding_box()["y"]
    assert moved > 200


def test_a_phone_shows_every_name_of_the_translator(visit):
    page = visit(at("transformer-zh-en", EATING, layer=1), 390, 844)
    painted(page, "transformer-zh-en")
    names = page.locator(".names > *").all_text_contents()
    for name in (
        "Encoder reads",
        "Cross-attention",
        "Feed-forward",
        "Next word of the translation",
    ):
        assert name in names


def test_keys_of_the_browser_are_left_to_it(visit):
    page = visit(at("rnn-stories"))
    painted(page, "rnn-stories")
    page.locator(".cards button[data-name=lstm]").focus()
    page.keyboard.press("Enter")
    painted(page, "lstm-stories")
    kept = "() => [...document.querySelectorAll('*')].some((e) => e.shadowRoot?.activeElement)"
    assert page.evaluate(kept)  # the card still has the focus
    page.locator(".stage canvas").focus()
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(flow(page)).to_have_attribute("data-beat", "")


def test_reduced_motion_hops_from_beat_to_beat(server, browser):
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(server.url + at("decoder-stories"))
    ready(page)
    painted(page, "decoder-stories")
    page.locator(".flow .play").click()
    frames = page.evaluate(
        """() => new Promise((done) => {
          const roots = [...document.querySelectorAll("*")].map((e) => e.shadowRoot)
          const root = roots.map((one) => one?.querySelector(".flow")).find(Boolean)
          let painted = 0
          const paint = root.view.paint.bind(root.view)
          root.view.paint = () => { painted += 1; paint() }
          setTimeout(() => done([painted, root.dataset.beat]), 2500)
        })"""
    )
    assert frames[0] <= 4
    assert int(frames[1]) >= 1
    context.close()


def test_a_closed_layer_opens_in_place(visit):
    page = visit(at("decoder-stories", layer=3, head=0))
    painted(page, "decoder-stories", 3, 0)
    names = page.locator(".names [data-station=below]")
    expect(names).to_have_text("Layers 0–2")
    box = names.bounding_box()
    canvas = page.locator(".stage canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, canvas["y"] + 44 + 30 * 5.5)
    painted(page, "decoder-stories", 1, 0)
    assert query(page)["layer"] == "1"


def test_png_is_saved_and_the_caption_is_text(visit):
    page = visit(at("decoder-stories", "<img src=x onerror=alert(1)> & </svg>"))
    painted(page, "decoder-stories")
    root = svg_of(page)
    texts = [t.text for t in root.iter(f"{SVG}text")]
    assert any("<img src=x" in (text or "") and "layer" in text for text in texts)
    assert not list(root.iter(f"{SVG}img"))
    with page.expect_download() as download:
        page.locator(".flow .png").click()
    data = open(download.value.path(), "rb").read()  # noqa: SIM115 - a file of the browser's
    assert data.startswith(b"\x89PNG")


@pytest.mark.parametrize("model", ["decoder-stories", "lstm-stories"])
def test_whatever_is_typed_the_saved_files_are_whole(visit, model):
    """An SVG that an XML parser reads, a PNG that has a picture, of text with hidden characters."""
    page = visit(at(model, "Tom\u202e is\x07\x0b\x0c\x1b\x1f\ufffe a\u200b"))
    painted(page, model)
    texts = "".join(text.text or "" for text in svg_of(page).iter(f"{SVG}text"))
    assert "⟨U+202E⟩" in texts
    assert "⟨U+FFFE⟩" in texts
    assert "␛" in texts
    with page.expect_download() as download:
        page.locator(".flow .png").click()
    data = open(download.value.path(), "rb").read()  # noqa: SIM115 - a file of the browser's
    assert data.startswith(b"\x89PNG")


def test_a_picture_that_can_not_be_saved_says_so(visit):
    page = visit(at("decoder-stories"))
    painted(page, "decoder-stories")
    page.evaluate("() => { HTMLCanvasElement.prototype.toBlob = (taken) => taken(null) }")
    page.locator(".flow .png").click()
    expect(page.locator(".flow .said")).to_contain_text("could not be saved")


def test_a_link_opens_the_same_view(visit):
    page = visit(at("llama-stories", layer=0, head=1, word=3, presenter="true", lang="zh"))
    painted(page, "llama-stories", 0, 1)
    expect(flow(page)).to_have_attribute("data-word", "3")
    page.get_by_role("button", name="分享").click()
    link = page.locator("[data-testid=stCode]").last.text_content().strip()
    again = visit(link[link.index("/?") :])
    painted(again, "llama-stories", 0, 1)
    for name in ("data-word", "data-text"):
        assert flow(again).get_attribute(name) == flow(page).get_attribute(name)
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    assert again.evaluate(size) == 1.5 * 17  # presenter size


def test_an_unusable_text_keeps_cards_and_box(visit):
    page = visit(at("decoder-stories", "word " * 400))
    expect(page.get_by_test_id("stAlert")).to_contain_text("Shorten it")
    expect(page.locator(".cards button[data-name=encoder]")).to_be_visible()
    box = page.get_by_label("Your text")
    box.fill("Tom is")
    box.press("Enter")
    painted(page, "decoder-stories")


def test_a_starting_sentence_is_taken_with_its_model(visit):
    page = visit("/")
    page.get_by_role("button", name="Tom is a [MASK]. Tom's favorite food is cheese.").click()
    painted(page, "encoder-stories", 2, 3)
    expect(page.locator("h3").first).to_contain_text("mouse")
    expect(page.locator("h3").first).to_be_in_viewport()


def test_the_next_head_is_a_click_away(visit):
    page = visit(at("decoder-stories", layer=2, head=3))
    painted(page, "decoder-stories", 2, 3)
    name = page.locator(".names [data-station=heads]").bounding_box()
    canvas = page.locator(".stage canvas").bounding_box()
    page.mouse.click(name["x"] + name["width"] / 2 + 26, canvas["y"] + 44 + 30 * 5.5)
    painted(page, "decoder-stories", 2, 0)
    assert query(page)["head"] == "0"


def test_the_bars_keep_still_and_tell_their_numbers(visit):
    page = visit(at("decoder-stories"))
    painted(page, "decoder-stories")
    name = page.locator(".names [data-station=guess]").bounding_box()
    canvas = page.locator(".stage canvas").bounding_box()
    page.mouse.move(name["x"] + 60, canvas["y"] + 44 + 30 * 8.5)
    prob = load("decoder-stories").run(Request(TOM)).top[0].prob
    expect(page.locator(".flow .tip")).to_contain_text(f"{prob:.4f}")
    expect(flow(page)).to_have_attribute("data-hover", "")


def test_a_word_of_the_source_tells_who_looks_at_it(visit):
    page = visit(at("transformer-zh-en", EATING, layer=1, head=3))
    painted(page, "transformer-zh-en")
    name = page.locator(".names [data-station=across]").bounding_box()
    canvas = page.locator(".stage canvas").bounding_box()
    page.mouse.move(name["x"] + 20, canvas["y"] + 44 + 30 * 3.5)  # 吃饭
    weights = load("transformer-zh-en").run(Request(EATING))["decoder.1.cross_attn.weights"]
    tip = page.locator(".flow .tip")
    expect(tip).to_contain_text(f"“'m” → {weights.values[3, 2, 2]:.4f}")


@pytest.mark.parametrize(
    ("screen", "width", "height", "scheme"),
    [("projector", 1920, 1080, "light"), ("desk", 1440, 900, "dark"), ("phone", 390, 844, "light")],
)
def test_every_kind_fits_every_screen(visit, shots, server, screen, width, height, scheme):
    page = visit(at(KINDS[0]), width, height, scheme)
    for model in KINDS:
        text = EATING if model == "transformer-zh-en" else TOM
        page.goto(server.url + at(model, text))
        painted(page, model)
        main = page.get_by_test_id("stMain")
        assert main.evaluate("e => e.scrollWidth <= e.clientWidth"), model
        expect(flow(page)).to_have_attribute("data-vertical", str(width < 720).lower())
        if width < 720:
            page.locator(".flow").scroll_into_view_if_needed()
        page.screenshot(path=shots / f"home-{model}-{screen}-{scheme}.png")


def test_an_older_state_of_a_view_is_passed_over(visit):
    """While a view's code is loading, states can arrive in another order than they were sent."""
    page = visit("/")
    shown = page.evaluate(
        """async () => {
          const { newest } = await import("/_stcore/bidi-components/viz_core.kit/shared.js")
          const shown = []
          const view = newest(({ data }) => shown.push(data.name))
          const parentElement = document.createElement("div")
          const bytes = (session, count) => new Uint8Array(new Uint32Array([session, count]).buffer)
          for (const [name, stamp] of [
            ["new", [7, 2]],
            ["old", [7, 1]],
            ["again", [7, 2]],
            ["server started again", [5, 1]],
            ["of the old server", [7, 3]],
            ["newest", [5, 2]],
          ])
            view({ data: { name, stamp }, parentElement })
          view({ data: Object.assign(bytes(5, 1), { name: "old bytes" }), parentElement })
          view({ data: Object.assign(bytes(5, 3), { name: "bytes" }), parentElement })
          return shown
        }""",
    )
    assert shown == ["new", "again", "server started again", "newest", "bytes"]


def test_a_number_that_cannot_be_goes_from_the_address(visit):
    page = visit("/attention?word=1e400&lang=en")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("1e400"))
    word = page.locator(".st-key-word input")
    word.fill("3")
    word.press("Enter")
    expect(page).to_have_url(re.compile("word=3"))


def test_an_address_in_an_error_is_no_link(visit):
    page = visit("/cost?tour=https://evil.example/x")
    expect(page.get_by_test_id("stAlert").first).to_contain_text("evil.example/x")
    assert page.locator("a[href*=evil]").count() == 0


def test_the_tour_and_the_next_word_of_a_long_text_are_seen_at_once(visit):
    page = visit(at("decoder-stories", "Tom is a cat. " * 9 + "Tom's favorite food is"))
    painted(page, "decoder-stories")
    expect(page.get_by_role("link", name="Start the tour")).to_be_in_viewport()
    canvas = page.locator(".stage canvas")
    assert canvas.bounding_box()["height"] > 700
    page.locator(".flow .svg").scroll_into_view_if_needed()
    bars = [t for t in svg_of(page).iter(f"{SVG}text") if t.get("data-part") == "guess"]
    texts = [t for t in bars if (t.text or "").endswith("%")]
    assert texts
    top = canvas.bounding_box()["y"]
    assert all(top + float(t.get("y")) <= 900 for t in texts)


def test_the_stations_names_do_not_lie_on_each_other(visit):
    page = visit(at("transformer-zh-en", "我正在吃饭。", lang="zh"))
    painted(page, "transformer-zh-en")
    boxes = page.locator(".names > *").evaluate_all(
        "all => all.map((e) => { const { left, right, top, bottom } = e.getBoundingClientRect();"
        "return [e.textContent, left, right, top + 2, bottom - 2] })"
    )
    for n, (name, left, right, top, bottom) in enumerate(boxes):
        for other, begin, end, high, low in boxes[n + 1 :]:
            apart = right <= begin + 1 or end <= left + 1 or bottom <= high or low <= top
            assert apart, (name, other)
