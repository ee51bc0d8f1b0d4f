"""What the flow is drawn from is the trace, number for number."""

import json
import struct

import numpy as np
import pytest

from viz_core import Request, card, load
from viz_core.analysis.flow import N_CELLS, N_GUESSES, flow, liveliest, main_look
from viz_core.analysis.influence import counterfactual, trials
from viz_core.lessons.home.payload import flow_payload
from viz_core.registry import MODELS, readers_of_text
from viz_core.runners.question import question
from viz_core.trace import Record, Tokens, Trace

TOM = "Tom is a cat. Tom's favorite food is"
TYPES = {"lengths": "<f4", "gates": "<f4", "influence": "<f4", "probs": "<f4", "weights": "<u2"}


def seen(model, text=TOM, layer=1, head=2):
    kind = MODELS[model].traits
    measures = ("counterfactual",) if kind.recurrent else ()
    trace = load(model).run(Request(question(kind, text), measures=measures, everywhere=True))
    return trace, flow(trace) if kind.recurrent else flow(trace, layer, head)


def unpacked(found, word=0, labels=None):
    """The payload as the browser reads it: its head, and its arrays by group and name."""
    payload = flow_payload(found, word, labels or {})
    (length,) = struct.unpack("<I", payload[:4])
    head = json.loads(payload[4 : 4 + length])
    numbers = payload[4 + length :]
    arrays = {
        group: {
            name: np.frombuffer(
                numbers, TYPES.get(group, "i1"), int(np.prod(shape)), offset
            ).reshape(shape)
            for name, (offset, shape) in places.items()
        }
        for group, places in head["arrays"].items()
    }
    return head, arrays, payload


def own_head(trace, name, head, n_head):
    """The values of a record, of the opened head where it has heads (which may share keys)."""
    values = trace[name].values
    return values[head * len(values) // n_head] if values.ndim == 3 else values


@pytest.mark.parametrize("model", readers_of_text())
def test_every_number_of_the_payload_is_the_traces(model):
    trace, found = seen(model)
    _head, arrays, _payload = unpacked(found)
    assert len(arrays["lengths"]) >= 3
    for name, lengths in arrays["lengths"].items():
        values = own_head(trace, name, found.head, max(found.n_head, 1))
        np.testing.assert_allclose(lengths, np.linalg.norm(values, axis=-1), rtol=1e-5)
    for name, weights in arrays.get("weights", {}).items():
        recorded = trace[name].values[found.head]
        assert np.abs(weights / 65535 - recorded).max() <= 0.5 / 65535 + 1e-7
    for name, gates in arrays.get("gates", {}).items():
        np.testing.assert_allclose(gates, trace[name].values.mean(-1), rtol=1e-6)
    for name, cells in arrays["cells"].items():
        values = own_head(trace, name, found.head, max(found.n_head, 1))
        values = values[:, liveliest(values)] if name.endswith(".act") else values[:, :N_CELLS]
        assert cells.shape == values.shape
        shown = np.abs(cells) >= 3  # what is near 0 may round to it
        assert (np.sign(cells)[shown] == np.sign(values)[shown]).all()


@pytest.mark.parametrize("model", ["rnn-stories", "lstm-stories", "gru-stories"])
def test_influences_are_the_measured_ones(model):
    trace, found = seen(model)
    _head, arrays, _payload = unpacked(found)
    expected = np.nan_to_num(counterfactual(trace))
    np.testing.assert_allclose(arrays["influence"]["influence"], expected, atol=1e-7)
    assert [list(map(list, found.trials))] == [trials(trace)]
    assert flow(load(model).run(Request(TOM, everywhere=True))).influence is None


@pytest.mark.parametrize("model", readers_of_text())
def test_guesses_stand_at_the_word_they_follow(model):
    trace, found = seen(model)
    head, arrays, _payload = unpacked(found)
    logits = trace["logits"].values.astype(np.float64)
    probs = np.exp(logits - logits.max(-1, keepdims=True))
    probs /= probs.sum(-1, keepdims=True)
    for row, guesses in enumerate(found.guesses):
        if not guesses:
            assert trace.kind == "encoder"
            continue
        best = np.sort(probs[row])[::-1][:N_GUESSES]
        np.testing.assert_allclose(arrays["probs"]["guesses"][row], best, rtol=1e-4, atol=1e-7)
        assert len(head["guesses"][row]) == N_GUESSES
    assert found.guesses[found.answer_pos]
    assert found.n_rest == trace["logits"].values.shape[-1] - N_GUESSES


@pytest.mark.parametrize("model", readers_of_text())
def test_a_payload_of_32_tokens_is_small_and_grows_with_them(model):
    from viz_core.bench.timing import words

    sizes = []
    for n in (15, 30, 60):
        text = words(card(model), n)
        _trace, found = seen(model, text)
        _head, _arrays, payload = unpacked(found, labels={"words": "w" * 4096})
        sizes.append(len(payload))
    assert sizes[1] <= 60_000
    squares = 3 if MODELS[model].traits.translates else 1
    assert sizes[2] - sizes[1] <= 2.2 * (sizes[1] - sizes[0]) + squares * 2 * 60 * 60


def test_the_answer_is_asked_where_each_kind_answers():
    assert seen("decoder-stories")[1].answer_pos == 10
    _trace, encoder = seen("encoder-stories")
    assert encoder.stream_tokens.strings[encoder.answer_pos] == "[MASK]"
    assert seen("encoder-stories", "Tom is a [MASK]. Tom's")[1].answer_pos == 4
    assert seen("transformer-zh-en")[1].answer_pos == 0


def test_what_a_model_wrote_is_not_what_was_typed():
    trace = load("decoder-stories").run(Request(TOM + " fish.", everywhere=True))
    found = flow(trace, n_read=11)
    assert (found.n_read, found.answer_pos, len(found.stream_tokens)) == (11, 10, 13)
    assert found.guesses[found.answer_pos][0].token == " fish"


def test_layers_and_heads_that_are_not_there_are_refused():
    trace, _found = seen("decoder-stories")
    for layer, head in ((4, 0), (0, 4), (-1, 0)):
        with pytest.raises(ValueError, match="4 layers, 4 heads"):
            flow(trace, layer, head)


@pytest.mark.parametrize("model", readers_of_text())
def test_the_main_look_is_the_largest_weight(model):
    for layer in (0, 2):
        trace, found = seen(model, layer=layer, head=3)
        look = main_look(found, 2)
        if trace.traits.recurrent:
            assert look is None
            continue
        name = next(name for name in reversed([*found.drawn.weights]))
        assert look.crosses == (".cross_attn" in name) == (trace.kind == "encoder-decoder")
        row = trace[name].values[3, 2]
        assert (look.query, look.key) == (2, row.argmax())
        assert look.weight == pytest.approx(row.max())


@pytest.mark.parametrize("model", readers_of_text())
def test_every_vector_knows_whose_tokens_it_belongs_to(model):
    trace, found = seen(model, "我爱你。")
    for name, stream in found.drawn.streams.items():
        assert stream in trace[name].streams.values()
        assert len(found.drawn.lengths[name]) == len(trace.tokens[stream])


def test_liveliest_units_keep_their_order():
    values = np.array([[0.0, -9.0, 1.0, 5.0], [0.0, 0.0, -2.0, 4.0]])
    assert liveliest(values, 2).tolist() == [1, 3]


def test_gates_are_means_over_the_units():
    """Two words, two units, worked by hand."""
    gates = np.arange(16, dtype=np.float32).reshape(4, 2, 2) / 16
    states = np.array([[3.0, 4.0], [0.0, 2.0]], np.float32)
    axes = ("pos", "d_hidden")
    records = {
        name: Record(name, states.copy(), axes, {"pos": "text"})
        for name in ("embed", "lstm.0.h", "lstm.0.c")
    }
    records["lstm.0.gates"] = Record("lstm.0.gates", gates, ("gate", *axes), {"pos": "text"})
    records["logits"] = Record("logits", np.zeros((2, 9), np.float32), ("pos", "vocab"), {})
    tokens = {"text": Tokens(("a", "b"), (0, 1), (False, False))}
    found = flow(Trace("m", "lstm", tokens, records))
    assert found.drawn.lengths["lstm.0.h"].tolist() == [5.0, 2.0]
    assert found.drawn.gates["lstm.0.gates"].tolist() == gates.mean(-1).tolist()
    assert not found.guesses[found.answer_pos]


@pytest.mark.parametrize(
    ("model", "gates", "kept", "causal"),
    [
        ("rnn-stories", {}, None, [True]),
        ("lstm-stories", {"i": "input", "f": "handed", "g": None, "o": "output"}, "c", [True]),
        ("gru-stories", {"r": "asked", "z": "handed", "n": None}, None, [True]),
        ("encoder-stories", {}, None, [False]),
        ("decoder-stories", {}, None, [True]),
        ("transformer-zh-en", {}, None, [False, True]),
    ],
)
def test_a_payload_says_what_its_kind_is_like(model, gates, kept, causal):
    _trace, found = seen(model)
    head, _arrays, _payload = unpacked(found)
    assert {gate["name"]: gate["place"] for gate in head["gates"]} == gates
    assert list(gates) == list(found.traits.gates)
    assert (head["recurrent"], head["kept"]) == (found.traits.recurrent, kept)
    assert [stack["causal"] for stack in head["stacks"]] == causal
