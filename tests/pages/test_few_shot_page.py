"""Few-shot: what is painted was measured behind these very rows; what is typed is read, or told."""

import numpy as np
import pyarrow as pa
import pytest
from opened import chart, long_link, numbers, open_page, said

from viz_core import Request, load
from viz_core.analysis.few_shot import part_shares
from viz_core.few_shot.measure import answer, few_shot_cell, part_starts
from viz_core.few_shot.tasks import TASKS

DECODER = "decoder-stories"
FEW = "facts\nTom, cat: fish\nLily, dog: bones\nBen, bird: seeds"


def opened(**link):
    app = open_page("pages/few_shot.py", asked=DECODER, **link)
    assert not app.exception
    return app


def points(app):
    """The points of the panels, as they are sent."""
    (drawn,) = app.get("vega_lite_chart")
    proto = drawn.proto
    sent = proto.datasets[0].data.data if proto.datasets else proto.data.data
    return pa.ipc.open_stream(sent).read_pandas().to_dict("records")


def test_what_is_painted_is_what_was_measured():
    app = opened(examples="2")
    assert not app.error
    rows = points(app)
    assert {row["panel"] for row in rows} == {
        "who eats what",
        "the food of an animal",
        "opposites",
    }
    assert {row["model"] for row in rows} == {DECODER}
    cell = few_shot_cell(load(DECODER), TASKS["facts"], 2)
    (row,) = [r for r in rows if r["panel"] == "who eats what" and r["at"] == 2]
    assert (row["accuracy"], row["low"], row["n"]) == (cell.accuracy, cell.low, cell.n)
    task = TASKS["facts"]
    painted = numbers(chart(app)["data"][0]["z"])
    expected = [answer(load(DECODER), task.prompt_of(n, task.query)).prob for n in (0, 1, 2, 4, 8)]
    np.testing.assert_allclose(painted, [expected], atol=1e-5)
    assert "fish" in str(chart(app)["data"][0]["text"][0][1])


def test_the_looks_are_those_of_the_pass():
    app = opened(examples="2", layer="1", head="3", word="12")
    prompt = TASKS["facts"].prompt_of(2, TASKS["facts"].query)
    trace = load(DECODER).run(Request(prompt.text, want=("*.weights",)))
    shares = part_shares(trace.attentions, part_starts(load(DECODER), prompt))
    np.testing.assert_allclose(numbers(chart(app, 1)["data"][0]["z"]), shares[1, :, 12], atol=1e-6)
    weights = trace.attentions[1].values[3, 12]
    assert f"{weights.max():.2f}" in said(app)


def test_rows_and_question_are_the_visitors_and_stand_in_the_link():
    app = opened(rows=FEW, query="Pip, cow: grass", examples="1")
    assert not app.error
    task = TASKS["facts"].with_rows(FEW.partition("\n")[2])
    rows = [row for row in points(app) if row["panel"] == "who eats what"]
    assert [(row["at"], row["n"]) for row in rows] == [(0, 3), (1, 3), (2, 3)]
    assert rows[2]["accuracy"] == few_shot_cell(load(DECODER), task, 2).accuracy
    painted = numbers(chart(app)["data"][0]["z"])
    prompt = task.prompt_of(1, task.read_row("Pip, cow: grass"))
    assert prompt.text == "Pip is a cow. Pip's favorite food is"
    assert painted[0, 1] == pytest.approx(answer(load(DECODER), prompt).prob, abs=1e-5)
    assert "rows=facts%0ATom" in long_link(app)
    assert app.text_area(key="rows_typed").value == FEW.partition("\n")[2]
    app.text_area(key="rows_typed").set_value("").run()
    assert not app.exception
    assert app.session_state["rows"] == ""
    assert len([row for row in points(app) if row["panel"] == "who eats what"]) == 5


def test_another_task_has_its_own_rows_and_question():
    app = opened(rows=FEW, query="Pip, cow: grass", examples="1")
    app.text_input(key="task").set_value("opposites").run()
    assert not app.exception
    assert not app.error
    assert app.session_state["query"] == ""
    assert app.text_area(key="rows_typed").value.startswith("big: small")
    assert "The opposite of hot" in app.subheader[1].value


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ({"rows": "facts\nTom is a cat\nx"}, "is no row"),
        ({"rows": "nonsense\na: b"}, "takes one of"),
        ({"query": "<img src=x onerror=alert(1)>"}, "is no row"),
        ({"rows": "facts\n" + "Tom, cat: fish\n" * 99}, "99 rows"),
    ],
)
def test_what_can_not_be_read_is_told_and_the_tasks_own_is_shown(link, told):
    app = opened(examples="1", **link)
    assert [told in error.value for error in app.error] == [True]
    assert "favorite food is … fish" in app.subheader[1].value


def test_what_is_typed_is_shown_as_text():
    app = opened(task="opposites", query="<b>$x$</b> [a](b): <i>", examples="1")
    assert not app.error
    assert "<b>" not in said(app)
    assert "<i>" not in str(chart(app)["layout"])
    assert "\\$x\\$" in app.subheader[1].value


def test_too_long_rows_are_told_for_the_model_and_the_rest_is_shown():
    long = "feelings\n" + f"{'We played all day. ' * 14}: good\n" * 9
    app = opened(task="feelings", rows=long, examples="1")
    assert ["at most 256" in warning.value for warning in app.warning] == [True]
    assert {row["at"] for row in points(app) if row["panel"] == "good or bad"} < {0, 1, 2, 4, 8}
