"""Sizes of one model: what they have in common, their losses, the line through them."""

from dataclasses import replace
from math import log

import numpy as np
import pytest
import torch
from test_training import MIX, write_corpus
from tiny_sizes import MAIN, WIDTHS, train_tiny_sizes, use

from viz_core import registry
from viz_core.analysis.family import FAMILY
from viz_core.analysis.growth import power_law
from viz_core.analysis.scaling import Training, by_size, common_tokens, line_of, middle, spread
from viz_core.errors import CheckpointError, InputError
from viz_core.figures import DARK, LossCurve, family_tree, loss_by_size, loss_curves
from viz_core.figures.numbers import in_short
from viz_core.losses import Line, read_losses, write_losses
from viz_core.models.decoder import Decoder
from viz_core.training import corpora, run
from viz_core.training.loop import Plan, train
from viz_core.training.recipes import RECIPES, Recipe
from viz_core.training.state import StateFile

OTHER_SIZES = ("decoder-small", "decoder-small-2", "decoder-large")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return train_tiny_sizes(tmp_path_factory.mktemp("sizes"))


def lines(*points):
    return tuple(Line(n, tokens, 1.0, 5.0, loss) for n, (tokens, loss) in enumerate(points, 1))


@pytest.mark.parametrize("model", OTHER_SIZES)
def test_other_sizes_differ_in_width_rate_and_seed_alone(model):
    main, recipe = RECIPES[MAIN], RECIPES[model]
    same = {"d_model": 8, "d_ff": 8, "n_head": 1}
    assert replace(recipe.config, **same) == replace(main.config, **same)
    rate = {"learning_rate": 0.0}
    assert replace(recipe.plan, **rate) == replace(main.plan, **rate)
    for name in ("objective", "mixture", "read", "tokenize", "stored", "generation"):
        assert getattr(recipe, name) == getattr(main, name)


def test_the_sizes_are_those_that_were_asked_for():
    n = {model: sum(p.numel() for p in RECIPES[model].build().parameters()) for model in RECIPES}
    assert n["decoder-small"] == n["decoder-small-2"] == pytest.approx(0.3e6, rel=0.1)
    assert n[MAIN] == pytest.approx(1.3e6, rel=0.05)
    assert n["decoder-large"] == pytest.approx(5e6, rel=0.1)


def test_rates_go_with_size_as_the_rule_says():
    """Kaplan et al. 2020, eq. D.1, of parameters without embeddings."""

    def rule(model):
        config = RECIPES[model].config
        return 0.003239 - 0.0001395 * log(12 * config.n_layer * config.d_model**2)

    for model in OTHER_SIZES:
        rate = RECIPES[MAIN].plan.learning_rate * rule(model) / rule(MAIN)
        assert RECIPES[model].plan.learning_rate == pytest.approx(rate, rel=0.02)


def test_a_seed_of_its_own_changes_the_first_weights_and_no_batch():
    first, again, second = (
        RECIPES[model].build() for model in ("decoder-small", "decoder-small", "decoder-small-2")
    )
    assert torch.equal(first.embed.weight, again.embed.weight)
    assert not torch.equal(first.embed.weight, second.embed.weight)
    assert RECIPES["decoder-small"].plan == RECIPES["decoder-small-2"].plan


@pytest.mark.parametrize("model", ["decoder-small-2", "decoder-large"])
def test_every_size_trains(model, tmp_path):
    recipe = RECIPES[model]
    corpus = corpora.read_corpus(write_corpus(tmp_path))
    corpus = replace(corpus, valid=corpus.valid[:2])
    tokenizer = corpora.train_tokenizer(corpus)
    config = replace(recipe.config, vocab_size=tokenizer.vocab_size, n_ctx=320)
    small = Recipe(config, Decoder, recipe.objective, MIX, Plan(3, 3e-3), seed=recipe.seed)
    objective = small.objective(corpus, tokenizer, small.mixture, small.plan.seed)
    model = small.build()
    before = objective.valid_loss(model)
    done = train(model, objective, small.plan, StateFile(tmp_path / "run"))
    assert done.step == 3
    assert done.lines[-1].valid_loss < before


def test_runs_on_the_same_batches_read_the_same_tokens(folder):
    curves = {model: read_losses(folder / model / "loss.csv") for model in WIDTHS}
    assert len({tuple(line.tokens for line in curve) for curve in curves.values()}) == 1
    twins = [
        [line.valid_loss for line in curves[model]]
        for model in ("decoder-small", "decoder-small-2")
    ]
    assert twins[0] != twins[1]


def test_the_registry_knows_the_sizes_of_a_model(folder, monkeypatch):
    use(monkeypatch, folder, WIDTHS)
    assert registry.sizes(MAIN) == tuple(WIDTHS)  # the smallest first
    (folder / "decoder-large" / "config.json").rename(folder / "kept.json")
    registry._cards.clear()
    assert registry.sizes(MAIN) == ("decoder-small", "decoder-small-2", MAIN)
    (folder / "kept.json").rename(folder / "decoder-large" / "config.json")
    assert registry.model_ids() == (MAIN,)  # other pages offer none of the others


def test_shipped_sizes_are_on_the_scale_page_alone_and_have_a_recipe():
    for model, entry in registry.MODELS.items():
        if entry.size_of:
            assert entry.lesson == "scale"
            assert entry.architecture == registry.MODELS[entry.size_of].architecture
            assert model in RECIPES


def test_a_recipe_without_an_entry_is_refused_before_it_trains(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "MODELS", {})
    with pytest.raises(InputError, match=r"no entry in viz_core/entries\.py"):
        run.train_checkpoint("decoder-small", tmp_path, False, None, 1)


def test_a_loss_curve_comes_back_as_it_was_written(tmp_path):
    written = list(lines((10, 7.0), (20, 6.5)))
    write_losses(tmp_path / "loss.csv", written)
    assert read_losses(tmp_path / "loss.csv") == written


@pytest.mark.parametrize(
    ("points", "says"),
    [
        ((), "it has no lines"),
        (((10, 7.0), (10, 6.0)), "its tokens don't rise"),
        (((0, 7.0),), "its tokens don't rise"),
        (((10, float("nan")),), "a loss of nan at step 1"),
        (((10, 0.0),), "a loss of 0.0 at step 1"),
        (((10, float("inf")),), "a loss of inf at step 1"),
    ],
)
def test_a_loss_curve_that_can_not_be_drawn_is_told(tmp_path, points, says):
    write_losses(tmp_path / "loss.csv", lines(*points))
    with pytest.raises(CheckpointError, match=says):
        read_losses(tmp_path / "loss.csv")


def test_losses_are_compared_where_all_were_measured():
    long = Training("long", 10, lines((100, 9.0), (200, 8.0), (300, 7.0)))
    short = Training("short", 20, lines((100, 6.0), (200, 5.0)))
    assert common_tokens([long, short]) == 200
    assert by_size([short, long], 200) == {10: (8.0,), 20: (5.0,)}
    other = Training("other", 30, lines((150, 6.0), (250, 5.0)))
    assert common_tokens([long, other]) is None
    with pytest.raises(KeyError):
        other.loss_at(200)


def test_a_power_law_is_found_again():
    law = power_law([1e5, 1e6, 1e7], [5 * n**-0.08 for n in (1e5, 1e6, 1e7)])
    assert law.power == pytest.approx(-0.08)
    assert law.at(1e9) == pytest.approx(5 * 1e9**-0.08)
    assert law.misses([1e6], [law.at(1e6) * 1.02]) == pytest.approx([0.02])


def test_a_line_takes_three_sizes_and_counts_each_once():
    losses = {10: (4.0, 9.0), 100: (3.0,)}
    assert line_of(losses) is None
    law = line_of(losses | {1000: (1.5,)})
    power, height = np.polyfit(np.log([10, 100, 1000]), np.log([6.0, 3.0, 1.5]), 1)
    assert law.power == pytest.approx(power)
    assert law.at(1) == pytest.approx(np.exp(height))
    assert middle((4.0, 9.0)) == pytest.approx(6)
    assert spread((4.0, 9.0)) == pytest.approx(1.25)
    assert spread((4.0,)) == 0


def test_the_curves_hold_the_losses():
    curves = [
        LossCurve("0.3 M", "small", 0, 0, [100, 200], [5.0, 4.0]),
        LossCurve("<b>", "small-2", 0, 1, [100, 200], [5.1, 4.05]),
        LossCurve("5 M", "large", 1, 0, [100, 200], [4.0, 3.0]),
    ]
    figure = loss_curves(curves, DARK, at=200)
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "log"
    for line, curve in zip(figure.data, curves, strict=True):
        assert (list(line.x), list(line.y)) == (curve.tokens, curve.losses)
    assert figure.data[0].line.color == figure.data[1].line.color != figure.data[2].line.color
    assert figure.data[0].line.dash != figure.data[1].line.dash
    assert "&lt;b&gt;" in [note.text for note in figure.layout.annotations]
    low, high = (10**end for end in figure.layout.yaxis.range)
    assert all(low < loss < high for curve in curves for loss in curve.losses)


def test_the_line_is_dashed_where_nothing_was_measured():
    losses = {1_000: (4.0, 4.1), 10_000: (3.0,), 100_000: (2.5,)}
    law = line_of(losses)
    figure = loss_by_size(losses, line=law, beyond=10_000_000)
    solid, dashed, end, *points = figure.data
    assert (solid.line.dash, min(solid.x), max(solid.x)) == ("solid", 1_000, 100_000)
    assert (dashed.line.dash, min(dashed.x), max(dashed.x)) == ("dash", 100_000, 10_000_000)
    np.testing.assert_allclose(dashed.y, [law.at(n) for n in dashed.x])
    assert end.y[0] == pytest.approx(law.at(10_000_000))
    assert [list(one.y) for one in points] == [list(seeds) for seeds in losses.values()]
    said = [note.text for note in figure.layout.annotations]
    assert f"extrapolated:<br>10 M, {law.at(1e7):.2f}?" in said
    assert len(loss_by_size({1_000: (4.0,), 10_000: (3.0,)}).data) == 2  # no line of two


def test_axes_of_losses_that_are_near_each_other_have_two_ticks():
    figure = loss_by_size({1_000: (5.91,), 2_000: (5.90,)})
    assert len(figure.layout.yaxis.tickvals) >= 2


def test_the_tree_draws_what_is_published_and_marks_what_is_not():
    figure = family_tree(FAMILY, [("decoder-stories", "decoder", 1_334_880)])
    drawn = {line.name: list(line.y) for line in figure.data if line.mode == "lines+markers"}
    for model in FAMILY:
        sizes = [size.n_params for size in model.sizes if size.n_params]
        assert drawn.pop(model.name, []) == sizes
    assert not drawn
    (unknown,) = figure.layout.shapes
    column = [model.name for model in FAMILY].index("GPT-4")
    assert unknown.x0 < column < unknown.x1
    names = [note.text for note in figure.layout.annotations]
    assert "GPT-3<br><b>175 B</b>" in names
    assert any("size not" in name and "GPT-4" in name for name in names)
    assert 1_334_880 in [y for line in figure.data for y in line.y]
    told = [list(tip) for line in figure.data for tip in line.customdata or ()]
    assert ["GPT-2", "117 M stated, 124,439,808 counted", "Radford et al. 2019, table 2"] in told


@pytest.mark.parametrize("empty", [loss_curves([]), loss_by_size({}), family_tree([])])
def test_nothing_to_draw_says_so(empty):
    assert empty.layout.annotations[0].text


@pytest.mark.parametrize(
    ("n", "short"),
    [
        (282_576, "0.283 M"),
        (1_334_880, "1.33 M"),
        (117e6, "117 M"),
        (999.6e6, "1 B"),
        (1e12, "1,000 B"),
    ],
)
def test_numbers_in_short(n, short):
    assert in_short(n) == short
