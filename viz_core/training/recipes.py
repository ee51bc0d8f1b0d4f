"""How each shipped model is made: its sizes, its objective, its plan.

The causal story models get the same batches in the same order and differ in nothing but
architecture and learning rate. Tokenizer and corpora of all story models are the same to the byte.
The translation model has sentence pairs and a tokenizer of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from viz_core.models.config import (
    POSITIONS,
    DecoderConfig,
    EncoderConfig,
    EncoderDecoderConfig,
    LlamaConfig,
    RecurrentConfig,
    Sizes,
)
from viz_core.models.decoder import Decoder
from viz_core.models.encoder import Encoder
from viz_core.models.encoder_decoder import EncoderDecoder
from viz_core.models.gru import GRU
from viz_core.models.llama import Llama
from viz_core.models.lstm import LSTM
from viz_core.models.rnn import RNN
from viz_core.tokenizers import SubwordTokenizer
from viz_core.training import chinese, corpora, pairs
from viz_core.training.corpora import VOCAB_SIZE
from viz_core.training.dropout import drop_out
from viz_core.training.loop import Plan
from viz_core.training.objectives.causal import CausalObjective
from viz_core.training.objectives.masked import MaskedObjective
from viz_core.training.objectives.mixture import Mixture
from viz_core.training.objectives.objective import Objective
from viz_core.training.objectives.translation import PairMixture, TranslationObjective


@dataclass(frozen=True)
class Recipe:
    """What turns a folder of corpora into a checkpoint.

    Attributes:
        objective: made from corpus, tokenizer, mixture and seed.
        read: folder -> corpus; tokenize: corpus -> tokenizer.
        generation: of data and lessons; a checkpoint of an older one keeps its card until it is
            trained again.
        stored: type of the shipped weights; what is measured is measured of these.
        seed: of the model's first weights; the plan's seed is that of the batches.
        dropout: share of what each part gives that is dropped in training.
    """

    config: Sizes
    model: Callable[[Any], nn.Module]
    objective: Callable[[Any, Any, Any, int], Objective]
    mixture: Mixture | PairMixture
    plan: Plan
    read: Callable[[Path], Any] = corpora.read_corpus
    tokenize: Callable[[Any], SubwordTokenizer] = corpora.train_tokenizer
    stored: torch.dtype = torch.float32
    generation: int = 1
    dropout: float = 0.0
    seed: int = 0

    def build(self) -> nn.Module:
        """The untrained model."""
        torch.manual_seed(self.seed)
        model = self.model(self.config)
        if self.dropout:
            drop_out(model, self.dropout)
        return model


STORY_SIZES: dict[str, Any] = {
    "n_layer": 4,
    "n_head": 4,
    "d_model": 144,
    "d_ff": 576,
    "n_ctx": 256,
    "vocab_size": VOCAB_SIZE,
}
STORY_MIXTURE = Mixture(
    real_tokens=4096,
    recall_tokens=1280,
    copy_until=0.16,
    terse_until=0.21,
    near_until=0.33,
    single_from=0.36,
    single_far=0.54,
    real_from=0.6,
    known_names=0.35,
    at_once=0.25,
    fact_tokens=320,
)
N_STEPS = 3_800  # of every causal story model
N_WARMUP = 1_000


def _causal(config: Sizes, model: Callable[[Any], nn.Module], learning_rate: float) -> Recipe:
    """One of the models that are trained alike."""
    plan = Plan(n_steps=N_STEPS, learning_rate=learning_rate, n_warmup=N_WARMUP)
    return Recipe(
        config,
        model,
        CausalObjective,
        STORY_MIXTURE,
        plan,
        read=corpora.read_larger_corpus,
        generation=2,
    )


def _sized(d_model: int, n_head: int, learning_rate: float, seed: int = 0) -> Recipe:
    """Another size of the decoder of the stories: as deep, wider or narrower, on the same batches.

    The larger a model, the smaller its steps: the learning rate goes with the decoder's as the
    rule of thumb of Kaplan et al. 2020, eq. D.1 goes with size.
    """
    config = DecoderConfig(
        **STORY_SIZES | {"n_head": n_head, "d_model": d_model, "d_ff": 4 * d_model}
    )
    return replace(_causal(config, Decoder, learning_rate), seed=seed)


def _masked(config: EncoderConfig, pair_share: float) -> Recipe:
    """A model that reads both ways, with the same lessons."""
    return Recipe(
        config,
        Encoder,
        MaskedObjective,
        replace(STORY_MIXTURE, pair_share=pair_share),
        Plan(n_steps=9_000, learning_rate=1.5e-3, n_warmup=N_WARMUP),
        read=corpora.read_larger_corpus,
        generation=2,
    )


def _recurrent(n_layer: int, d_hidden: int, vocab_size: int = VOCAB_SIZE) -> RecurrentConfig:
    """Sizes that give about as many parameters as the decoder has."""
    return RecurrentConfig(n_layer, STORY_SIZES["n_ctx"], vocab_size, d_hidden)


CHINESE_SIZES = STORY_SIZES | {"vocab_size": chinese.VOCAB_SIZE}
N_CHINESE_STEPS = 8_000


def _chinese(recipe: Recipe) -> Recipe:
    """The lessons of a story model, on Chinese text.

    The first ones are a little longer, since there are twice as many tokens to copy; the rest is
    shorter, since there is less text. What writes it gets dropout, or would learn it by heart.
    """
    assert isinstance(recipe.mixture, Mixture)
    mixture = replace(
        recipe.mixture,
        copy_until=0.18,
        terse_until=0.25,
        near_until=0.36,
        single_from=0.39,
        single_far=0.56,
        real_from=0.64,
    )
    return replace(
        recipe,
        mixture=mixture,
        plan=replace(recipe.plan, n_steps=N_CHINESE_STEPS),
        read=chinese.read_chinese_corpus,
        tokenize=chinese.train_chinese_tokenizer,
        dropout=0.1 if recipe.objective is CausalObjective else 0.0,
    )


def _chinese_recurrent(d_hidden: int) -> RecurrentConfig:
    return _recurrent(2, d_hidden, chinese.VOCAB_SIZE)


def _variant(positions: str) -> Recipe:
    """The small decoder, told its positions in one way; shorter than its own run, and all alike.

    It skips the lessons in copying: stories of one fact are learned without them.
    """
    mixture = Mixture(
        copy_until=0, terse_until=0, near_until=0.3, single_from=0, single_far=0.5, real_from=0.6
    )
    return Recipe(
        config=DecoderConfig(**STORY_SIZES, positions=positions),
        model=Decoder,
        objective=CausalObjective,
        mixture=mixture,
        plan=Plan(n_steps=1_000, learning_rate=3e-3),
        stored=torch.float16,
    )


RECIPES: dict[str, Recipe] = {
    "rnn-stories": _causal(_recurrent(n_layer=2, d_hidden=384), RNN, learning_rate=1.5e-3),
    "lstm-stories": _causal(_recurrent(n_layer=2, d_hidden=232), LSTM, learning_rate=3e-3),
    "gru-stories": _causal(_recurrent(n_layer=2, d_hidden=260), GRU, learning_rate=3e-3),
    "decoder-stories": _causal(DecoderConfig(**STORY_SIZES), Decoder, learning_rate=3e-3),
    "decoder-small": _sized(d_model=56, n_head=4, learning_rate=3.6e-3),
    "decoder-small-2": _sized(d_model=56, n_head=4, learning_rate=3.6e-3, seed=1),
    "decoder-large": _sized(d_model=312, n_head=6, learning_rate=2.5e-3),
    "llama-stories": _causal(
        LlamaConfig(**STORY_SIZES | {"d_ff": 448}, n_kv_head=2), Llama, learning_rate=3e-3
    ),
    "encoder-stories": _masked(EncoderConfig(**STORY_SIZES), pair_share=0.4),
    "rnn-zh": _chinese(_causal(_chinese_recurrent(304), RNN, learning_rate=1.5e-3)),
    "lstm-zh": _chinese(_causal(_chinese_recurrent(216), LSTM, learning_rate=3e-3)),
    "decoder-zh": _chinese(_causal(DecoderConfig(**CHINESE_SIZES), Decoder, learning_rate=3e-3)),
    "encoder-zh": _chinese(_masked(EncoderConfig(**CHINESE_SIZES), pair_share=0.2)),
    "transformer-zh-en": Recipe(
        config=EncoderDecoderConfig(
            n_layer=3,
            n_ctx=256,
            vocab_size=pairs.VOCAB_SIZE,
            n_head=4,
            d_model=192,
            d_ff=768,
            dropout=0.3,
        ),
        model=EncoderDecoder,
        objective=TranslationObjective,
        mixture=PairMixture(),
        plan=Plan(n_steps=5_000, learning_rate=1e-3, n_warmup=800, save_every=100),
        read=pairs.read_pair_corpus,
        tokenize=lambda corpus: pairs.train_translation_tokenizer(corpus.train),
    ),
} | {f"positions-{encoding}": _variant(encoding) for encoding in POSITIONS}
