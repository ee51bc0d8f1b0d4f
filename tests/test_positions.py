"""Positional encodings: their formulas by hand, and what they do to a decoder."""

import math

import pytest
import torch
from transformers.models.bloom.modeling_bloom import build_alibi_tensor

from viz_core.hooks import recording
from viz_core.models.config import POSITIONS, DecoderConfig
from viz_core.models.decoder import Decoder
from viz_core.models.positions import ENCODINGS, Alibi, Rotary, sinusoids, turned

SIZES = {"n_layer": 2, "n_head": 4, "d_model": 32, "d_ff": 64, "n_ctx": 20, "vocab_size": 50}
ROW = torch.tensor([[3, 1, 4, 15, 9, 2, 6]])


def _decoder(positions):
    torch.manual_seed(1)
    model = Decoder(DecoderConfig(**SIZES, positions=positions)).eval()
    for parameter in model.parameters():
        parameter.data.normal_(std=0.2)
    return model


def test_every_encoding_has_a_class():
    assert set(ENCODINGS) == set(POSITIONS)
    with pytest.raises(ValueError, match="'spiral' is not one of"):
        DecoderConfig(**SIZES, positions="spiral")


def test_sinusoids_by_hand():
    encoding = sinusoids(5, 1, 8)[0]
    expected = [f(5 / 10_000 ** (2 * i / 8)) for i in range(4) for f in (math.sin, math.cos)]
    torch.testing.assert_close(encoding, torch.tensor(expected))


def test_a_rotary_score_knows_the_distance_alone():
    torch.manual_seed(0)
    rotary = Rotary(DecoderConfig(**SIZES))
    q, k = torch.randn(2, 1, 1, 1, 8)
    scores = {
        (m, n): (turned(q, rotary.angles(m, 1)) * turned(k, rotary.angles(n, 1))).sum()
        for m, n in [(4, 1), (9, 6), (13, 10), (4, 2)]
    }
    torch.testing.assert_close(scores[4, 1], scores[9, 6])
    torch.testing.assert_close(scores[4, 1], scores[13, 10])
    assert abs(scores[4, 1] - scores[4, 2]) > 1e-3
    torch.testing.assert_close(turned(q, rotary.angles(0, 1)), q)


def test_alibi_equals_blooms_but_for_a_constant_a_row():
    """Theirs counts keys from the left; softmax does not see the difference."""
    n = 6
    ours = Alibi(DecoderConfig(**SIZES)).bias(0, n)[0]  # (head, query, key)
    theirs = build_alibi_tensor(torch.ones(1, n), 4, torch.float32)  # (head, 1, key)
    hidden = torch.ones(n, n, dtype=torch.bool).triu(1)
    torch.testing.assert_close(
        ours.masked_fill(hidden, -math.inf).softmax(-1),
        theirs.expand(4, n, n).masked_fill(hidden, -math.inf).softmax(-1),
    )


@torch.inference_mode()
@pytest.mark.parametrize("positions", POSITIONS)
def test_only_without_positions_is_a_text_a_set(positions):
    """The last word's view of the words before it, in two orders."""
    model = _decoder(positions)
    order = torch.tensor([4, 2, 0, 3, 1, 5, 6])
    with recording(["decoder.0.self_attn.out"]) as tape:
        model(ROW)
    with recording(["decoder.0.self_attn.out"]) as shuffled:
        model(ROW[:, order])
    last = [t.records["decoder.0.self_attn.out"][1][0, -1] for t in (tape, shuffled)]
    assert (float((last[0] - last[1]).abs().max()) < 1e-6) == (positions == "none")
