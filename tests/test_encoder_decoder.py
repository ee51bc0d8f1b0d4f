"""The Transformer of 2017 against torch's, and every model read at once against word by word."""

import math
from functools import partial

import pytest
import torch
from torch import nn

from viz_core.hooks import recording
from viz_core.models.config import (
    POSITIONS,
    DecoderConfig,
    EncoderDecoderConfig,
    LlamaConfig,
    RecurrentConfig,
)
from viz_core.models.decoder import Decoder
from viz_core.models.encoder_decoder import EncoderDecoder, sinusoids
from viz_core.models.gru import GRU
from viz_core.models.layers import Past
from viz_core.models.llama import Llama
from viz_core.models.lstm import LSTM
from viz_core.models.rnn import RNN

SIZES = {"n_layer": 2, "n_head": 4, "d_model": 32, "d_ff": 64, "n_ctx": 20, "vocab_size": 50}
SOURCE = torch.tensor([[3, 1, 4, 1, 5, 9, 2], [2, 7, 1, 8, 2, 8, 1]])
TARGET = torch.tensor([[1, 4, 1, 4, 2], [1, 7, 3, 2, 0]])


def _randomised(model):
    torch.manual_seed(1)
    for parameter in model.parameters():
        parameter.data.normal_(std=0.2)
    return model.eval()


def _translator(dropout=0.3):
    return _randomised(EncoderDecoder(EncoderDecoderConfig(**SIZES, dropout=dropout)))


def _copy_attention(ours, theirs):
    parts = zip(
        (ours.W_q, ours.W_k, ours.W_v),
        theirs.in_proj_weight.chunk(3),
        theirs.in_proj_bias.chunk(3),
        strict=True,
    )
    for part, weight, bias in parts:
        part.weight.copy_(weight)
        part.bias.copy_(bias)
    _copy(ours.W_o, theirs.out_proj)


def _copy(ours, theirs):
    ours.weight.copy_(theirs.weight)
    ours.bias.copy_(theirs.bias)


def _copy_layer(ours, theirs):
    _copy_attention(ours.self_attn, theirs.self_attn)
    _copy(ours.ffn.W_in, theirs.linear1)
    _copy(ours.ffn.W_out, theirs.linear2)
    _copy(ours.norm_1, theirs.norm1)
    _copy(ours.norm_2, theirs.norm2)


@torch.inference_mode()
def test_it_equals_torchs_transformer():
    layers = {"d_model": 32, "nhead": 4, "dim_feedforward": 64, "batch_first": True}
    encoder = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(**layers), 2, enable_nested_tensor=False
    )
    decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(**layers), 2)
    theirs = _randomised(nn.Transformer(custom_encoder=encoder, custom_decoder=decoder, **layers))
    ours = _translator()
    for layer, other in zip(ours.encoder, encoder.layers, strict=True):
        _copy_layer(layer, other)
    for layer, other in zip(ours.decoder, decoder.layers, strict=True):
        _copy_layer(layer, other)
        _copy_attention(layer.cross_attn, other.multihead_attn)
        _copy(layer.norm_3, other.norm3)
    padding = torch.zeros(SOURCE.shape, dtype=torch.bool)
    padding[1, 4:] = True
    embedded = [
        ours.embed(ids) * math.sqrt(32) + sinusoids(0, ids.shape[1], 32) for ids in (SOURCE, TARGET)
    ]
    expected = theirs(
        *embedded,
        tgt_mask=nn.Transformer.generate_square_subsequent_mask(TARGET.shape[1]),
        src_key_padding_mask=padding,
        memory_key_padding_mask=padding,
    )
    logits = ours(SOURCE, TARGET, padding)
    torch.testing.assert_close(logits, expected @ ours.embed.weight.T, atol=1e-5, rtol=1e-5)


def test_positions_are_the_papers():
    found = sinusoids(3, 2, 4)
    rate = 10_000 ** (2 / 4)
    for row, pos in zip(found.tolist(), (3, 4), strict=True):
        expected = [math.sin(pos), math.cos(pos), math.sin(pos / rate), math.cos(pos / rate)]
        assert row == pytest.approx(expected, abs=1e-6)


@torch.inference_mode()
def test_padding_of_the_source_changes_nothing():
    model = _translator()
    padding = torch.zeros(SOURCE.shape, dtype=torch.bool)
    padding[:, 4:] = True
    alone = model(SOURCE[:, :4], TARGET)
    torch.testing.assert_close(model(SOURCE, TARGET, padding), alone, atol=1e-5, rtol=1e-5)


def _decoder(positions):
    return _randomised(Decoder(DecoderConfig(**SIZES, positions=positions)))


def test_dropout_works_in_training_alone():
    model = _translator()
    with torch.no_grad():
        assert torch.equal(model(SOURCE, TARGET), model(SOURCE, TARGET))
        model.train()
        assert not torch.equal(model(SOURCE, TARGET), model(SOURCE, TARGET))


@torch.inference_mode()
@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru", "llama", *POSITIONS, "encoder-decoder"])
def test_reading_word_by_word_equals_reading_at_once(kind):
    """Hidden states and attention rows; and a copy of the past may go another way."""
    recurrent = RecurrentConfig(n_layer=2, n_ctx=20, vocab_size=50, d_hidden=32)
    model = {
        "rnn": lambda: _randomised(RNN(recurrent)),
        "lstm": lambda: _randomised(LSTM(recurrent)),
        "gru": lambda: _randomised(GRU(recurrent)),
        "llama": lambda: _randomised(Llama(LlamaConfig(**SIZES, n_kv_head=2))),
        "encoder-decoder": _translator,
        **{positions: partial(_decoder, positions) for positions in POSITIONS},
    }[kind]()
    more = (model.encode(SOURCE),) if kind == "encoder-decoder" else ()
    with recording() as tape:
        at_once = model.hidden(TARGET, *more)
    past = Past()
    read = [model.hidden(TARGET[:, :2], *more, past=past)]
    model.hidden(torch.tensor([[9], [9]]), *more, past=past.copy())
    for n in range(2, TARGET.shape[1]):
        with recording(("*.weights",)) as new:
            read.append(model.hidden(TARGET[:, n : n + 1], *more, past=past))
    assert past.n_read == TARGET.shape[1]
    torch.testing.assert_close(torch.cat(read, 1), at_once, atol=1e-5, rtol=1e-5)
    for name, (_point, weights) in new.records.items():
        row = tape.records[name][1][:, :, -1:]
        torch.testing.assert_close(weights, row, atol=1e-5, rtol=1e-5)


def test_sizes_check_themselves():
    with pytest.raises(ValueError, match="dropout=1"):
        EncoderDecoderConfig(**SIZES, dropout=1)
