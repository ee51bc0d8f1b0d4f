"""Tiny models of every family, with random weights, saved as the hub has them."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import sentencepiece
import torch
import transformers
from safetensors.torch import load_file, save_file
from tokenizers import (
    AddedToken,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

from viz_core.hub import load_folder
from viz_core.hub.languages import EVERYDAY
from viz_core.runners.base import Runner
from viz_core.sentences import TOM

N_LAYER, N_HEAD, D_MODEL, D_FF, N_PLACES = 2, 4, 16, 24, 256
TEXTS = (
    TOM,
    "Tom is a cat. Tom's favorite food is fish.",
    "我正在吃饭。",
    "Lily has 12 dogs, a b c",
)


@dataclass(frozen=True)
class Tiny:
    """How a tiny model is made.

    Attributes:
        model, config: classes of transformers.
        sizes: keys of the config.
        tokenizer: a name of `TOKENIZERS`.
    """

    model: str
    config: str
    sizes: dict[str, Any]
    tokenizer: str


_LLAMA = {
    "hidden_size": D_MODEL,
    "intermediate_size": D_FF,
    "num_hidden_layers": N_LAYER,
    "num_attention_heads": N_HEAD,
    "num_key_value_heads": 2,
    "max_position_embeddings": N_PLACES,
}
_BERT = {
    "hidden_size": D_MODEL,
    "intermediate_size": D_FF,
    "num_hidden_layers": N_LAYER,
    "num_attention_heads": N_HEAD,
    "max_position_embeddings": N_PLACES,
}
_ROBERTA = {**_BERT, "max_position_embeddings": N_PLACES + 2, "type_vocab_size": 1}
_DISTIL = {
    "dim": D_MODEL,
    "hidden_dim": D_FF,
    "n_layers": N_LAYER,
    "n_heads": N_HEAD,
    "max_position_embeddings": N_PLACES,
}
_BART = {
    "d_model": D_MODEL,
    "encoder_layers": N_LAYER,
    "decoder_layers": N_LAYER,
    "encoder_attention_heads": N_HEAD,
    "decoder_attention_heads": N_HEAD,
    "encoder_ffn_dim": D_FF,
    "decoder_ffn_dim": D_FF,
    "max_position_embeddings": N_PLACES,
}
_T5 = {"d_model": D_MODEL, "d_ff": D_FF, "d_kv": 6, "num_layers": N_LAYER, "num_heads": N_HEAD}

TINY: dict[str, Tiny] = {
    "gpt2": Tiny(
        "GPT2LMHeadModel",
        "GPT2Config",
        {"n_embd": D_MODEL, "n_layer": N_LAYER, "n_head": N_HEAD, "n_positions": N_PLACES},
        "bytes",
    ),
    "neox": Tiny(
        "GPTNeoXForCausalLM",
        "GPTNeoXConfig",
        {**_LLAMA, "rotary_pct": 0.5, "use_parallel_residual": True},
        "bytes",
    ),
    "neox-serial": Tiny(
        "GPTNeoXForCausalLM",
        "GPTNeoXConfig",
        {**_LLAMA, "rotary_pct": 1.0, "use_parallel_residual": False},
        "bytes",
    ),
    "llama": Tiny(
        "LlamaForCausalLM",
        "LlamaConfig",
        {**_LLAMA, "tie_word_embeddings": True, "rms_norm_eps": 1e-5},
        "meta",
    ),
    "mistral": Tiny("MistralForCausalLM", "MistralConfig", {**_LLAMA, "sliding_window": 5}, "meta"),
    "qwen2": Tiny("Qwen2ForCausalLM", "Qwen2Config", _LLAMA, "bytes"),
    "qwen3": Tiny("Qwen3ForCausalLM", "Qwen3Config", {**_LLAMA, "head_dim": 6}, "bytes"),
    "qwen3-zh": Tiny("Qwen3ForCausalLM", "Qwen3Config", _LLAMA, "words"),
    "bert": Tiny("BertForPreTraining", "BertConfig", _BERT, "pieces"),
    "bert-masked": Tiny("BertForMaskedLM", "BertConfig", _BERT, "pieces"),
    "bert-bare": Tiny("BertModel", "BertConfig", _BERT, "pieces"),
    "distilbert": Tiny("DistilBertForMaskedLM", "DistilBertConfig", _DISTIL, "pieces"),
    "roberta": Tiny("RobertaForMaskedLM", "RobertaConfig", _ROBERTA, "roberta"),
    "xlm-r": Tiny("XLMRobertaForMaskedLM", "XLMRobertaConfig", _ROBERTA, "unigram"),
    "t5": Tiny("T5ForConditionalGeneration", "T5Config", _T5, "t5"),
    "flan": Tiny(
        "T5ForConditionalGeneration",
        "T5Config",
        {**_T5, "feed_forward_proj": "gated-gelu", "tie_word_embeddings": False},
        "t5",
    ),
    "bart": Tiny(
        "BartForConditionalGeneration",
        "BartConfig",
        {**_BART, "scale_embedding": True, "forced_bos_token_id": 0},
        "roberta",
    ),
    "marian": Tiny(
        "MarianMTModel",
        "MarianConfig",
        {**_BART, "scale_embedding": True, "activation_function": "swish"},
        "marian",
    ),
}


def make(name: str, root: Path) -> Path:
    """Save a tiny model in a folder of its own, and give that."""
    tiny, folder = TINY[name], root / name
    folder.mkdir(parents=True)
    special = _marian(folder) if tiny.tokenizer == "marian" else _saved(tiny.tokenizer, folder)
    n = special.pop("n")
    (folder / "tokenizer_config.json").write_text(
        json.dumps({key: token for key, (token, _id) in special.items()})
    )
    ids = {f"{key}_id": i for key, (_token, i) in special.items() if key in KNOWN}
    if {"num_layers", "encoder_layers"} & set(tiny.sizes):
        ids["decoder_start_token_id"] = ids["pad_token_id"]
    config = getattr(transformers, tiny.config)(**{"vocab_size": n, **ids, **tiny.sizes})
    torch.manual_seed(len(name))
    model = getattr(transformers, tiny.model)(config)
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data.normal_(std=0.25)
    if hasattr(model, "final_logits_bias"):
        model.final_logits_bias.normal_()
    model.save_pretrained(folder)
    if name == "flan":
        _as_published(folder)
    return folder


def _as_published(folder: Path) -> None:
    """Flan-T5's files: an output layer of its own, and a config.json that says so as theirs do."""
    config = json.loads((folder / "config.json").read_text())
    del config["scale_decoder_outputs"]
    config["tie_word_embeddings"] = False
    (folder / "config.json").write_text(json.dumps(config))
    weights = load_file(folder / "model.safetensors")
    weights["lm_head.weight"] = torch.randn_like(weights["shared.weight"]) / 4
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def _saved(name: str, folder: Path) -> dict[str, Any]:
    """Save one of the tokenizers; its special tokens with their ids, and its size as `n`."""
    tokenizer, special = trained(name)
    tokenizer.save(str(folder / "tokenizer.json"))
    ids = {key: (token, tokenizer.token_to_id(token)) for key, token in special.items()}
    return {**ids, "n": tokenizer.get_vocab_size()}


KNOWN = ("pad_token", "bos_token", "eos_token")  # of a config
_BERTS = {
    "pad_token": "[PAD]",
    "unk_token": "[UNK]",
    "cls_token": "[CLS]",
    "sep_token": "[SEP]",
    "mask_token": "[MASK]",
}
_ROBERTAS = {
    "bos_token": "<s>",
    "pad_token": "<pad>",
    "eos_token": "</s>",
    "unk_token": "<unk>",
    "mask_token": "<mask>",
    "cls_token": "<s>",
    "sep_token": "</s>",
}
_T5S = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
_LLAMAS = {"unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>"}
_GPTS = {"eos_token": "<|endoftext|>", "bos_token": "<|endoftext|>"}


@cache
def trained(name: str) -> tuple[Tokenizer, dict[str, str]]:
    """A small tokenizer of a kind, as published ones are put together, and its special tokens."""
    build, special = {
        "bytes": (_bytes, _GPTS),
        "words": (_words, _GPTS),
        "roberta": (_bytes, _ROBERTAS),
        "meta": (_meta, _LLAMAS),
        "pieces": (_pieces, _BERTS),
        "unigram": (_unigram, _ROBERTAS),
        "t5": (_unigram, _T5S),
    }[name]
    tokenizer = build(list(dict.fromkeys(special.values())))
    if "mask_token" in special and name != "pieces":  # it takes the space before it
        mask = AddedToken(special["mask_token"], lstrip=True, special=True, normalized=False)
        tokenizer.add_special_tokens([mask])
    template = {
        "roberta": ("<s> $A </s>", "<s> $A </s> </s> $B </s>"),
        "unigram": ("<s> $A </s>", "<s> $A </s> </s> $B </s>"),
        "meta": ("<s> $A", "<s> $A <s> $B"),
        "pieces": ("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1"),
        "t5": ("$A </s>", "$A </s> $B </s>"),
    }.get(name)
    if template is not None:
        tokens = [(token, tokenizer.token_to_id(token)) for token in set(special.values())]
        tokenizer.post_processor = processors.TemplateProcessing(*template, special_tokens=tokens)
    return tokenizer, special


def _bytes(special: list[str], texts: Sequence[str] = TEXTS, size: int = 320) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def _words(special: list[str]) -> Tokenizer:
    """One with a piece for everyday words of English and characters of Chinese."""
    everyday = [f"{' '.join(EVERYDAY['en'])} {char}" for char in EVERYDAY["zh"]]
    return _bytes(special, [*TEXTS, *everyday * 9], 450)


def _meta(special: list[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.Replace("\u2581", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    pieces = [f"<0x{byte:02X}>" for byte in range(256)]
    trainer = trainers.BpeTrainer(
        vocab_size=360, special_tokens=[*special, *pieces], show_progress=False
    )
    tokenizer.train_from_iterator((text for text in TEXTS if text.isascii()), trainer)
    whole = json.loads(tokenizer.to_str())
    whole["added_tokens"] = [t for t in whole["added_tokens"] if t["content"] in special]
    return Tokenizer.from_str(json.dumps(whole))


def _pieces(special: list[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(vocab_size=130, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(TEXTS, trainer)
    return tokenizer


def _unigram(special: list[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=90, special_tokens=special, unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    return tokenizer


def _marian(folder: Path) -> dict[str, Any]:
    """Write Marian's files: a SentencePiece model for each side, and ids for all pieces of both."""
    pieces: dict[str, None] = {}
    for side, texts in (("source", TEXTS[:2] + TEXTS[3:]), ("target", TEXTS)):
        with (folder / f"{side}.spm").open("wb") as file:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(texts * 4),
                model_writer=file,
                vocab_size=60 if side == "source" else 70,
                hard_vocab_limit=False,
                minloglevel=2,
            )
        model = sentencepiece.SentencePieceProcessor(model_file=str(folder / f"{side}.spm"))
        names = (model.id_to_piece(n) for n in range(model.get_piece_size()))
        pieces |= dict.fromkeys(n for n in names if n not in ("<s>", "</s>", "<unk>"))
    ids = {name: n for n, name in enumerate(["</s>", "<unk>", *pieces, "<pad>"])}
    (folder / "vocab.json").write_text(json.dumps(ids))
    return {
        "eos_token": ("</s>", 0),
        "unk_token": ("<unk>", 1),
        "pad_token": ("<pad>", ids["<pad>"]),
        "n": len(ids),
    }


@cache
def root() -> Path:
    """A folder for this process, gone when it ends."""
    path = tempfile.mkdtemp(prefix="atlas-hub-")
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return Path(path)


@cache
def folder(name: str) -> Path:
    """The folder of a tiny model, made once."""
    return make(name, root())


@cache
def runner(name: str, trained: bool = True) -> Runner:
    """What runs a tiny model, loaded once."""
    return load_folder(folder(name), trained=trained)
