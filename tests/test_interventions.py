"""What is changed about a pass: each intervention by what it must and must not move."""

import numpy as np
import pytest

from viz_core import Request, load, model_ids
from viz_core.errors import InputError
from viz_core.runners.interventions import (
    Hidden,
    Masked,
    Reordered,
    Replaced,
    WithoutHead,
    WithoutPositions,
)

TOM = "Tom is a cat. Tom's favorite food is"
TRANSFORMERS = model_ids(lambda kind: kind.attends)
DECODERS = model_ids(lambda kind: kind.attends and kind.continues)


@pytest.fixture(params=TRANSFORMERS)
def transformer(request):
    return load(request.param)


def _run(runner, *interventions, text=TOM):
    target = "Tom is" if runner.card.kind == "encoder-decoder" else None
    return runner.run(Request(text, target, intervene=interventions))


def _stack(runner):
    return "encoder" if runner.card.kind in ("encoder", "encoder-decoder") else "decoder"


def test_without_a_head_its_part_is_gone_and_no_other(transformer):
    name = f"{_stack(transformer)}.1.self_attn"
    plain, cut = _run(transformer), _run(transformer, WithoutHead(name, 2))
    mixed = cut[f"{name}.mixed"].values
    assert np.abs(mixed[2]).max() == 0
    np.testing.assert_array_equal(mixed[[0, 1, 3]], plain[f"{name}.mixed"].values[[0, 1, 3]])
    w_o = next(
        values
        for key, values in transformer.parameters.items()
        if key.endswith("1.self_attn.W_o.weight") and (len(plain.tokens) == 1 or "encoder" in key)
    )
    d_head = mixed.shape[-1]
    lost = plain[f"{name}.mixed"].values[2] @ w_o[:, 2 * d_head : 3 * d_head].T
    gone = plain[f"{name}.out"].values - cut[f"{name}.out"].values
    np.testing.assert_allclose(gone, lost, atol=1e-5)
    assert np.abs(plain["logits"].values - cut["logits"].values).max() > 1e-3


def test_all_heads_off_leaves_the_bias_alone(transformer):
    name = f"{_stack(transformer)}.0.self_attn"
    off = [WithoutHead(name, head) for head in range(transformer.card.n_head)]
    out = _run(transformer, *off)[f"{name}.out"].values
    np.testing.assert_allclose(out, np.broadcast_to(out[0], out.shape), atol=1e-6)


def test_a_hidden_word_is_seen_by_itself_alone(transformer):
    trace = _run(transformer, Hidden(2), Hidden(4))
    for record in trace.attentions:
        if record.streams["key"] != transformer.stream:
            continue
        for place in (2, 4):
            column = record.values[:, :, place].copy()
            if record.streams["query"] == transformer.stream:
                assert column[:, place].min() > 0
                column[:, place] = 0
            assert column.max() == 0
        np.testing.assert_allclose(record.values.sum(-1), 1, atol=1e-5)


def test_a_replaced_word_leaves_the_others_in_place(transformer):
    other = "狗" if transformer.card.kind == "encoder-decoder" else "dog"
    plain, new = _run(transformer), _run(transformer, Replaced(4, other))
    stream = transformer.stream
    assert len(new.tokens[stream]) == len(plain.tokens[stream])
    differ = [
        n
        for n, (a, b) in enumerate(
            zip(plain.tokens[stream].ids, new.tokens[stream].ids, strict=True)
        )
        if a != b
    ]
    assert differ == [4]
    assert new.tokens[stream].strings[4].strip() == other


def test_an_encoder_takes_a_mask_in_place_of_a_word(encoder):
    cut = _run(encoder, Replaced(4, "[MASK]"))
    assert cut.tokens["text"].strings[4] == "[MASK]"
    assert cut.top[0].pos == 4


@pytest.mark.parametrize("model", DECODERS)
def test_a_decoder_can_be_made_to_look_both_ways(model):
    runner = load(model)
    both = _run(runner, Masked(causal=False))
    assert all(np.triu(record.values, 1).max() > 0 for record in both.attentions)
    same = _run(runner, Masked(causal=True))
    np.testing.assert_array_equal(same["logits"].values, _run(runner)["logits"].values)


def test_an_encoder_can_be_made_to_look_left_only(encoder):
    trace = _run(encoder, Masked(causal=True))
    assert max(np.triu(record.values, 1).max() for record in trace.attentions) == 0
    longer = _run(encoder, Masked(causal=True), text=TOM + " fish")
    np.testing.assert_allclose(
        longer["encoder.3.resid_post"].values[:5],
        trace["encoder.3.resid_post"].values[:5],
        atol=1e-5,
    )


@pytest.mark.parametrize("model", ["encoder-stories", "transformer-zh-en"])
def test_without_positions_shuffled_words_give_the_same_set(model):
    """Row n of the shuffled text is the row from which its word came, to 1e-6."""
    runner = load(model)
    n = len(_run(runner).tokens[runner.stream])
    order = (0, *(int(i) for i in np.random.default_rng(0).permutation(n - 2) + 1), n - 1)
    name = "encoder.0.self_attn.out"
    plain = _run(runner, WithoutPositions())[name].values
    shuffled = _run(runner, WithoutPositions(), Reordered(order))[name].values
    size = np.abs(plain).max()
    np.testing.assert_allclose(shuffled / size, plain[list(order)] / size, atol=1e-6)
    told = _run(runner, Reordered(order))[name].values
    assert np.abs(told - _run(runner)[name].values[list(order)]).max() > 1e-2


def test_without_positions_every_encoding_is_silent(transformer):
    trace = _run(transformer, WithoutPositions())
    told = [record for record in trace if "positions" in record.name.split(".")]
    assert told
    assert max(np.abs(record.values).max() for record in told) == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (WithoutHead("decoder.9.self_attn", 0), "There is no attention decoder.9"),
        (WithoutHead("decoder.0.self_attn", 4), "heads 0 to 3"),
        (Hidden(99), "tokens 0 to"),
        (Replaced(1, "hippopotamus"), "is not one token"),
        (Replaced(1, " "), "is not one token"),
        (Replaced(1, "[MASK]"), "is not one token"),
        (Replaced(-1, "cat"), "tokens 0 to"),
        (Reordered((1, 0)), "each of the"),
    ],
)
def test_what_can_not_be_changed_is_said(decoder, change, says):
    with pytest.raises(InputError, match=says):
        _run(decoder, change)


def test_hiding_everything_is_refused(decoder):
    n = len(_run(decoder).tokens["text"])
    with pytest.raises(InputError, match="Leave at least one"):
        _run(decoder, *(Hidden(place) for place in range(n)))


@pytest.mark.parametrize("model", model_ids(lambda kind: kind.recurrent))
def test_a_recurrent_model_has_no_mask_and_no_positions(model):
    runner = load(model)
    for change, says in (
        (Masked(causal=False), "no attention"),
        (WithoutPositions(), "not told any positions"),
        (Hidden(1), "no attention"),
        (WithoutHead("rnn.0", 0), "no attention rnn.0"),
    ):
        with pytest.raises(InputError, match=says):
            _run(runner, change)
    assert _run(runner, Replaced(4, "dog")).tokens["text"].strings[4] == " dog"


def test_measures_are_of_the_model_as_it_is(decoder):
    with pytest.raises(InputError, match="without interventions"):
        decoder.run(Request(TOM, measures=("gradient",), intervene=(Hidden(1),)))


def test_the_model_itself_stays_as_it_is(transformer):
    before = _run(transformer)["logits"].values
    _run(transformer, Hidden(2), WithoutPositions(), Masked(causal=True))
    np.testing.assert_array_equal(_run(transformer)["logits"].values, before)


def test_the_gradient_of_attention_is_what_a_small_step_finds(decoder):
    """d log p(guess) / d one weight, against the change by a nudge of that weight."""
    import torch

    from viz_core.hooks import recording

    trace = decoder.run(Request(TOM, want=("*.weights",), measures=("attention_gradient",)))
    name, (head, query, key) = "decoder.2.self_attn.weights", (1, 9, 4)
    gradient = trace[f"{name}.grad"].values
    assert gradient.shape == trace[name].values.shape
    guess, step = int(np.argmax(decoder.run(Request(TOM))["logits"].values[-1])), 1e-2
    found = []
    for sign in (1, -1):

        def nudge(x, sign=sign):
            x = x.clone()
            x[0, head, query, key] += sign * step
            return x

        encoded = decoder.read(Request(TOM))
        with torch.inference_mode(), recording((), {name: nudge}):
            found.append(decoder.logits(encoded)[-1].log_softmax(-1)[guess].item())
    slope = (found[0] - found[1]) / (2 * step)
    assert gradient[head, query, key] == pytest.approx(slope, abs=2e-3)
