"""Our models against the same architectures in transformers, with the same random weights."""

import math

import pytest
import torch
from transformers import (
    BertConfig,
    BertForPreTraining,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaForCausalLM,
    ViTConfig,
    ViTForImageClassification,
)
from transformers import LlamaConfig as TheirLlamaConfig

from viz_core.hooks import recording
from viz_core.models.config import DecoderConfig, EncoderConfig, LlamaConfig, RecurrentConfig
from viz_core.models.decoder import Decoder
from viz_core.models.encoder import Encoder
from viz_core.models.gru import GRU
from viz_core.models.layers import MultiHeadAttention
from viz_core.models.llama import Llama
from viz_core.models.lstm import LSTM
from viz_core.models.rnn import RNN
from viz_core.models.seeing import SeeingDecoder
from viz_core.models.vit import NORM_EPS, ViT
from viz_core.pictures import patch_numbers, patches

SIZES = {"n_layer": 2, "n_head": 4, "d_model": 32, "d_ff": 64, "n_ctx": 20, "vocab_size": 50}
IDS = torch.tensor([[3, 1, 4, 1, 5, 9, 2, 6, 49, 0], [2, 7, 1, 8, 2, 8, 1, 8, 2, 8]])


def _randomise(model):
    torch.manual_seed(1)
    for parameter in model.parameters():
        parameter.data.normal_(std=0.2)
    return model.eval()


@torch.inference_mode()
def test_decoder_equals_gpt2():
    theirs = _randomise(
        GPT2LMHeadModel(
            GPT2Config(
                n_layer=2,
                n_head=4,
                n_embd=32,
                n_inner=64,
                n_positions=20,
                vocab_size=50,
                attn_implementation="eager",
            )
        )
    )
    ours = Decoder(DecoderConfig(**SIZES)).eval()
    body = theirs.transformer
    ours.embed.weight.copy_(body.wte.weight)
    ours.positions.weight.copy_(body.wpe.weight)
    for block, other in zip(ours.blocks, body.h, strict=True):
        _copy(block.norm_1, other.ln_1)
        _copy(block.norm_2, other.ln_2)
        weights, biases = other.attn.c_attn.weight.T.chunk(3), other.attn.c_attn.bias.chunk(3)
        attention = block.self_attn
        for part, weight, bias in zip(
            (attention.W_q, attention.W_k, attention.W_v), weights, biases, strict=True
        ):
            part.weight.copy_(weight)
            part.bias.copy_(bias)
        _copy(attention.W_o, other.attn.c_proj, transposed=True)
        _copy(block.ffn.W_in, other.mlp.c_fc, transposed=True)
        _copy(block.ffn.W_out, other.mlp.c_proj, transposed=True)
    _copy(ours.norm, body.ln_f)
    expected = theirs(IDS, output_attentions=True, output_hidden_states=True)
    with recording() as tape:
        logits = ours(IDS)
    torch.testing.assert_close(logits, expected.logits, atol=1e-5, rtol=1e-5)
    for layer, weights in enumerate(expected.attentions):
        found = tape.records[f"decoder.{layer}.self_attn.weights"][1]
        torch.testing.assert_close(found, weights, atol=1e-5, rtol=1e-5)
        found = tape.records[f"decoder.{layer}.resid_pre"][1]
        torch.testing.assert_close(found, expected.hidden_states[layer], atol=1e-5, rtol=1e-5)


@torch.inference_mode()
def test_llama_equals_llama():
    theirs = _randomise(
        LlamaForCausalLM(
            TheirLlamaConfig(
                num_hidden_layers=2,
                num_attention_heads=4,
                num_key_value_heads=2,
                hidden_size=32,
                intermediate_size=64,
                max_position_embeddings=20,
                vocab_size=50,
                rms_norm_eps=1e-5,
                tie_word_embeddings=True,
                attn_implementation="eager",
            )
        )
    )
    ours = Llama(LlamaConfig(**SIZES, n_kv_head=2)).eval()
    body = theirs.model
    ours.embed.weight.copy_(body.embed_tokens.weight)
    for block, other in zip(ours.blocks, body.layers, strict=True):
        pairs = {
            block.norm_1: other.input_layernorm,
            block.norm_2: other.post_attention_layernorm,
            block.self_attn.W_q: other.self_attn.q_proj,
            block.self_attn.W_k: other.self_attn.k_proj,
            block.self_attn.W_v: other.self_attn.v_proj,
            block.self_attn.W_o: other.self_attn.o_proj,
            block.ffn.W_gate: other.mlp.gate_proj,
            block.ffn.W_in: other.mlp.up_proj,
            block.ffn.W_out: other.mlp.down_proj,
        }
        for part, theirs_part in pairs.items():
            part.weight.copy_(theirs_part.weight)
    ours.norm.weight.copy_(body.norm.weight)
    expected = theirs(IDS, output_attentions=True, output_hidden_states=True)
    with recording() as tape:
        logits = ours(IDS)
    torch.testing.assert_close(logits, expected.logits, atol=1e-5, rtol=1e-5)
    for layer, weights in enumerate(expected.attentions):
        found = tape.records[f"decoder.{layer}.self_attn.weights"][1]
        torch.testing.assert_close(found, weights, atol=1e-5, rtol=1e-5)
        found = tape.records[f"decoder.{layer}.resid_pre"][1]
        torch.testing.assert_close(found, expected.hidden_states[layer], atol=1e-5, rtol=1e-5)


@torch.inference_mode()
def test_encoder_equals_bert():
    theirs = _randomise(
        BertForPreTraining(
            BertConfig(
                num_hidden_layers=2,
                num_attention_heads=4,
                hidden_size=32,
                intermediate_size=64,
                max_position_embeddings=20,
                vocab_size=50,
                hidden_act="gelu",
                attn_implementation="eager",
            )
        )
    )
    ours = Encoder(EncoderConfig(**SIZES)).eval()
    front = theirs.bert.embeddings
    ours.embed.weight.copy_(front.word_embeddings.weight)
    ours.positions.weight.copy_(front.position_embeddings.weight)
    ours.segments.weight.copy_(front.token_type_embeddings.weight)
    _copy(ours.norm, front.LayerNorm)
    for block, other in zip(ours.blocks, theirs.bert.encoder.layer, strict=True):
        _copy(block.self_attn.W_q, other.attention.self.query)
        _copy(block.self_attn.W_k, other.attention.self.key)
        _copy(block.self_attn.W_v, other.attention.self.value)
        _copy(block.self_attn.W_o, other.attention.output.dense)
        _copy(block.norm_1, other.attention.output.LayerNorm)
        _copy(block.ffn.W_in, other.intermediate.dense)
        _copy(block.ffn.W_out, other.output.dense)
        _copy(block.norm_2, other.output.LayerNorm)
    head = theirs.cls.predictions
    _copy(ours.masked_head.dense, head.transform.dense)
    _copy(ours.masked_head.norm, head.transform.LayerNorm)
    ours.masked_head.bias.copy_(head.bias)
    _copy(ours.next_sentence_head.pooler, theirs.bert.pooler.dense)
    _copy(ours.next_sentence_head.classifier, theirs.cls.seq_relationship)
    segments = torch.tensor([[0] * 5 + [1] * 5, [0] * 8 + [1] * 2])
    expected = theirs(IDS, token_type_ids=segments, output_attentions=True)
    with recording(["*.weights"]) as tape:
        found = ours(IDS, segments)
    torch.testing.assert_close(found.logits, expected.prediction_logits, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(
        found.next_sentence, expected.seq_relationship_logits, atol=1e-5, rtol=1e-5
    )
    for layer, weights in enumerate(expected.attentions):
        recorded = tape.records[f"encoder.{layer}.self_attn.weights"][1]
        torch.testing.assert_close(recorded, weights, atol=1e-5, rtol=1e-5)


@torch.inference_mode()
def test_vit_equals_vit():
    theirs = _randomise(
        ViTForImageClassification(
            ViTConfig(
                num_hidden_layers=2,
                num_attention_heads=4,
                hidden_size=32,
                intermediate_size=64,
                image_size=8,
                patch_size=2,
                num_channels=1,
                num_labels=11,
                layer_norm_eps=NORM_EPS,
                attn_implementation="eager",
            )
        )
    )
    ours = ViT(EncoderConfig(**SIZES | {"n_ctx": 17, "vocab_size": 11})).eval()
    front, body = theirs.vit.embeddings, theirs.vit
    ours.embed.weight[0] = front.cls_token[0, 0]
    ours.embed.patch.weight.copy_(front.patch_embeddings.projection.weight.flatten(1))
    ours.embed.patch.bias.copy_(front.patch_embeddings.projection.bias)
    ours.positions.weight.copy_(front.position_embeddings[0])
    layers = body.layers if hasattr(body, "layers") else body.encoder.layer
    for block, other in zip(ours.blocks, layers, strict=True):
        parts = dict(other.named_modules())
        names = {
            "norm_1": ("layernorm_before",),
            "norm_2": ("layernorm_after",),
            "self_attn.W_q": ("attention.attention.query", "attention.q_proj"),
            "self_attn.W_k": ("attention.attention.key", "attention.k_proj"),
            "self_attn.W_v": ("attention.attention.value", "attention.v_proj"),
            "self_attn.W_o": ("attention.output.dense", "attention.o_proj"),
            "ffn.W_in": ("intermediate.dense", "mlp.fc1"),
            "ffn.W_out": ("output.dense", "mlp.fc2"),
        }
        for name, theirs_names in names.items():
            part = next(parts[one] for one in theirs_names if one in parts)
            _copy(block.get_submodule(name), part)
    _copy(ours.norm, body.layernorm)
    _copy(ours.head, theirs.classifier)
    picture = torch.randint(0, 17, (1, 8, 8), generator=torch.Generator().manual_seed(0))
    ids = torch.from_numpy(11 + patch_numbers(patches(picture.numpy())))
    expected = theirs(picture[:, None] / 16, output_attentions=True)
    with recording() as tape:
        logits = ours(torch.cat((torch.zeros(1, 1, dtype=torch.long), ids), 1))
    torch.testing.assert_close(logits[:, 0], expected.logits, atol=1e-5, rtol=1e-5)
    for layer, weights in enumerate(expected.attentions):
        found = tape.records[f"encoder.{layer}.self_attn.weights"][1]
        torch.testing.assert_close(found, weights, atol=1e-5, rtol=1e-5)


@torch.inference_mode()
def test_a_decoder_that_sees_reads_words_as_the_decoder_does():
    sizes = DecoderConfig(**SIZES)
    ours, plain = _randomise(SeeingDecoder(sizes)), Decoder(sizes).eval()
    weights = {k: v for k, v in ours.state_dict().items() if not k.startswith("embed.patch.")}
    plain.load_state_dict(weights)
    torch.testing.assert_close(ours(IDS), plain(IDS))
    seen = IDS.clone()
    seen[0, 3] = 50 + 7  # a patch whose first number is 7 of 16
    embedded = ours.embed(seen)[0, 3]
    patch = ours.embed.patch
    torch.testing.assert_close(embedded, patch.bias + patch.weight[:, 0] * 7 / 16)


@torch.inference_mode()
def test_padding_changes_nothing():
    model = _randomise(Encoder(EncoderConfig(**SIZES)))
    short, padding = IDS[:, :6], torch.zeros(2, 10, dtype=torch.bool)
    padding[:, 6:] = True
    alone = model.hidden(short, torch.zeros_like(short))
    padded = model.hidden(IDS, torch.zeros_like(IDS), padding)[:, :6]
    torch.testing.assert_close(alone, padded, atol=1e-5, rtol=1e-5)


@torch.inference_mode()
def test_attention_worked_by_hand():
    """Two tokens, one head of width 1, all projections 1: softmax of [x1 x1, x1 x2] by hand."""
    sizes = {"n_layer": 1, "n_head": 1, "d_model": 1, "d_ff": 1, "n_ctx": 2, "vocab_size": 2}
    attention = MultiHeadAttention(DecoderConfig(**sizes), "decoder.0.self_attn", "text", "text")
    for part in (attention.W_q, attention.W_k, attention.W_v, attention.W_o):
        part.weight.fill_(1)
        part.bias.zero_()
    x = torch.tensor([[[1.0], [2.0]]])
    e = torch.e
    row_1 = (1 * e**1 + 2 * e**2) / (e**1 + e**2)
    row_2 = (1 * e**2 + 2 * e**4) / (e**2 + e**4)
    torch.testing.assert_close(attention(x, x), torch.tensor([[[row_1], [row_2]]]))
    causal = torch.tensor([[False, True], [False, False]])
    torch.testing.assert_close(attention(x, x, causal), torch.tensor([[[1.0], [row_2]]]))


def test_sizes_check_themselves():
    with pytest.raises(ValueError, match="d_model=30 is not divisible by n_head=4"):
        DecoderConfig(**SIZES | {"d_model": 30})
    with pytest.raises(ValueError, match="n_layer=0 must be at least 1"):
        EncoderConfig(**SIZES | {"n_layer": 0})
    with pytest.raises(ValueError, match="n_extra"):
        DecoderConfig.from_dict(SIZES | {"n_extra": 1})


def _copy(ours, theirs, transposed=False):
    ours.weight.copy_(theirs.weight.T if transposed else theirs.weight)
    ours.bias.copy_(theirs.bias)


RECURRENT = RecurrentConfig(n_layer=2, n_ctx=20, vocab_size=50, d_hidden=32)


def _copy_layers(ours, theirs):
    for n, layer in enumerate(ours.layers):
        layer.W_x.weight.copy_(getattr(theirs, f"weight_ih_l{n}"))
        layer.W_x.bias.copy_(getattr(theirs, f"bias_ih_l{n}"))
        layer.W_h.weight.copy_(getattr(theirs, f"weight_hh_l{n}"))
        layer.W_h.bias.copy_(getattr(theirs, f"bias_hh_l{n}"))


@torch.inference_mode()
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (RNN(RECURRENT), torch.nn.RNN),
        (LSTM(RECURRENT), torch.nn.LSTM),
        (GRU(RECURRENT), torch.nn.GRU),
    ],
)
def test_recurrent_networks_equal_torchs(ours, theirs):
    theirs = _randomise(theirs(32, 32, num_layers=2, batch_first=True))
    _copy_layers(_randomise(ours), theirs)
    with recording() as tape:
        logits = ours(IDS)
    states, last = theirs(ours.embed(IDS))
    kind = type(ours).__name__.lower()
    found = tape.records[f"{kind}.1.h"][1]
    torch.testing.assert_close(found, states, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(logits, states @ ours.embed.weight.T, atol=1e-5, rtol=1e-5)
    if kind == "lstm":
        for layer, cell in enumerate(last[1]):
            c = tape.records[f"lstm.{layer}.c"][1][:, -1]
            torch.testing.assert_close(c, cell, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("model", [RNN, LSTM, GRU])
def test_training_by_fused_kernels_gives_the_same_numbers_and_gradients(model):
    ours = _randomise(model(RECURRENT))
    found = []
    for fused in (False, True):
        ours.train(fused)
        ours.zero_grad()
        logits = ours(IDS)
        logits.logsumexp(-1).sum().backward()
        found.append([logits, *(parameter.grad.clone() for parameter in ours.parameters())])
    for slow, fast in zip(*found, strict=True):
        torch.testing.assert_close(slow, fast, atol=1e-5, rtol=1e-4)


def test_an_lstm_step_worked_by_hand():
    one = LSTM(RecurrentConfig(n_layer=1, n_ctx=4, vocab_size=3, d_hidden=1)).eval()
    with torch.no_grad():
        one.embed.weight.copy_(torch.tensor([[0.0], [1.0], [-1.0]]))
        layer = one.layers[0]
        layer.W_x.weight.copy_(torch.tensor([[1.0], [2.0], [3.0], [4.0]]))
        layer.W_h.weight.zero_()
        layer.W_x.bias.zero_()
        with recording() as tape:
            one(torch.tensor([[1, 2]]))
    i, f, g, o = tape.records["lstm.0.gates"][1][0, :, :, 0]
    sigmoid = lambda x: 1 / (1 + math.exp(-x))  # noqa: E731
    assert i.tolist() == pytest.approx([sigmoid(1), sigmoid(-1)])
    assert f.tolist() == pytest.approx([sigmoid(2), sigmoid(-2)])
    assert g.tolist() == pytest.approx([math.tanh(3), math.tanh(-3)])
    assert o.tolist() == pytest.approx([sigmoid(4), sigmoid(-4)])
    first = sigmoid(1) * math.tanh(3)
    second = sigmoid(-2) * first + sigmoid(-1) * math.tanh(-3)
    assert tape.records["lstm.0.c"][1][0, :, 0].tolist() == pytest.approx([first, second])
    shown = [sigmoid(4) * math.tanh(first), sigmoid(-4) * math.tanh(second)]
    assert tape.records["lstm.0.h"][1][0, :, 0].tolist() == pytest.approx(shown)


def test_a_gru_step_worked_by_hand():
    one = GRU(RecurrentConfig(n_layer=1, n_ctx=4, vocab_size=3, d_hidden=1)).eval()
    with torch.no_grad():
        one.embed.weight.copy_(torch.tensor([[0.0], [1.0], [-1.0]]))
        layer = one.layers[0]
        layer.W_x.weight.copy_(torch.tensor([[1.0], [2.0], [3.0]]))
        layer.W_x.bias.zero_()
        layer.W_h.weight.copy_(torch.tensor([[0.0], [0.0], [5.0]]))
        with recording() as tape:
            one(torch.tensor([[1, 2]]))
    r, z, n = tape.records["gru.0.gates"][1][0, :, :, 0]
    sigmoid = lambda x: 1 / (1 + math.exp(-x))  # noqa: E731
    first = (1 - sigmoid(2)) * math.tanh(3)
    candidate = math.tanh(-3 + sigmoid(-1) * 5 * first)
    second = sigmoid(-2) * first + (1 - sigmoid(-2)) * candidate
    assert r.tolist() == pytest.approx([sigmoid(1), sigmoid(-1)])
    assert z.tolist() == pytest.approx([sigmoid(2), sigmoid(-2)])
    assert n.tolist() == pytest.approx([math.tanh(3), candidate])
    assert tape.records["gru.0.h"][1][0, :, 0].tolist() == pytest.approx([first, second])
