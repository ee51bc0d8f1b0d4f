import numpy as np
import pytest

from viz_core import Request
from viz_core.analysis.attention import (
    among,
    head_measures,
    is_causal,
    one_head,
    ranks,
    recompute,
    softmax,
)
from viz_core.analysis.probabilities import distributions, follows_probability
from viz_core.analysis.proof import proofs
from viz_core.analysis.summary import strongest
from viz_core.trace import Record, Tokens


def attention(*heads, name="decoder.0.self_attn.weights"):
    return Record(
        name,
        np.array(heads, dtype=np.float32),
        ("head", "query", "key"),
        {"query": "text", "key": "text"},
    )


TOKENS = Tokens(("Tom", " sees", " Tom"), (7, 8, 7), (False,) * 3)


def test_measures_of_heads_made_for_them():
    first = [[1, 0, 0]] * 3
    previous = [[1, 0, 0], [1, 0, 0], [0, 1, 0]]
    same = [[1, 0, 0], [0, 1, 0], [1, 0, 0]]
    even = [[1 / 3] * 3] * 3
    f, p, s, e = head_measures(attention(first, previous, same, even), TOKENS)
    assert (f.first, f.entropy, f.distance) == (1, 0, 1)
    assert (p.previous, p.distance) == (1, pytest.approx(2 / 3))
    assert s.same == pytest.approx(0.5)  # the first Tom sees no twin's weight, the second all
    assert e.entropy == pytest.approx(np.log2(3))


def test_a_masked_twin_does_not_count():
    causal = [[1, 0, 0], [0.5, 0.5, 0], [0.75, 0, 0.25]]
    (measures,) = head_measures(attention(causal), TOKENS)
    assert measures.same == pytest.approx(0.75)


def test_without_twins_there_is_no_same_word_share():
    tokens = Tokens(("a", "b"), (1, 2), (False, False))
    (measures,) = head_measures(attention([[1, 0], [0.5, 0.5]]), tokens)
    assert np.isnan(measures.same)


def test_recomputed_attention_equals_the_recorded_one(runner):
    trace = runner.run(Request("Tom is a cat. Tom's favorite food is fish."))
    for record in trace.attentions:
        name = record.name.removesuffix(".weights")
        again = recompute(trace, name)
        assert again.scores_error < 1e-5
        assert again.weights_error < 1e-5
        np.testing.assert_allclose(again.weights, record.values, atol=1e-5)


def test_a_forged_weight_fails_the_proof(decoder):
    request = Request("Tom is a cat")
    trace = decoder.run(request)
    name = "decoder.1.self_attn.weights"
    forged = trace[name].values.copy()
    forged[0, 2] = forged[0, 2][::-1]
    records = dict(trace.records) | {
        name: Record(name, forged, trace[name].axes, trace[name].streams)
    }
    from viz_core.trace import Trace

    wrong = Trace(trace.model_id, trace.kind, trace.tokens, records, trace.top)
    failed = {
        p.claim
        for p in proofs(wrong, decoder.record_names, decoder.plain_logits(request))
        if not p.holds
    }
    assert failed == {
        "softmax of the scores gives the weights",
        "q and k give the weights",
        "nothing looks to the right",
    }


def test_shared_keys_are_repeated_for_the_heads_that_share_them(decoder):
    """Grouped-query attention: two heads, one key head."""
    from viz_core.trace import Trace

    rng = np.random.default_rng(0)
    q, k = rng.normal(size=(2, 3, 4)), rng.normal(size=(1, 3, 4))
    scores = q @ k.swapaxes(-1, -2) / 2
    streams = {"query": "text", "key": "text"}
    make = lambda part, values, axes: Record(  # noqa: E731
        f"decoder.0.self_attn.{part}",
        values.astype(np.float32),
        axes,
        {axis: "text" for axis in axes if axis in streams},
    )
    records = [
        make("q", q, ("head", "query", "d_head")),
        make("k", k, ("head", "key", "d_head")),
        make("scores", scores, ("head", "query", "key")),
        make("weights", softmax(scores), ("head", "query", "key")),
    ]
    trace = Trace("m", "decoder", {"text": TOKENS}, {r.name: r for r in records})
    assert recompute(trace, "decoder.0.self_attn").weights_error < 1e-6


def test_keeping_tokens_scales_rows_to_one():
    weights = np.array([[0.2, 0.3, 0.5], [1.0, 0, 0], [0.1, 0.1, 0.8]])
    shown = np.array([False, True, True])
    kept = among(weights, shown, shown)
    np.testing.assert_allclose(kept, [[0, 0, 0], [0, 0, 0], [0, 0.1 / 0.9, 0.8 / 0.9]])


def test_ranks_count_from_the_largest():
    assert ranks(np.array([[0.1, 0.7, 0.2]])).tolist() == [[3, 1, 2]]


def test_one_head_or_the_mean():
    record = attention([[1, 0], [0, 1]], [[0, 1], [1, 0]])
    np.testing.assert_array_equal(one_head(record, 1), [[0, 1], [1, 0]])
    np.testing.assert_array_equal(one_head(record, None), [[0.5, 0.5]] * 2)
    with pytest.raises(ValueError, match="head 2 is not one of 0 to 1"):
        one_head(record, 2)


def test_the_strongest_looks_leave_out_oneself():
    looks = strongest(np.array([[1, 0, 0], [0.1, 0.9, 0], [0.6, 0.3, 0.1]]))
    assert [(look.query, look.key) for look in looks] == [(2, 0), (1, 0)]


def test_in_another_text_no_word_is_the_query_itself():
    weights = np.array([[0.9, 0.1], [0.3, 0.7]])
    looks = strongest(weights, crosses=True)
    assert [(look.query, look.key) for look in looks] == [(0, 0), (1, 1)]
    assert [(look.query, look.key) for look in strongest(weights)] == [(1, 0), (0, 1)]


def test_distributions_add_up_to_one(runner):
    trace = runner.run(Request("Tom is a [MASK]"))
    for distribution in distributions(trace):
        assert sum(g.prob for g in distribution.guesses) + distribution.rest == pytest.approx(
            1, abs=1e-6
        )
        assert 0 < distribution.entropy < np.log2(runner.card.vocab_size)
        assert distribution.n_rest == runner.card.vocab_size - len(distribution.guesses)


def test_next_sentence_probability(encoder):
    trace = encoder.run(Request("The sun was hot. [SEP] She drank some water."))
    assert 0 < follows_probability(trace) < 1


def test_only_a_decoders_self_attention_is_causal():
    assert is_causal("decoder.0.self_attn.weights")
    assert not is_causal("decoder.0.cross_attn.weights")
    assert not is_causal("encoder.0.self_attn.weights")
