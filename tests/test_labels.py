"""What people read: numbers that never say 0 of what is not, text in which nothing is hidden."""

import json
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from viz_core import figures
from viz_core.analysis.probabilities import Distribution
from viz_core.figures.numbers import exactly, percent, percent_of_log
from viz_core.figures.theme import escape, legible, visible
from viz_core.i18n import speaking
from viz_core.trace import Guess, Record, Tokens
from viz_core.ui.payload import packed, said

# what tears a label or makes an SVG invalid: direction marks, zero width, controls, no characters
HIDDEN = "\u202e\u2066\u200b\u200d\ufeff\x00\x07\x0b\x0c\x1b\x1f\x7f\x85\ufffe\ud800"
SHARED = Path(__file__).parents[1] / "viz_core" / "ui" / "frontend" / "shared.js"
SHARES = [0, 1e-12, 0.00005, 0.0005, 0.001, 0.0031, 0.0099, 0.04, 0.264, 0.99, 0.9931, 0.9985]
SHARES += [0.9991, 0.99999, 1, float("nan")]


@pytest.mark.parametrize(
    ("share", "written", "short"),
    [
        (0.04, "4 %", "4 %"),
        (0.264, "26 %", "26 %"),
        (0.003, "0.3 %", "0.3 %"),
        (0.0099, "1 %", "1 %"),
        (0.0005, "1 in 2,000", "< 0.1 %"),
        (1e-12, "less than 1 in 1,000,000,000", "< 0.1 %"),
        (0.998, "99.8 %", "99.8 %"),
        (0.99996, "> 99.9 %", "> 99.9 %"),
        (0, "0 %", "0 %"),
        (1, "100 %", "100 %"),
        (float("nan"), "–", "–"),
    ],
)
def test_a_share_is_written_for_people(share, written, short):
    assert percent(share) == written
    assert percent(share, short=True) == short


def test_nothing_but_nought_is_written_as_nought():
    for share in np.logspace(-15, 0, 400)[:-1]:
        assert not percent(share).startswith("0 ")
        assert percent(1 - share) != "100 %" or 1 - share == 1
        assert percent(share, short=True) not in ("0 %", "0.0 %", "100 %")
    assert percent_of_log(-0.66) == "52 %"
    assert percent_of_log(-5000) == "less than 1 in 1,000,000,000"
    assert exactly(0.26413) == "26 % (0.2641)"
    assert exactly(2e-5) == "1 in 50,000"


def test_both_languages_write_the_same_number():
    with speaking("zh"):
        assert percent(0.04) == "4 %"
        assert "2,000" in percent(0.0005)
        assert "1 in" not in percent(0.0005)


def test_the_browser_writes_them_alike():
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node: the browser's tests read the numbers on the screen")
    shares = json.dumps([None if np.isnan(share) else share for share in SHARES])
    script = f"""import {{ percent, exactly }} from "{SHARED.as_uri()}"
const all = {shares}.map((one) => one ?? NaN)
console.log(JSON.stringify([all.map(percent), all.map(exactly)]))"""
    done = subprocess.run([node, "--input-type=module", "-e", script], capture_output=True)
    written, exact = json.loads(done.stdout)
    assert written == [percent(share, short=True) for share in SHARES]
    assert exact[5:] == [exactly(share) for share in SHARES[5:]]


def test_what_is_hidden_becomes_visible():
    assert legible("a\u202eb\x00\x1b\n") == "a⟨U+202E⟩b␀␛↵"
    assert visible(" a\u3000b") == "·a⟨U+3000⟩b"
    assert legible("我 正在　吃饭") == "我 正在　吃饭"
    for char in HIDDEN:
        for write in (legible, visible, escape):
            assert write(f"a{char}b").isprintable()
            assert write(f"a{char}b") != f"a{char}b"


def strings(value):
    """Every string of a figure's JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (s for part in value.values() for s in strings(part))
    elif isinstance(value, list):
        yield from (s for part in value for s in strings(part))


def test_no_label_of_a_figure_hides_anything():
    words = (*HIDDEN, f"<b>{HIDDEN}</b>")
    n = len(words)
    tokens = {"text": Tokens(words, tuple(range(n)), (False,) * n)}
    both = {"query": "text", "key": "text"}
    square = np.full((n, n), 1 / n, np.float32)
    record = Record("encoder.0.self_attn.weights", square[None], ("head", "query", "key"), both)
    found = Distribution(1, tuple(Guess(1, word, 0.01) for word in words), 0.5, 9, 1.0)
    course = figures.Course(HIDDEN, "rnn", np.full(n, 0.5))
    drawn = [
        figures.attention_heatmap(record, tokens, 0, note=HIDDEN),
        figures.influence_strips([course], words, HIDDEN, note=HIDDEN),
        figures.influence_map(square, words, words, HIDDEN, note=HIDDEN),
        figures.distance_lines([(course, np.arange(n, 0, -1), words)], HIDDEN, note=HIDDEN),
        figures.course_lines([course], words, HIDDEN, note=HIDDEN),
        figures.guess_columns([(HIDDEN, "rnn", found)], note=HIDDEN),
        figures.probability_bars(found),
        figures.next_words([found] * n, words, note=HIDDEN),
        figures.alignment_ribbon(square, words, words, probs=[0.1] * n, note=HIDDEN),
        figures.labelled_map(square, words, words, scale=figures.Scale(unit=HIDDEN), note=HIDDEN),
        figures.weight_map(square, words, words, note=HIDDEN),
        figures.line_chart([(HIDDEN, np.ones(2))], [1, 2], x_name=HIDDEN, y_name=HIDDEN),
    ]
    for figure in drawn:
        for label in strings(json.loads(figure.to_json())):
            assert label.isprintable(), (figure.layout.meta, label)
            ET.fromstring(f"<text>{escape(label)}</text>")  # so an SVG that holds it is valid


def test_no_view_hides_anything():
    assert said({"a": [HIDDEN, 1, None], "b": ("x",)}) == {
        "a": [legible(HIDDEN), 1, None],
        "b": ["x"],
    }
    assert legible(HIDDEN).encode() in packed({"note": HIDDEN}, b"")
