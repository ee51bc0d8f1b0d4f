"""What training keeps of its steps: the weights of then; the run is the same with or without."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from checkpoint_copies import flip, raise_up, to_damage, use_copies
from opened import chart, long_link, open_page, said
from safetensors.torch import load_file
from test_resume import PLAN, pairs, small  # noqa: F401 - fixtures
from test_training import folder  # noqa: F401 - a fixture

from viz_core import Request, checkpoints, registry
from viz_core.childhood import aged, grown
from viz_core.childhood import said as named
from viz_core.errors import CheckpointError, InputError
from viz_core.training import recipes, run
from viz_core.training.loop import train
from viz_core.training.state import StateFile

DECODER = "decoder-stories"
TOM = "Tom is a cat. Tom's favorite food is"


def test_weights_are_kept_at_the_steps_that_are_named(pairs, tmp_path):  # noqa: F811
    kept = StateFile(tmp_path / "kept")
    train(*pairs(), PLAN, kept, young=(0, 2, 5, 99))
    files = sorted(path.name for path in (kept.folder / "young").iterdir())
    assert files == ["0.safetensors", "2.safetensors", "5.safetensors"]
    fresh, _objective = pairs()
    for step in (0, 2, 5):
        model, objective = pairs()
        if step:
            train(model, objective, PLAN, StateFile(tmp_path / str(step)), stop_at=step)
        young = load_file(kept.folder / "young" / f"{step}.safetensors")
        assert {x.dtype for x in young.values()} == {torch.float16}
        for name, x in model.state_dict().items():
            assert torch.equal(young[name], x.half())
    assert set(young) == set(fresh.state_dict())


def test_what_is_kept_is_no_part_of_the_plan(pairs, tmp_path):  # noqa: F811
    """A run goes on under other steps to keep, and comes to the very weights of one without."""
    whole, objective = pairs()
    train(whole, objective, PLAN, StateFile(tmp_path / "whole"))
    state = StateFile(tmp_path / "parts")
    train(*pairs(), PLAN, state, stop_at=4)
    model, objective = pairs()
    train(model, objective, PLAN, state, resume=True, young=(4, 7))
    assert sorted(p.name for p in (state.folder / "young").iterdir()) == [
        "4.safetensors",
        "7.safetensors",
    ]
    for one, other in zip(whole.parameters(), model.parameters(), strict=True):
        assert torch.equal(one, other)


def test_a_checkpoint_is_shipped_with_its_childhood(small, monkeypatch):  # noqa: F811
    monkeypatch.setattr(run, "write_metrics", lambda *_: {})
    recipe = replace(recipes.RECIPES[DECODER], young=(0, 3))
    monkeypatch.setitem(recipes.RECIPES, DECODER, recipe)
    run.train_checkpoint(DECODER, small, False, None, 1)
    assert registry.childhood(DECODER) == (0, 3)
    registry.check_files(DECODER)
    young = registry.load(f"{DECODER}-at-3")
    for name, x in load_file(run.RUNS / DECODER / "young" / "3.safetensors").items():
        np.testing.assert_array_equal(young.parameters[name], x.float().numpy())
    run.ship_childhood(checkpoints.FOLDER / DECODER, run.RUNS / DECODER, (3, 4))
    monkeypatch.setattr(registry, "_childhoods", {})
    assert registry.childhood(DECODER) == (3,)


@pytest.fixture
def young(tmp_path, monkeypatch):
    """Two of the shipped models with a childhood, in copies."""
    copies = use_copies(tmp_path, monkeypatch)
    for model in (DECODER, "lstm-stories"):
        raise_up(to_damage(copies, model), 100, 900)
    return copies


def test_a_step_is_one_more_model_that_nothing_lists(young):
    assert aged(DECODER, 100) == f"{DECODER}-at-100"
    assert named(f"{DECODER}-at-100") == (DECODER, 100)
    assert grown(DECODER) == DECODER
    assert registry.childhood(DECODER) == (100, 900)
    assert registry.childhood("rnn-stories") == ()
    runners = [
        registry.load(model) for model in (f"{DECODER}-at-100", f"{DECODER}-at-900", DECODER)
    ]
    traces = [runner.run(Request(TOM)) for runner in runners]
    assert [trace.model_id for trace in traces] == [runner.card.model_id for runner in runners]
    assert len({trace.content_key for trace in traces}) == 3
    assert runners[0].card.metrics == {}
    assert not [model for model in registry.model_ids() if "-at-" in model]
    with pytest.raises(InputError, match="There is no model"):
        registry.card(f"{DECODER}-at-101")
    assert registry.losses(f"{DECODER}-at-100") == registry.losses(DECODER)


def test_a_damaged_step_is_told_and_the_model_is_there(young):
    flip(young / DECODER / "young" / "100.safetensors")
    with pytest.raises(CheckpointError, match=r"young/100\.safetensors begins with"):
        registry.load(f"{DECODER}-at-100")
    assert registry.load(DECODER).card.model_id == DECODER


def test_the_slider_takes_a_page_back_in_training(young):
    app = open_page("pages/attention.py", training="100")
    assert not app.exception
    assert app.select_slider(key="training").value == "100"
    assert app.select_slider(key="training").options == ["100", "900", "trained"]
    assert [shape["x0"] for shape in chart(app)["layout"]["shapes"]] == [100]
    assert chart(app)["layout"]["height"] < 200  # the page's own pictures stay in sight
    assert "training=100" in long_link(app)
    heat = chart(app, 1)["layout"]["annotations"]
    assert any(f"{DECODER}-at-100" in one["text"] for one in heat)
    app.select_slider(key="training").set_value("end").run()
    assert not any(
        f"{DECODER}-at-" in str(chart(app, n)) for n in range(len(app.get("plotly_chart")))
    )
    app = open_page("pages/attention.py", model="encoder-stories", training="100")
    assert not app.select_slider  # nothing of its training was kept
    assert not app.exception


def test_all_models_of_a_page_go_back_together(young):
    app = open_page(
        "pages/next_word.py", models=[DECODER, "lstm-stories"], training="900", step="1"
    )
    assert not app.exception
    assert all(f"{model}-at-900" in said(app) for model in (DECODER, "lstm-stories"))
    app = open_page("pages/compare.py", training="900", text="Tom is a cat.")
    assert not app.exception
    names = str(chart(app, 1)["layout"]["annotations"])
    assert f"{DECODER}-at-900" in names
    assert "rnn-stories-at" not in names
    app = open_page("pages/distance.py", training="100", text="Tom is a cat. Tom is")
    assert not app.exception
    assert f"{DECODER}-at-100" in str(chart(app, 1)["data"])


def test_without_a_childhood_there_is_no_slider(tmp_path, monkeypatch):
    copies = use_copies(tmp_path, monkeypatch)
    assert copies
    monkeypatch.setattr(registry, "childhood", lambda model: ())
    app = open_page("pages/attention.py", training="300")
    assert not app.select_slider
    assert not app.exception
