"""The residual stream taken apart, and the logit lens."""

import numpy as np
import pytest

from viz_core import Request, load, model_ids
from viz_core.analysis.residual import (
    ResidualStream,
    cosines,
    logit_lens,
    neurons,
    residual_stream,
    scored,
)
from viz_core.kinds import kind_of

TEXT = "Tom is a cat. Tom's favorite food is"
TRANSFORMERS = (
    *model_ids(lambda kind: kind.attends),
    *model_ids(lesson="positions"),
)


def _stacks(kind):
    return ("encoder", "decoder") if kind == "encoder-decoder" else (kind,)


@pytest.mark.parametrize("model", TRANSFORMERS)
def test_the_parts_add_up_to_the_recorded_stream(model):
    runner = load(model)
    trace = runner.run(Request(TEXT))
    for stack in _stacks(runner.card.kind):
        residual = residual_stream(trace, runner.parameters, stack)
        assert residual.error <= 1e-5
        n_layer = runner.card.n_layer
        assert residual.levels == tuple(map(str, range(n_layer + 1)))
        for layer in range(n_layer):
            assert {f"{layer}.self_attn", f"{layer}.ffn"} <= set(residual.parts)
        np.testing.assert_allclose(residual.shares.sum(0), 1, atol=1e-4)
        np.testing.assert_array_equal(
            residual.values[-1].astype(np.float32),
            trace[f"{stack}.{n_layer - 1}.resid_post"].values,
        )


def test_a_missing_part_is_noticed(decoder):
    residual = residual_stream(decoder.run(Request(TEXT)), decoder.parameters, "decoder")
    cut = ResidualStream(
        residual.levels,
        residual.values,
        residual.parts[1:],
        residual.added[1:],
        residual.lengths[1:],
    )
    assert cut.error > 0.1


@pytest.mark.parametrize("model", TRANSFORMERS)
def test_the_last_level_of_the_lens_is_the_model(model):
    runner = load(model)
    trace = runner.run(Request(TEXT))
    stack = _stacks(runner.card.kind)[-1]
    residual = residual_stream(trace, runner.parameters, stack)
    logits = scored(residual.values[-1], runner.parameters, runner.card.traits)
    recorded = trace["logits"].values
    np.testing.assert_allclose(logits, recorded, atol=1e-4 * max(1, np.abs(recorded).max()))
    lens = logit_lens(residual.values, runner.parameters, runner.card.traits)
    np.testing.assert_array_equal(lens.best[-1], recorded.argmax(-1))
    assert (lens.final_rank[-1] == 1).all()
    np.testing.assert_allclose(lens.final_prob[-1], lens.prob[-1])
    assert lens.best.shape == lens.final_rank.shape == residual.values.shape[:2]
    if trace.top:
        place = trace.top[0].pos - (0 if runner.card.kind == "encoder" else 1)
        assert runner.string(int(lens.best[-1, place])) == trace.top[0].token


def test_the_rank_counts_the_tokens_before(decoder):
    values = np.random.default_rng(0).normal(size=(3, 2, 144))
    lens = logit_lens(values, decoder.parameters, kind_of("decoder"))
    probs = scored(values, decoder.parameters, kind_of("decoder"))
    final = probs[-1].argmax(-1)
    expected = [
        [1 + int((probs[level, pos] > probs[level, pos, final[pos]]).sum()) for pos in range(2)]
        for level in range(3)
    ]
    assert lens.final_rank.tolist() == expected


def test_a_recurrent_model_has_no_lens(decoder):
    with pytest.raises(ValueError, match="no residual stream"):
        scored(np.zeros((1, 144)), decoder.parameters, kind_of("rnn"))


def test_cosines_by_hand():
    values = np.array([[[1.0, 0.0]], [[2.0, 0.0]], [[0.0, 3.0]]])
    np.testing.assert_allclose(cosines(values), [[1, 1, 0], [1, 1, 0], [0, 0, 1]], atol=1e-12)


def test_neurons_by_what_they_add():
    act = np.array([[0.0, 1.0, 0.1], [0.5, 0.0, 0.1]])
    w_out = np.array([[1.0, 1.0, 20.0], [0.0, 0.0, 0.0]])
    assert neurons(act, w_out, 2).tolist() == [2, 1]
