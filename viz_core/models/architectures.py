"""The architectures that there are: what builds each, its sizes, and what runs it.

Registry, recipes and the measured costs read this one table. It names modules instead of importing
them, so that reading it loads no torch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from importlib import import_module
from typing import Any

from viz_core.design import Design
from viz_core.i18n import N_
from viz_core.models.config import (
    BareConfig,
    DecoderConfig,
    EncoderConfig,
    EncoderDecoderConfig,
    LlamaConfig,
    RecurrentConfig,
    Sizes,
)


@dataclass(frozen=True)
class Architecture:
    """One row of the table.

    Attributes:
        kind: a name of `viz_core.kinds.KINDS`.
        model: `module.Class` in `viz_core.models`.
        config: what the model is built from.
        runner: `module.Class` in `viz_core.runners`.
        tokenizer: `module.Class` in `viz_core`.
        design: how it computes, where that is not as others of its kind do.
    """

    kind: str
    model: str
    config: type[Sizes]
    runner: str
    tokenizer: str = "tokenizers.StoryTokenizer"
    design: Design | None = None

    def build(self, config: Sizes) -> Any:
        """An untrained model of these sizes."""
        return self.model_class(config)

    @property
    def model_class(self) -> Callable[[Any], Any]:
        """The model's class; loads torch."""
        return _named(f"viz_core.models.{self.model}")

    @property
    def runner_class(self) -> Callable[..., Any]:
        """The class of what runs it."""
        return _named(f"viz_core.runners.{self.runner}")

    @property
    def tokenizer_class(self) -> Any:
        """The class of the tokenizer that it reads with."""
        return _named(f"viz_core.{self.tokenizer}")

    def sized(self, **sizes: Any) -> Sizes:
        """Its configuration, from those of the sizes that it knows."""
        known = {item.name for item in fields(self.config)}
        return self.config(**{name: size for name, size in sizes.items() if name in known})


ARCHITECTURES: dict[str, Architecture] = {
    "rnn": Architecture("rnn", "rnn.RNN", RecurrentConfig, "causal.CausalRunner"),
    "lstm": Architecture("lstm", "lstm.LSTM", RecurrentConfig, "causal.CausalRunner"),
    "gru": Architecture("gru", "gru.GRU", RecurrentConfig, "causal.CausalRunner"),
    "encoder": Architecture("encoder", "encoder.Encoder", EncoderConfig, "masked.MaskedRunner"),
    "decoder": Architecture("decoder", "decoder.Decoder", DecoderConfig, "causal.CausalRunner"),
    "bare": Architecture("decoder", "bare.BareDecoder", BareConfig, "causal.CausalRunner"),
    "llama": Architecture(
        "decoder",
        "llama.Llama",
        LlamaConfig,
        "causal.CausalRunner",
        design=Design("before", 1e-5, "silu"),
    ),
    "encoder-decoder": Architecture(
        "encoder-decoder",
        "encoder_decoder.EncoderDecoder",
        EncoderDecoderConfig,
        "translation.TranslationRunner",
        "tokenizers.TranslationTokenizer",
    ),
}


# Those that can be trained on a text of one's own, by their names, with what people call them
DECODER, LSTM, RNN = "decoder", "lstm", "rnn"
TRAINED_ON_TEXT = {
    DECODER: N_("Decoder (GPT-2 style)"),
    "llama": N_("Decoder (Llama style)"),
    "encoder": N_("Encoder (BERT style)"),
    RNN: N_("RNN (Elman)"),
    LSTM: N_("LSTM"),
    "gru": N_("GRU"),
}


def _named(path: str) -> Any:
    """What a dotted path names."""
    module, _dot, name = path.rpartition(".")
    return getattr(import_module(module), name)
