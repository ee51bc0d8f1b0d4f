"""A page's view as a document: every page, both languages, files, notebooks, the command line."""

import base64
import hashlib
import html
import json
import re
import sys
import zlib
from html.parser import HTMLParser

import numpy as np
import pytest

from viz_core import Request, load, show
from viz_core.cli import main
from viz_core.errors import InputError
from viz_core.handout.bundle import bundle, view_script
from viz_core.handout.document import handout, one_file, tour_file, trace_file
from viz_core.handout.notebook import notebook
from viz_core.handout.page import _latex
from viz_core.trace import Record, Tokens, Trace
from viz_core.views import View, pages

EVIL = "Tom <script>alert(1)</script><img src=x onerror=alert(2)> \"'> is"
SLOW = "cost"  # it measures for ten seconds
VIEWS = [  # what a page shows besides what it opens on
    *((page, {}) for page in pages() if page != SLOW),
    *(("residual_stream", {"view": (v,)}) for v in ("jacobian", "parts", "lengths", "neurons")),
    *(("positions", {"part": (part,)}) for part in ("order", "turning")),
    ("step_by_step", {"at": ("ffn",)}),
    ("translate", {"stop": ("choice",)}),
    ("distance", {"scale": ("log",)}),
]


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found, self.handlers = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.add(tag)
        self.handlers |= {name for name, _value in attrs if name.startswith("on")}


@pytest.mark.parametrize(("page", "values"), VIEWS)
def test_every_page_can_be_handed_out(page, values):
    made = handout(View(page, values, "en"))
    assert made.title
    assert len(made.body) > 500
    assert "data-testid" not in made.body
    tags = Tags(made.body)
    assert not tags.found & {"script", "iframe", "form", "input", "object"}
    assert not tags.handlers


def test_a_handout_is_made_once_and_in_the_colours_of_its_scheme():
    view = View("attention", {"text": ("Tom is a cat.",)}, "en")
    light, dark = handout(view), handout(view, "dark")
    assert handout(View("attention", {"text": ("Tom is a cat.",)}, "en")) is light
    assert "#FFFFFF" in light.body
    assert "#14141C" in dark.body


def test_a_handout_speaks_the_language_of_its_view():
    assert "How to read this" in handout(View("attention", {}, "en")).body
    assert "How to read this" not in handout(View("attention", {}, "zh")).body


@pytest.mark.parametrize("page", ["attention", "compare", "memory", "home", "what_if"])
def test_what_is_typed_is_text(page):
    made = handout(View(page, {"text": (EVIL,)}, "en"))
    tags = Tags(made.body)
    assert not tags.found & {"script", "img"}
    assert not tags.handlers
    assert "&lt;script&gt;alert(1)" in made.body


def test_a_formula_is_mathml_or_stays_text():
    assert _latex(r"$$\begin{aligned} a &= b \\ c &= d\end{aligned}$$").startswith("<math")
    for evil in (
        r"\text{<script>alert(1)</script>}",
        "<img src=x onerror=alert(1)>",
        r"\href{javascript:x}{y}",
    ):
        assert not Tags(_latex(evil)).found & {"script", "img", "a"}


def policy_of(text):
    return re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]


@pytest.mark.parametrize("page", ["attention", "home", "memory"])
def test_one_file_allows_its_own_script_and_nothing_else(page):
    text = one_file(View(page, {"text": (EVIL,)}, "en"), "http://here.test/s/x")
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = policy_of(text)
    assert policy.startswith(f"default-src 'none'; script-src 'sha256-{digest}';")
    assert "unsafe-eval" not in policy
    assert not re.search(r"\beval\(|new Function\(|https?://(?!here\.test|www\.w3\.org)", text)
    assert not re.findall(r'(?:src|href)="(?!http://here\.test/s/x"|data:image/png)', text)
    assert len(text.encode()) < (1_500_000 if page == "memory" else 1_000_000)  # 6 maps of states


def test_a_file_opens_on_the_head_that_its_page_opens_on():
    text = one_file(
        View("attention", {"text": ("Tom is a cat. Tom's favorite food is fish.",)}, "en")
    )
    told = json.loads(html.unescape(re.search(r'class="explorer" data-told="([^"]+)"', text)[1]))
    assert told["at"] != [0, 0, 12]
    layer, head, word = told["at"]
    said = handout(
        View("attention", {"text": ("Tom is a cat. Tom's favorite food is fish.",)}, "en")
    )
    assert said.values["layer"] == (str(layer),)
    assert said.values["head"] == (str(head),)
    assert said.values["word"] == (str(word),)


def random_trace(n_layer, n_head, n, causal):
    rng = np.random.default_rng(0)
    tokens = Tokens(tuple(f" w{i}" for i in range(n)), tuple(range(n)), (False,) * n)
    scores = rng.normal(size=(n_layer, n_head, n, n)) * 2
    powers = np.exp(scores) * (np.tril(np.ones((n, n))) if causal else 1)
    kind, stack = ("decoder", "decoder") if causal else ("encoder", "encoder")
    names = [f"{stack}.{layer}.self_attn.weights" for layer in range(n_layer)]
    weights = (powers / powers.sum(-1, keepdims=True)).astype(np.float32)
    axes, streams = ("head", "query", "key"), {"query": "text", "key": "text"}
    records = {
        name: Record(name, layer, axes, streams) for name, layer in zip(names, weights, strict=True)
    }
    return Trace("random", kind, {"text": tokens}, records)


@pytest.mark.parametrize("causal", [True, False])
def test_144_heads_of_64_tokens_are_one_file_under_a_megabyte(causal):
    trace = random_trace(12, 12, 64, causal)
    text = trace_file(trace)
    assert len(text.encode()) < 1_000_000
    packed = re.search(r'data-numbers="([^"]+)"', text)[1]
    numbers = np.frombuffer(zlib.decompress(base64.b64decode(packed)), np.uint8)
    weights = numbers[144 * 20 :].reshape(144, 64, 64) / 255
    recorded = np.concatenate([record.values for record in trace])
    assert np.abs(weights - recorded).max() <= 1 / 510 + 1e-6


def test_a_tour_is_one_file_with_all_its_stops(monkeypatch):
    from viz_core import tour
    from viz_core.handout import document

    real = tour.read_tour("atlas", "en")
    short = tour.Tour("atlas", real.title, real.intro, real.stops[1:3])
    monkeypatch.setattr(document, "read_tour", lambda _name, _language: short)
    text = tour_file("atlas", "en")
    assert text.count('class="stop"') == 4  # light and dark
    for stop in short.stops:
        assert stop.title in text


def test_a_trace_is_shown_in_a_notebook():
    trace = load("decoder-stories").run(Request("Tom is a cat", want=("*.weights",)))
    shown = show(trace)._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    assert 'sandbox="allow-scripts' in shown
    assert "Tom is a cat" in shown
    with pytest.raises(InputError, match="no attention weights"):
        show(load("rnn-stories").run(Request("Tom is a cat")))
    assert "decoder.0.self_attn.weights" in trace._repr_html_()


def test_a_notebook_makes_its_view():
    view = View("attention", {"model": ("decoder-stories",), "text": (EVIL,)}, "en")
    told = json.loads(notebook(view))
    assert told["nbformat"] == 4
    space = {}
    for cell in told["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), space)
    assert space["view"].values["text"] == view.values["text"]
    assert space["trace"].model_id == "decoder-stories"


@pytest.mark.parametrize(("ending", "begins"), [
    ("html", b"<!doctype html>"), ("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF"),
    ("ipynb", b"{"),
])  # fmt: skip
def test_the_command_line_writes_a_view(ending, begins, tmp_path, monkeypatch):
    out = tmp_path / f"view.{ending}"
    link = "/attention?model=decoder-stories&text=Tom+is"
    monkeypatch.setattr(
        sys, "argv", ["attention-atlas", "export", "--link", link, "--out", str(out)]
    )
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert out.read_bytes().startswith(begins)


@pytest.mark.parametrize(("arguments", "says"), [
    (["--link", "/attention", "--out", "x.docx"], "A file ends in one of"),
    (["--out", "x.html"], "Give --link"),
    (["--link", "/nowhere", "--out", "x.html"], "There is no page"),
    (["--link", "/attention", "--picture", "nose", "--out", "x.svg"], "There is no picture"),
    (["--link", "/", "--out", "x.png"], "has no picture of this kind"),
    (["--link", "/attention", "--scheme", "red", "--out", "x.png"], "There is no scheme"),
])  # fmt: skip
def test_the_command_line_says_what_is_wrong(arguments, says, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["attention-atlas", "export", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert says in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_modules_become_one_script_in_the_order_of_their_imports():
    script = bundle(("viz_core.flow/flow.js",))
    names = re.findall(r'^modules\["([^"]+)"\] = ', script, re.MULTILINE)
    assert len(set(names)) == len(names)
    assert names[-1] == "viz_core.flow/flow.js"
    for name in re.findall(r'= modules\["([^"]+)"\]$', script, re.MULTILINE):
        assert name in names
    assert not re.search(r"^(import|export) ", script, re.MULTILINE)
    assert view_script("head_grid").endswith("default\n")
