"""Tiny Chinese models with the weights that training begins with, for the app of this process."""

import chinese_text
import torch
from checkpoint_copies import use_copies
from safetensors.torch import save_file

from viz_core import checkpoints, registry
from viz_core.models.config import DecoderConfig, EncoderConfig, RecurrentConfig

N_CTX = 256
KINDS = ("rnn", "lstm", "encoder", "decoder")


def ship(folder, monkeypatch, kinds=KINDS):
    """Put tiny checkpoints beside all others, and register them as shipped ones are."""
    use_copies(folder, monkeypatch)
    tokenizer = chinese_text.tokenizer()
    for kind in kinds:
        name = f"{kind}-zh"
        entry = registry.entry_of(name)
        config = _sizes(kind, tokenizer.vocab_size)
        own = folder / name
        own.mkdir()
        torch.manual_seed(0)
        weights = entry.built_of.build(config).state_dict()
        save_file(
            {key: value.contiguous() for key, value in weights.items()}, own / "model.safetensors"
        )
        tokenizer.save(own / "tokenizer.json")
        checkpoints.write_config(own, config.to_dict())
        monkeypatch.setitem(registry.MODELS, name, entry)
        monkeypatch.delitem(registry.PLANNED, name, raising=False)
    registry.proposer.cache_clear()


def _sizes(kind, vocab_size):
    if kind in ("rnn", "lstm"):
        return RecurrentConfig(2, N_CTX, vocab_size, 24)
    config = DecoderConfig if kind == "decoder" else EncoderConfig
    return config(4, N_CTX, vocab_size, 4, 16, 32)
