"""Measures of dependence on cases that can be worked by hand."""

import numpy as np
import pytest

from viz_core import Request, card, load, model_ids
from viz_core.analysis.growth import slope
from viz_core.analysis.influence import (
    aligned,
    by_distance,
    difference,
    grad_norm,
    grad_x_input,
    influence,
    occlusion,
    perplexity,
    rollout,
    sequential_steps,
    shares,
    trials,
)
from viz_core.errors import InputError
from viz_core.figures.theme import numbered
from viz_core.kinds import kind_of
from viz_core.registry import proposer
from viz_core.runners.question import question
from viz_core.trace import Guess, Record, Tokens, Trace


def trace_of(**values):
    axes = {1: ("pos",), 2: ("pos", "d_model"), 3: ("head", "query", "key")}
    records = {
        name: Record(name, np.array(v, np.float32), axes[np.ndim(v)], {})
        for name, v in values.items()
    }
    tokens = {"text": Tokens(("a", "b"), (5, 6), (False, False))}
    return Trace("m", "decoder", tokens, records, (Guess(2, "c", 0.75),))


def test_gradient_times_input_and_its_length():
    trace = trace_of(**{"embed": [[1, 2], [3, 4]], "embed.grad": [[3, 4], [-1, 0]]})
    assert grad_x_input(trace).tolist() == [11, -3]
    assert grad_norm(trace).tolist() == [5, 1]
    assert influence(trace, "gradient").tolist() == [11, -3]


def test_occlusion_is_the_fall_of_the_guess():
    trace = trace_of(**{"occlusion.drop": [0.5, -0.25]})
    assert occlusion(trace).tolist() == [0.5, -0.25]
    with pytest.raises(ValueError, match="not one of"):
        influence(trace, "nonsense")


def test_counterfactual_is_the_weighted_mean_of_what_was_tried():
    nan = np.nan
    trace = trace_of(
        **{
            "counterfactual.drop": [[nan, nan], [0.5, -0.25]],
            "counterfactual.weight": [[0, 0], [0.8, 0.2]],
            "counterfactual.token": [[-1, -1], [7, 8]],
        }
    )
    assert influence(trace, "counterfactual") == pytest.approx([nan, 0.35], nan_ok=True)
    nothing, tried = trials(trace)
    assert nothing == []
    assert [(one.token, round(one.weight, 3), one.drop) for one in tried] == [
        (7, 0.8, 0.5),
        (8, 0.2, -0.25),
    ]


def measured(model, text):
    kind = card(model).traits
    request = Request(
        question(kind, text),
        want=("logits",),
        measures=("counterfactual",),
        alternatives=load(proposer(model)).alternatives(question(kind_of("encoder"), text)),
    )
    trace = load(model).run(request)
    words = numbered(trace.tokens["text"].strings)
    return dict(zip(words, influence(trace, "counterfactual"), strict=True))


@pytest.mark.parametrize(
    ("model", "cat", "tom"),
    [
        ("decoder-stories", 1.0, (0.4, 0.11)),
        ("llama-stories", 1.0, (0.0, 0.0)),
        ("encoder-stories", 0.98, (0.0, 0.0)),
        ("lstm-stories", 0.9, (0.0, 0.0)),
        ("gru-stories", 0.94, (0.0, 0.0)),
        ("rnn-stories", 0.13, (0.0, 0.0)),
    ],
)
def test_who_knows_the_cat_and_who_binds_its_name(model, cat, tom):
    """The lecture's claim: all but the RNN know the cat; with one animal its name hardly counts."""
    found = measured(model, "Tom is a cat. Tom's favorite food is")
    assert found["4 ·cat"] == pytest.approx(cat, abs=0.04)
    assert (found["1 Tom"], found["6 ·Tom"]) == pytest.approx(tom, abs=0.12)
    if not any(tom):
        assert abs(found["2 ·is"]) < 0.05 or card(model).traits.gates


@pytest.mark.parametrize(
    "model", ["decoder-stories", "llama-stories", "lstm-stories", "gru-stories"]
)
def test_with_two_animals_the_name_counts_for_the_model_that_binds_it(model):
    found = measured(model, "Tom is a cat. Lily is a dog. Lily's favorite food is")
    drops = [found[name] for name in ("6 ·Lily", "11 ·Lily")]
    assert min(drops) > 0.7 if model == "decoder-stories" else max(drops) < 0.1


def test_one_set_of_alternatives_serves_all_who_cut_texts_alike():
    for model in model_ids(lambda kind: not kind.translates):
        code = card(model).language
        assert proposer(model) == {"en": "encoder-stories", "zh": "encoder-zh"}[code]
    assert proposer("transformer-zh-en") is None
    (tom, *_rest, last) = load("encoder-stories").alternatives("Tom is a [MASK] cat.")
    strings = [load("encoder-stories").string(i) for i in tom.ids]
    assert len(set(strings)) == 8
    assert " Tom" not in strings
    assert sum(tom.weights) == pytest.approx(1)
    assert last.token == load("encoder-stories").tokenizer.encode("a.")[-1]  # [MASK] is no word


def test_the_translator_tries_what_is_near_in_its_own_words():
    own = load("transformer-zh-en")
    (tom, *_rest) = own.alternatives("汤姆是一只猫。")
    strings = [own.string(i).strip() for i in tom.ids]
    assert "她" in strings
    assert not any(string.isascii() for string in strings)
    assert tom.weights == (0.125,) * 8


def test_in_a_long_text_fewer_words_are_tried():
    for n, tried in ((6, 8), (40, 5), (90, 1)):
        text = "cat " * n
        trace = load("rnn-stories").run(
            Request(text, want=("logits",), measures=("counterfactual",))
        )
        assert {len(row) for row in trials(trace)[2:]} <= {tried, tried - 1, tried + 1}
        weights = trace["counterfactual.weight"].values[2:-1].sum(-1)
        np.testing.assert_allclose(weights, 1, rtol=1e-5)


def test_shares():
    assert shares(np.array([1.0, np.nan])).tolist() == [1, 0]
    assert shares(np.array([1.0, -3.0])).tolist() == [0.25, 0.75]
    assert shares(np.zeros(2)).tolist() == [0, 0]


def test_rollout_of_two_layers_by_hand():
    layer = [[[1.0, 0.0], [0.5, 0.5]]]
    trace = trace_of(**{"decoder.0.self_attn.weights": layer, "decoder.1.self_attn.weights": layer})
    mixed = np.array([[1, 0], [0.25, 0.75]])  # half attention, half identity
    np.testing.assert_allclose(rollout(trace), mixed @ mixed)


def test_rollout_of_a_model_has_rows_that_sum_to_one():
    trace = load("decoder-stories").run(Request("Tom is a cat.", want=("*.weights",)))
    np.testing.assert_allclose(rollout(trace).sum(-1), 1, atol=1e-5)
    assert np.triu(rollout(trace), 1).max() == 0


def test_perplexity_passes_over_what_is_not_foreseen():
    trace = trace_of(**{"token.logprob": [np.nan, -np.log(8)]})
    assert perplexity(trace) == pytest.approx(8)


def test_sequential_steps():
    assert sequential_steps(kind_of("rnn"), 10, 2) == 11
    assert sequential_steps(kind_of("decoder"), 10, 4) == 4
    with pytest.raises(ValueError, match="'abacus' is not one of"):
        kind_of("abacus")


def test_models_line_up_by_the_words_they_share():
    axis, values = aligned(
        [
            (["Tom", " is"], np.array([1.0, 2.0])),
            (["Tom", " is", "[MASK]"], np.array([3.0, 4.0, 5.0])),
            ([" is"], np.array([6.0])),
        ]
    )
    assert axis == ["Tom", " is", "[MASK]"]
    np.testing.assert_array_equal(values, [[1, 2, np.nan], [3, 4, 5], [np.nan, 6, np.nan]])


def test_a_difference_is_taken_over_the_words_both_read_first():
    first = (["a", "b", "c"], np.arange(9.0).reshape(3, 3))
    second = (["a", "b", "x"], np.ones((3, 3)))
    words, values = difference(first, second)
    assert words == ["a", "b"]
    np.testing.assert_array_equal(values, [[-1, 0], [2, 3]])


def test_by_distance_counts_back_from_the_place():
    distances, sizes = by_distance(np.array([1.0, -1.0, 2.0]), 2)
    assert distances.tolist() == [2, 1]
    assert sizes.tolist() == [1, -1]  # the influences themselves, no shares of them


@pytest.mark.parametrize("power", [1, 2])
def test_slope_of_a_power(power):
    sizes = [8, 16, 32, 64, 128]
    assert slope(sizes, [3 * n**power for n in sizes]) == pytest.approx(power)
    with pytest.raises(ValueError, match="two points"):
        slope([1], [1])


@pytest.mark.parametrize(
    ("kind", "text", "asked"),
    [
        ("decoder", "Tom is a", "Tom is a"),
        ("encoder", "Tom is a", "Tom is a [MASK]."),
        ("encoder", "Tom is a cat.", "Tom is a cat. [MASK]"),
        ("rnn", "Tom is a [MASK] now.", "Tom is a"),
        ("lstm", "It is hot. [SEP] She drank.", "It is hot. She drank."),
        ("encoder", "Tom is a [MASK] now.", "Tom is a [MASK] now."),
    ],
)
def test_the_same_question_in_every_form(kind, text, asked):
    assert question(kind_of(kind), text) == asked


def test_who_reads_from_left_to_right_needs_something_at_the_left():
    with pytest.raises(InputError, match="nothing stands before"):
        question(kind_of("lstm"), "[MASK] is a cat.")
    assert question(kind_of("encoder"), "[MASK] is a cat.") == "[MASK] is a cat."


def test_tokens_cut_elsewhere_stand_where_they_begin():
    by_bytes = (
        [" ", "<E6>", "<88>", "<91>", "<E5>", "<90>", "<83>", "<E9>", "<A5>", "<AD>"],
        np.ones(10),
    )
    by_words = (["我", "吃饭"], np.array([2.0, 3.0]))
    axis, values = aligned([by_bytes, by_words])
    assert len(axis) == 10
    assert values[0].tolist() == [1] * 10
    assert values[1][[1, 4]].tolist() == [2, 3]
    assert np.isnan(np.delete(values[1], [1, 4])).all()


def test_a_token_of_another_text_stands_nowhere():
    axis, values = aligned(
        [(["a", "[MASK]", " c", " d"], np.zeros(4)), (["a", " ce"], np.array([1.0, 2.0]))]
    )
    assert axis == ["a", "[MASK]", " c", " d"]
    assert values[1][0] == 1
    assert np.isnan(values[1][1:]).all()
