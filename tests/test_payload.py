import json
import struct

import numpy as np

from viz_core import Request, load
from viz_core.analysis.attention import stacks
from viz_core.trace import Record, Tokens
from viz_core.ui.payload import (
    head_grid_numbers,
    head_grid_payload,
    quantise,
    token_strip_payload,
)

LABELS = {
    "amounts": ["#ffffff"] * 8,
    "muted": "#000000",
    "faint": "#000000",
    "mark": "#000000",
    "font": "x" * 120,
    "name": "layer {layer}, head {head}",
    "measures": ["m" * 30] * 5,
    "label": "l" * 80,
}


def unpack(payload):
    (length,) = struct.unpack("<I", payload[:4])
    return json.loads(payload[4 : 4 + length]), payload[4 + length :]


def test_the_grid_holds_every_weight(decoder):
    trace = decoder.run(Request("Tom is a cat. Tom's favorite food is fish."))
    made = head_grid_numbers(trace.attentions, trace.tokens["text"])
    payload = head_grid_payload(trace.attentions, made, (1, 2), LABELS)
    head, numbers = unpack(payload)
    cells = np.frombuffer(numbers, np.uint8, offset=16 * 20).reshape(4, 4, *head["shape"])
    for layer, record in enumerate(trace.attentions):
        assert np.abs(cells[layer] / 255 - record.values).max() <= 1 / 510 + 1e-6
    measures = np.frombuffer(numbers, "<f4", count=80).reshape(16, 5)
    assert (measures[:, 0] >= 0).all()
    assert head["selected"] == [1, 2]


def test_the_grid_of_cross_attention_is_not_square():
    trace = load("transformer-zh-en").run(Request("我正在吃饭。", "I am eating now."))
    cross = stacks(trace)["cross"]
    made = head_grid_numbers(cross, trace.tokens["source"])
    head, numbers = unpack(head_grid_payload(cross, made, (0, 0), LABELS))
    assert head["shape"] == [len(trace.tokens["target"]), len(trace.tokens["source"])]
    cells = np.frombuffer(numbers, np.uint8, offset=12 * 20).reshape(3, 4, *head["shape"])
    assert np.abs(cells[2] / 255 - cross[2].values).max() <= 1 / 510 + 1e-6
    measures = np.frombuffer(numbers, "<f4", count=60).reshape(12, 5)
    assert np.isnan(measures[:, [1, 2, 4]]).all()
    assert np.isfinite(measures[:, [0, 3]]).all()


def test_the_strip_of_cross_attention_has_two_lines():
    weights = np.array([[1, 0, 0], [0.25, 0.5, 0.25]], dtype=np.float32)
    payload = token_strip_payload(weights, list("abc"), [], 1, False, {}, queries=["x", "y"])
    head, numbers = unpack(payload)
    assert (head["tokens"], head["queries"]) == (["a", "b", "c"], ["x", "y"])
    np.testing.assert_allclose(np.frombuffer(numbers, "<u2") / 65535, weights.ravel(), atol=1e-5)


def test_the_grids_size_is_its_cells_and_little_more():
    n, heads = 64, 12
    rng = np.random.default_rng(0)
    weights = rng.random((heads, n, n), dtype=np.float32)
    weights /= weights.sum(-1, keepdims=True)
    records = [
        Record(f"encoder.{i}.self_attn.weights", weights.copy(), ("head", "query", "key"), {})
        for i in range(12)
    ]
    tokens = Tokens(("x",) * n, tuple(range(n)), (False,) * n)
    payload = head_grid_payload(records, head_grid_numbers(records, tokens), (0, 0), LABELS)
    assert len(payload) <= n * n * 144 + 4096


def test_quantising_is_off_by_half_a_step_at_most():
    weights = np.linspace(0, 1, 10_001, dtype=np.float32)
    assert np.abs(quantise(weights) / 255 - weights).max() <= 1 / 510 + 1e-6


def test_the_strip_holds_the_tokens_and_weights():
    weights = np.array([[1, 0], [0.25, 0.75]], dtype=np.float32)
    payload = token_strip_payload(weights, ["<b>", "我"], [(1, 2, "我")], 1, True, {"mark": "#000"})
    head, numbers = unpack(payload)
    assert head["tokens"] == ["<b>", "我"]
    assert head["reverse"] is True
    np.testing.assert_allclose(np.frombuffer(numbers, "<u2") / 65535, weights.ravel(), atol=1e-5)
