"""The Pictures page: what is painted is what the models made of the digit that was drawn."""

import numpy as np
import pytest
from opened import chart, long_link, numbers, open_page, said

from viz_core import Request, load
from viz_core.figures.pictures import patch_map, patch_row
from viz_core.generate import Writing
from viz_core.lessons.pictures import link
from viz_core.pictures import (
    GLYPHS,
    digits,
    glyph,
    patch_numbers,
    patches,
    read_picture,
    write_picture,
)
from viz_core.training.digits import WORDS, drawn_otherwise, named_digits, sorts_of

PICTURE = write_picture(digits("test").pictures[9])  # a four


def test_a_picture_is_its_patches():
    numbers_of = read_picture(PICTURE)
    assert write_picture(numbers_of) == PICTURE
    cut = patches(numbers_of)
    assert cut.shape == (16, 4)
    np.testing.assert_array_equal(cut[5], numbers_of[2:4, 2:4].reshape(-1))
    number = int(patch_numbers(cut)[5])
    assert number == sum(int(n) * 17**at for at, n in enumerate(cut[5]))
    assert glyph(0) == GLYPHS[0]
    assert glyph(16 + 16 * 17**3) == "▚"
    assert glyph(7) == GLYPHS[0]  # less than half of the scale is no mark


def test_digits_that_are_measured_were_never_trained_on():
    parts = [digits(part) for part in ("train", "valid", "test")]
    assert [len(part) for part in parts] == [1260, 180, 357]
    rows = [{write_picture(one) for one in part.pictures} for part in parts]
    assert not rows[0] & rows[2]
    assert not rows[1] & rows[2]


def test_digits_are_read_otherwise_each_time_and_stay_digits():
    import torch

    some = named_digits().train.pictures[:50]
    drawn = drawn_otherwise(some, torch.Generator().manual_seed(0))
    assert drawn.shape == some.shape
    assert (drawn.min(), drawn.max()) == (0, 16)
    assert (drawn.flatten(1).sum(1) > 100).all()
    again = drawn_otherwise(some, torch.Generator().manual_seed(0))
    assert torch.equal(drawn, again)


def test_answers_are_right():
    said_of = {talk.question: talk.answer for sort in sorts_of(8) for talk in sort}
    assert said_of[""] == "this is an eight ."
    assert said_of["is it even ?"] == "yes ."
    assert said_of["is it odd ?"] == "no ."
    assert said_of["what comes next ?"] == "nine ."
    assert said_of["is it more than seven ?"] == "yes ."
    assert said_of["is it more than eight ?"] == "no ."
    assert {word for talk in said_of.items() for text in talk for word in text.split()} <= {*WORDS}


def test_the_page_shows_what_the_model_sees():
    app = open_page("pages/pictures.py", picture=PICTURE, layer="1", head="2", patch="6")
    assert not app.exception
    runner = load(link.NAMER)
    trace = runner.run(Request(PICTURE, measures=("occlusion",)))
    best = trace.top[0]
    assert app.subheader[1].value.startswith(f"It is a {best.token}, ")
    assert "Somebody wrote this one as a 4." in [one.value for one in app.caption]
    weights = trace["encoder.1.self_attn.weights"].values[2, 6]
    shown = chart(app, 1)["data"][0]
    np.testing.assert_allclose(numbers(shown["z"]).reshape(-1), weights[1:], atol=1e-6)
    assert f"patch 6 looks most at patch {weights[1:].argmax() + 1}" in app.subheader[2].value
    drops = next(
        chart(app, n)["data"][0]
        for n in range(len(app.get("plotly_chart")))
        if "less likely" in str(chart(app, n)["data"][0].get("hovertemplate"))
    )
    found = numbers(drops["z"]).reshape(-1)
    np.testing.assert_allclose(found, trace["occlusion.drop"].values[1:], atol=1e-6)
    for part in (f"picture={PICTURE}", "layer=1", "head=2", "patch=6", "ask=what"):
        assert part in long_link(app)


def test_it_answers_what_is_asked():
    app = open_page("pages/pictures.py", picture=PICTURE, ask="even")
    assert not app.exception
    writing = Writing(load(link.TALKER), f"{PICTURE} is it even ?", longest=8)
    for step in writing.steps(8):
        assert f"<span>{step.string.replace(' ', '·')}</span>" in said(app)
    assert "Its untrained twin writes: " in said(app)
    row = np.mean([w.mean(0) for w in writing.steps(1)[0].attentions.values()], axis=0)
    shown = next(
        chart(app, n)["data"][0]
        for n in range(2, len(app.get("plotly_chart")))
        if "of the attention" in str(chart(app, n)["data"][0].get("hovertemplate"))
    )
    np.testing.assert_allclose(numbers(shown["z"]).reshape(-1), row[1:17], atol=1e-6)


@pytest.mark.parametrize(
    ("picture", "says"),
    [("0" * 64, "The grid is empty"), ("<b>", "This is no picture"), ("g" * 63, "63 characters")],
)
def test_what_is_no_picture_is_answered_with_a_sentence(picture, says):
    app = open_page("pages/pictures.py", picture=picture)
    assert not app.exception
    assert says in app.error[0].value
    assert not app.get("plotly_chart")


def test_an_unseen_digit_is_put_on_the_grid():
    app = open_page("pages/pictures.py")
    button = next(one for one in app.button if one.label == "An unseen digit")
    button.click().run()
    first = write_picture(digits("test").pictures[0])
    assert app.text_input(key="picture").value == first
    next(one for one in app.button if one.label == "Clear").click().run()
    assert "The grid is empty" in app.error[0].value


def test_the_picture_holds_the_numbers():
    numbers_of = read_picture(PICTURE)
    amounts = np.linspace(-1, 1, 16)
    figure = patch_map(numbers_of, amounts, signed=True, own=3, what="<b>", note="x")
    np.testing.assert_allclose(figure.data[0].z.reshape(-1), amounts, atol=1e-6)
    assert (figure.data[0].zmin, figure.data[0].zmax) == (-1, 1)
    assert "&lt;b&gt;" in figure.data[0].hovertemplate
    ink = figure.data[1]
    assert len(ink.x) == (numbers_of > 0).sum()
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].y0) == (6, 0)
    row = np.asarray(patch_row(numbers_of).data[0].z)
    np.testing.assert_array_equal(row[:, 15:17].reshape(-1), patches(numbers_of)[5])
