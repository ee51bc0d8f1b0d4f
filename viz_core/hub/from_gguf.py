"""A GGUF file of the Llama family, as llama.cpp has them, to a folder that can be offered.

    python -m viz_core.hub.from_gguf MODEL.gguf FOLDER

Quantised weights become the floats that they stand for. llama.cpp keeps the rows of W_q and W_k in
another order, in which the two dimensions that turn together stand side by side; here they are put
back to where transformers has them. Needs `pip install gguf`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file
from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE

from viz_core import files
from viz_core.errors import VizError

OUTSIDE = {
    "token_embd": "model.embed_tokens",
    "output_norm": "model.norm",
    "output": "lm_head",
}
INSIDE = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
CONTROL = 3  # type of a token that no text has
# How a text is parted before its merges, by llama.cpp's names
PARTED = {
    "gpt-2": (),
    "default": (),
    "smollm": (pre_tokenizers.Digits(individual_digits=True),),
}


def convert(source: Path, folder: Path) -> None:
    """Write config.json, model.safetensors and the tokenizer of a GGUF file.

    Raises:
        ValueError: it is of another family, or cuts texts in a way that is not known here.
    """
    from gguf import GGUFReader

    reader = GGUFReader(source)
    told = {name: field.contents() for name, field in reader.fields.items()}
    if (kind := told.get("general.architecture")) != "llama":
        raise ValueError(f"{source.name} is of {kind!r}; only llama is converted.")
    config = _config(told)
    tokenizer = _tokenizer(told)
    weights = dict(_weights(reader, config))
    config["tie_word_embeddings"] = "lm_head.weight" not in weights
    files.make_folder(folder)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    files.write_whole(folder / "tokenizer.json", tokenizer.to_str())
    files.write_whole(folder / "tokenizer_config.json", json.dumps(_names(told), indent=2))
    files.write_whole(folder / "config.json", json.dumps(config, indent=2))


def _config(told: dict[str, Any]) -> dict[str, Any]:
    """What transformers calls the sizes."""
    n_head = told["llama.attention.head_count"]
    return {
        "model_type": "llama",
        "architectures": ["LlamaForCausalLM"],
        "hidden_size": told["llama.embedding_length"],
        "intermediate_size": told["llama.feed_forward_length"],
        "num_hidden_layers": told["llama.block_count"],
        "num_attention_heads": n_head,
        "num_key_value_heads": told.get("llama.attention.head_count_kv", n_head),
        "max_position_embeddings": told["llama.context_length"],
        "rms_norm_eps": float(np.float32(told["llama.attention.layer_norm_rms_epsilon"])),
        "rope_theta": told.get("llama.rope.freq_base", 10_000.0),
        "vocab_size": len(told["tokenizer.ggml.tokens"]),
        "bos_token_id": told.get("tokenizer.ggml.bos_token_id"),
        "eos_token_id": told.get("tokenizer.ggml.eos_token_id"),
    }


def _weights(reader: Any, config: dict[str, Any]) -> Any:
    """Every tensor by transformers' name, as floats."""
    from gguf import dequantize

    heads = {"attn_q": "num_attention_heads", "attn_k": "num_key_value_heads"}
    for tensor in reader.tensors:
        *block, part, _weight = tensor.name.split(".")
        values = np.ascontiguousarray(dequantize(tensor.data, tensor.tensor_type), np.float32)
        if not block:
            yield f"{OUTSIDE[part]}.weight", values
            continue
        if part in heads:
            values = unpermuted(values, config[heads[part]])
        yield f"model.layers.{block[1]}.{INSIDE[part]}.weight", values


def unpermuted(x: np.ndarray, n_head: int) -> np.ndarray:
    """The rows of W_q or W_k with pairs n, n + d_head / 2 instead of 2 n, 2 n + 1.

    Args:
        x: (head * d_head, d_model).
    """
    pairs = x.reshape(n_head, -1, 2, x.shape[-1])  # (head, d_head / 2, 2, d_model)
    return np.ascontiguousarray(pairs.swapaxes(1, 2)).reshape(x.shape)


def _tokenizer(told: dict[str, Any]) -> Tokenizer:
    """The byte-level BPE that the file describes."""
    model, parted = told["tokenizer.ggml.model"], told.get("tokenizer.ggml.pre", "default")
    if model != "gpt2" or parted not in PARTED:
        raise ValueError(
            f"Its tokenizer is {model!r}, {parted!r}; known are gpt2 with {', '.join(PARTED)}. "
            "Put the tokenizer.json that was published with the model beside the weights."
        )
    tokens = told["tokenizer.ggml.tokens"]
    merges = [tuple(merge.split(" ")) for merge in told["tokenizer.ggml.merges"]]
    tokenizer = Tokenizer(BPE({token: n for n, token in enumerate(tokens)}, merges))
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([*PARTED[parted], byte_level])
    tokenizer.decoder = decoders.ByteLevel()
    types = told["tokenizer.ggml.token_type"]
    special = [token for token, of in zip(tokens, types, strict=True) if of == CONTROL]
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in special])
    return tokenizer


def _names(told: dict[str, Any]) -> dict[str, Any]:
    """What is said beside a tokenizer: its special tokens, and how a conversation is written."""
    tokens = told["tokenizer.ggml.tokens"]
    ids = {name: told.get(f"tokenizer.ggml.{name}_token_id") for name in ("bos", "eos", "unknown")}
    names = {f"{name}_token": tokens[i] for name, i in ids.items() if i is not None}
    return {**names, "chat_template": told.get("tokenizer.chat_template")}


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("python -m viz_core.hub.from_gguf MODEL.gguf FOLDER")
    try:
        convert(Path(sys.argv[1]), Path(sys.argv[2]))
    except (VizError, OSError, ValueError, ImportError) as error:
        sys.exit(str(error))
