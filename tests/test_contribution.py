"""Ways to say how much a word gives to another."""

import numpy as np
import pytest

from viz_core import Request, load, model_ids
from viz_core.analysis.attention import attention_names
from viz_core.analysis.contribution import (
    agreement,
    gradient_times_attention,
    raw,
    rows_as_shares,
    weighted_norms,
)

TEXT = "Tom is a cat. Tom's favorite food is"


@pytest.mark.parametrize("model", model_ids(lambda kind: kind.attends))
def test_the_pieces_behind_the_norms_add_up_to_the_attention(model):
    """One key alone: the length of what it gives is the length of the attention's output."""
    runner = load(model)
    trace = runner.run(Request(TEXT))
    for attention in attention_names(trace):
        found = weighted_norms(trace, runner.parameters, attention, None)
        assert found.shape == trace[f"{attention}.weights"].values.shape[1:]
        assert (found[trace[f"{attention}.weights"].values.sum(0) == 0] == 0).all()
    if runner.card.kind == "decoder":  # the first word sees itself alone
        out = trace["decoder.0.self_attn.out"].values[0].astype(float)
        bias = runner.parameters.get("blocks.0.self_attn.W_o.bias", np.zeros_like(out))
        found = weighted_norms(trace, runner.parameters, "decoder.0.self_attn", None)
        assert found[0, 0] == pytest.approx(np.linalg.norm(out - bias), rel=1e-4)


def test_one_heads_norms_by_hand(decoder):
    trace = decoder.run(Request(TEXT))
    name, head = "decoder.1.self_attn", 2
    v = trace[f"{name}.v"].values[head]
    w_o = decoder.parameters["blocks.1.self_attn.W_o.weight"][:, 72:108]
    weights = trace[f"{name}.weights"].values[head]
    expected = np.array(
        [
            [np.linalg.norm(weights[i, j] * (w_o @ v[j])) for j in range(len(v))]
            for i in range(len(v))
        ]
    )
    found = weighted_norms(trace, decoder.parameters, name, head)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    np.testing.assert_array_equal(raw(trace, name, head), weights)


def test_gradient_times_attention_sums_the_heads(decoder):
    trace = decoder.run(Request(TEXT, measures=("attention_gradient",)))
    heads = [gradient_times_attention(trace, "decoder.3.self_attn", head) for head in range(4)]
    together = gradient_times_attention(trace, "decoder.3.self_attn", None)
    np.testing.assert_allclose(np.sum(heads, axis=0), together, atol=1e-9)
    assert (
        np.abs(together[:-1]).max() == 0
    )  # only the last word decides the guess in the last layer


def test_shares_sum_to_one():
    found = rows_as_shares(np.array([[1.0, 3.0], [0.0, 0.0]]))
    np.testing.assert_array_equal(found, [[0.25, 0.75], [0, 0]])


def test_agreement_is_a_rank_correlation():
    one = np.array([[0.1, 0.2, 0.3, 0.4]])
    assert agreement(one, one**3) == pytest.approx(1)
    assert agreement(one, -one) == pytest.approx(-1)
    assert np.isnan(agreement(one, np.zeros_like(one)))
    tied = np.array([[0.0, 0.0, 1.0, 2.0]])  # ranks 1.5, 1.5, 3, 4 against 4, 3, 2, 1
    assert agreement(tied, np.array([[4.0, 3.0, 2.0, 1.0]])) == pytest.approx(-0.9486833)
    assert np.isnan(agreement(one[:, :2], one[:, :2]))
