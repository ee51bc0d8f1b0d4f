"""What each word takes with a cache and without: counted, and what of it is kept."""

import hub_models
import numpy as np
import pytest
import torch
from opened import long_link, open_page
from torch.utils.flop_counter import FlopCounterMode

from viz_core import load
from viz_core.analysis.anatomy import cache_bytes, flops_per_token, n_matrix
from viz_core.errors import InputError
from viz_core.figures.work import WorkCourse, work_lines
from viz_core.registry import model_ids

TOM = "Tom is a cat"


@pytest.fixture(params=[*model_ids(lambda kind: kind.writes), "gpt2", "llama"])
def writer(request):
    hub = request.param in ("gpt2", "llama")
    return hub_models.runner(request.param) if hub else load(request.param)


def test_multiplications_are_those_that_torch_counts(writer):
    text, tokens = (TOM, writer.encode_text("and a dog")) if writer.stream == "text" else ("猫", ())
    prefix = writer.begin(text)
    work = writer.work(text, tokens)
    for token in tokens:
        with FlopCounterMode(display=False) as counted:
            prefix = prefix.read(token)
        assert work[prefix.n_read - 1].n_multiplied == counted.get_total_flops() // 2
    anew = writer.work(text, tokens, keeps=False)
    if tokens:
        begun = writer.begin(text)
        with FlopCounterMode(display=False) as counted:
            begun.read_anew(*tokens)
        assert anew[-1].n_multiplied == counted.get_total_flops() // 2
    assert [one.n_read for one in work] == [one.n_read for one in anew]
    assert {one.n_run for one in work} == {1}
    assert [one.n_run for one in anew] == [one.n_read for one in anew]
    assert not any(one.kept for one in anew)


def test_keys_and_values_grow_by_the_formula():
    runner = load("decoder-stories")
    shapes = {name: x.shape for name, x in runner.parameters.items()}
    work = runner.work(TOM, runner.encode_text("and a dog"))
    for done in work:
        assert done.n_bytes == cache_bytes(4, 144, done.n_read)
        assert [kept.shapes for kept in done.kept] == [((4, done.n_read, 36),) * 2] * 4
        by_formula = flops_per_token(n_matrix(shapes), 4, 144, done.n_read)
        assert 2 * done.n_multiplied == pytest.approx(by_formula, rel=0.02)  # it counts biases
    llama = load("llama-stories").work(TOM, ())
    assert llama[-1].n_bytes == work[len(llama) - 1].n_bytes // 2  # two heads share a key


@pytest.mark.parametrize("model", model_ids(lambda kind: kind.recurrent))
def test_a_state_stays_as_small_as_it_is(model):
    work = load(model).work(TOM, load(model).encode_text("and a dog and a bird"))
    assert len({(done.kept, done.n_multiplied) for done in work}) == 1
    assert work[0].n_bytes == 4 * sum(sum(map(sum, kept.shapes)) for kept in work[0].kept)


def test_reading_anew_says_the_same():
    begun = load("decoder-stories").begin(TOM)
    np.testing.assert_allclose(begun.read_anew(9).logits, begun.read(9).logits, atol=1e-4)
    with torch.inference_mode(), pytest.raises(InputError, match="at most 256"):
        load("decoder-stories").work(TOM, [9] * 256)


def test_lines_are_the_counts():
    course = WorkCourse("<a>", "#000000", "circle", "dash", [1, 2], [10**6, 3 * 10**6], [0, 5000])
    figure = work_lines([course], at=2, note="x")
    assert [list(line.y) for line in figure.data] == [[1, 3], [0, 5]]
    assert figure.data[0].name == "&lt;a&gt;"
    assert [shape.x0 for shape in figure.layout.shapes] == [2, 2]
    assert "nothing" in work_lines([]).layout.annotations[0].text


def test_the_page_shows_what_was_counted():
    app = open_page("pages/next_word.py", cache="true", step="2")
    assert not app.exception
    title = next(h.value for h in app.subheader if "The newest word" in h.value)
    runner = load("decoder-stories")
    text = app.text_input(key="text").value
    work = runner.work(text, runner.encode_text("fish."), keeps=False)
    assert f"{work[-1].n_multiplied / 1e6:.1f} without" in title
    assert "cache=true" in long_link(app)
    assert not any("The newest word" in h.value for h in open_page("pages/next_word.py").subheader)
    app = open_page("pages/next_word.py", cache="true", models="lstm-stories", text="cat " * 12)
    assert not app.exception
